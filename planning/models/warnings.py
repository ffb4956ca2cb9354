"""What the night found of a customer, and the monthly figures (R49, §B.7, §B.14)."""

from django.db import models
from django.db.models import Q

from accounts.models import Customer
from accounts.models.scope import OfCustomerQuerySet
from planning.models.retention_lists import OfLevel, RiskLevel, once_per_owner, one_owner
from staff.models import Department, User


class CustomerRisk(models.Model):
    """The level of today, one row a customer; without a row it is green (§B.14)."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="risks", verbose_name="客户"
    )
    level = models.CharField("风险", max_length=10, choices=RiskLevel)
    rule = models.CharField("规则", max_length=30, blank=True)
    reasons = models.JSONField("原因", default=list)  # [[rule, level, text], …], highest first
    since = models.DateField("自何日起")

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "客户风险"
        constraints = [models.UniqueConstraint(fields=["customer"], name="planning_risk_once")]
        indexes = [models.Index(fields=["level"])]

    def __str__(self):
        return f"{self.customer_id} {self.get_level_display()}"


class WarningChange(models.Model):
    """One change of the level of a customer, with why. Append only; the duty hangs on it."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="warning_changes", verbose_name="客户"
    )
    old = models.CharField("原风险", max_length=10, choices=RiskLevel, default=RiskLevel.GREEN)
    level = models.CharField("新风险", max_length=10, choices=RiskLevel)
    rule = models.CharField("规则", max_length=30, blank=True)
    reason = models.TextField("原因")
    evidence = models.JSONField("依据", default=dict)  # the numbers the rules looked at
    on = models.DateField("日期")
    at = models.DateTimeField("时间")

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "预警变化"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="planning_warning_changes_level", condition=~Q(old=models.F("level"))
            )
        ]
        indexes = [models.Index(fields=["customer", "-at"])]

    def __str__(self):
        return f"{self.get_old_display()} → {self.get_level_display()}"


class Metric(models.TextChoices):
    """R49."""

    RENEWAL = "renewal", "客户续约率"
    LONG_TERM = "long_term", "长期签约率"
    STICKY = "sticky", "融合及 ICT 粘性业务渗透率"
    CUSTOMER_CHURN = "customer_churn", "客户流失率"
    LINE_CHURN = "line_churn", "用户离网率"


class RetentionFact(models.Model):
    """What one customer adds to the five figures of one month, as it was on the day of counting.

    Every figure of a branch, a department or a manager is a sum of these rows, so a drill-down
    always equals its number. A column pair is numerator and denominator (§B.7).
    """

    # After a merge both rows stay: the month was counted with two customers.
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, related_name="retention_facts", verbose_name="客户"
    )
    month = models.DateField("月份")  # the first day
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    manager = models.ForeignKey(User, models.PROTECT, related_name="+")
    renewal_done = models.PositiveSmallIntegerField(default=0)
    renewal_due = models.PositiveSmallIntegerField(default=0)
    long_term_done = models.PositiveSmallIntegerField(default=0)
    long_term_due = models.PositiveSmallIntegerField(default=0)
    sticky_done = models.PositiveSmallIntegerField(default=0)
    sticky_due = models.PositiveSmallIntegerField(default=0)
    customer_churn_done = models.PositiveSmallIntegerField(default=0)
    customer_churn_due = models.PositiveSmallIntegerField(default=0)
    line_churn_done = models.PositiveIntegerField(default=0)
    # half lines: (start + end) / 2
    line_churn_due = models.DecimalField(max_digits=12, decimal_places=1, default=0)

    objects = OfCustomerQuerySet.as_manager()

    merge_releases = True

    class Meta:
        verbose_name = verbose_name_plural = "保有月度明细"
        ordering = ["-month", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "month"], name="planning_fact_once")
        ]
        indexes = [
            models.Index(fields=["month", "department"]),
            models.Index(fields=["month", "manager"]),
        ]

    def __str__(self):
        return f"{self.customer_id} {self.month:%Y-%m}"


class RetentionMetricSnapshot(OfLevel):
    """One figure of one month and scope, kept as it was counted (R49)."""

    month = models.DateField("月份")  # the first day
    metric = models.CharField("指标", max_length=15, choices=Metric)
    numerator = models.DecimalField("分子", max_digits=14, decimal_places=1)
    denominator = models.DecimalField("分母", max_digits=14, decimal_places=1)
    # Percent; null when nothing was due
    value = models.DecimalField("值（%）", max_digits=7, decimal_places=2, null=True)
    target = models.DecimalField("目标（%）", max_digits=5, decimal_places=2, null=True)
    made_at = models.DateTimeField("统计时间")

    class Meta:
        verbose_name = verbose_name_plural = "保有指标"
        ordering = ["-month", "level", "metric", "pk"]
        constraints = [
            one_owner("planning_snapshot_owner"),
            *once_per_owner("planning_snapshot", "month", "metric"),
            models.CheckConstraint(
                name="planning_snapshot_month_is_first_day", condition=Q(month__day=1)
            ),
        ]
        indexes = [models.Index(fields=["branch", "month"])]

    def __str__(self):
        return f"{self.month:%Y-%m} {self.owner_name()} {self.get_metric_display()}"
