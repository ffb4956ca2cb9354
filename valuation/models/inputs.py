"""Raw values that no other app holds: costs, survey, ratings, overrides (R53–R56, R59)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.models import Customer
from staff.models import User


class OfCustomerQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(customer__in=Customer.objects.visible_to(user))


class CustomerMeasure(models.Model):
    """What is known of a customer's cost, survey and behaviour as of one month (R53, R55, R59).

    Money in 元 a month. An empty figure is missing: its indicator drops out and is flagged.
    """

    class Credit(models.TextChoices):
        A = "A", "A"
        B = "B", "B"
        C = "C", "C"
        D = "D", "D"

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="measures", verbose_name="客户"
    )
    month = models.DateField("月份")  # the first day
    cost_marketing = models.DecimalField(
        "营销成本（元/月）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    cost_service = models.DecimalField(
        "服务成本（元/月）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    cost_om = models.DecimalField(
        "运维成本（元/月）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    induced_revenue = models.DecimalField(
        "连带收入（元/月）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    satisfaction = models.DecimalField(
        "满意度（0–100）", max_digits=5, decimal_places=2, null=True, blank=True
    )
    price_sensitivity = models.PositiveSmallIntegerField(
        "价格敏感度（1–5）",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )
    credit_grade = models.CharField("信用等级", max_length=1, choices=Credit, blank=True)
    quality_extra_cost_ratio = models.DecimalField(
        "质量附加成本比", max_digits=5, decimal_places=4, null=True, blank=True
    )
    conversion_cost_ratio = models.DecimalField(
        "感化成本比", max_digits=5, decimal_places=4, null=True, blank=True
    )
    source = models.CharField("来源", max_length=100)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="录入人")
    entered_at = models.DateTimeField("录入时间", auto_now=True)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "成本与满意度"
        ordering = ["customer", "-month"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "month"],
                name="valuation_measure_once",
                violation_error_message="该客户这个月的数据已经存在。",
            ),
            models.CheckConstraint(
                name="valuation_measure_month_is_first_day", condition=Q(month__day=1)
            ),
            models.CheckConstraint(
                name="valuation_measure_satisfaction_range",
                condition=Q(satisfaction=None) | Q(satisfaction__gte=0, satisfaction__lte=100),
                violation_error_message="满意度在 0 到 100 之间。",
            ),
        ]

    def __str__(self):
        return f"{self.customer} {self.month:%Y-%m}"


class ExpertRating(models.Model):
    """One rater's 1–5 with the reason; two raters, mean; apart by 2 or more → the head (R56)."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="ratings", verbose_name="客户"
    )
    indicator = models.CharField("指标", max_length=4)  # SI1 … SI4
    rater = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="评分人")
    score = models.PositiveSmallIntegerField(
        "评分", validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    reason = models.CharField("理由", max_length=300)
    rated_at = models.DateTimeField("评分时间")

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "专家评分"
        ordering = ["customer", "indicator", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "indicator", "rater"], name="valuation_rating_once"
            ),
            models.CheckConstraint(
                name="valuation_rating_range",
                condition=Q(score__gte=1, score__lte=5),
                violation_error_message="评分在 1 到 5 之间。",
            ),
            models.CheckConstraint(
                name="valuation_rating_has_reason",
                condition=~Q(reason=""),
                violation_error_message="评分要写明理由。",
            ),
        ]

    def __str__(self):
        return f"{self.indicator} {self.score}"


class RatingArbitration(models.Model):
    """The head's decision where two raters are far apart; later ratings lift it (R56)."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="arbitrations")
    indicator = models.CharField("指标", max_length=4)
    score = models.DecimalField("裁定", max_digits=3, decimal_places=2)
    reason = models.CharField("理由", max_length=300)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="裁定人")
    decided_at = models.DateTimeField("裁定时间")

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评分裁定"
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "indicator"], name="valuation_arbitration_once"
            ),
            models.CheckConstraint(
                name="valuation_arbitration_range", condition=Q(score__gte=1, score__lte=5)
            ),
        ]

    def __str__(self):
        return f"{self.indicator} {self.score}"


class RawOverride(models.Model):
    """A raw value set by hand, with reason and expiry; the newest that has not expired counts."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="raw_overrides", verbose_name="客户"
    )
    indicator = models.CharField("指标", max_length=4)
    value = models.DecimalField("取值", max_digits=16, decimal_places=4)
    reason = models.CharField("理由", max_length=300)
    expires_on = models.DateField("有效期至")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="修改人")
    made_at = models.DateTimeField("修改时间")
    ended_at = models.DateTimeField("提前结束", null=True, blank=True)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "指标改值"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="valuation_override_has_reason",
                condition=~Q(reason=""),
                violation_error_message="改值要写明理由。",
            )
        ]
        indexes = [models.Index(fields=["customer", "indicator", "-made_at"])]

    def __str__(self):
        return f"{self.indicator} {self.value}"
