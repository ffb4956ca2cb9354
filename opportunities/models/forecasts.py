"""每月各类业务需求预测 and what it asks of engineers (R19, §B.10)."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import BusinessLine, Customer, CustomerNeed
from core.models import StoredFile
from opportunities.models.opportunity import Opportunity
from staff.models import User


class DemandForecastQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(customer__in=Customer.objects.visible_to(user))


class DemandForecast(models.Model):
    """One customer, one month. Due on the last working day of the month before, 18:00 (R19)."""

    class State(models.TextChoices):
        OPEN = "open", "填写中"
        SUBMITTED = "submitted", "待审阅"
        RETURNED = "returned", "已退回"
        REVIEWED = "reviewed", "已审阅"
        LOCKED = "locked", "已锁定"

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="forecasts", verbose_name="客户"
    )
    author = models.ForeignKey(
        User, models.PROTECT, related_name="forecasts", verbose_name="客户经理"
    )
    month = models.DateField("月份")  # the first day
    version = models.PositiveSmallIntegerField("版本", default=1)
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    has_no_demand = models.BooleanField("本月没有新增需求", default=False)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    is_on_time = models.BooleanField("按时提交", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审阅人"
    )
    reviewed_at = models.DateTimeField("审阅时间", null=True, blank=True)
    review_note = models.CharField("审阅意见", max_length=300, blank=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = DemandForecastQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "需求预测"
        ordering = ["-month", "customer"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "month"],
                name="opportunities_forecast_once",
                violation_error_message="该客户这个月的预测已经存在。",
            ),
            models.CheckConstraint(
                name="opportunities_forecast_month_is_first_day",
                condition=Q(month__day=1),
                violation_error_message="月份请填当月第一天。",
            ),
            models.CheckConstraint(
                name="opportunities_forecast_not_reviewed_by_author",
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("author")),
                violation_error_message="本人不能审阅自己的预测。",
            ),
        ]
        indexes = [models.Index(fields=["month", "state"])]

    def __str__(self):
        return f"{self.customer} {self.month:%Y-%m}"

    def get_absolute_url(self):
        return reverse("opportunities:forecast_detail", args=[self.pk])


class DemandForecastLine(models.Model):
    merge_part = True  # goes with its forecast when two customers become one

    forecast = models.ForeignKey(DemandForecast, models.CASCADE, related_name="lines")
    business_line = models.CharField("业务", max_length=25, choices=BusinessLine)
    existing_revenue = models.DecimalField("存量月收入（元）", max_digits=14, decimal_places=2)
    new_volume = models.DecimalField("新增数量", max_digits=10, decimal_places=2, default=0)
    unit = models.CharField("单位", max_length=20, blank=True)
    new_revenue_12m = models.DecimalField(
        "新增年收入（元）", max_digits=14, decimal_places=2, default=0
    )
    start_month = models.DateField("起始月份", null=True, blank=True)
    probability = models.PositiveSmallIntegerField("可能性（%）", default=0)
    need = models.ForeignKey(
        CustomerNeed, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="需求"
    )
    opportunity = models.ForeignKey(
        Opportunity, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="商机"
    )
    reason = models.CharField("依据", max_length=200, blank=True)
    remark = models.CharField("备注", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "预测明细"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["forecast", "business_line"],
                name="opportunities_forecast_line_once",
                violation_error_message="每种业务只填一行。",
            ),
            models.CheckConstraint(
                name="opportunities_forecast_line_has_basis",
                condition=Q(new_revenue_12m=0)
                | Q(need__isnull=False)
                | Q(opportunity__isnull=False)
                | ~Q(reason=""),
                violation_error_message="有新增收入时请选择对应的需求或商机，或写明依据。",
            ),
            models.CheckConstraint(
                name="opportunities_forecast_line_probability",
                condition=Q(probability__lte=100),
                violation_error_message="可能性在 0 到 100 之间。",
            ),
        ]

    def __str__(self):
        return self.get_business_line_display()


class ForecastVersion(models.Model):
    """What was handed in, as it was: the database itself refuses to change it (R19, A0)."""

    forecast = models.ForeignKey(DemandForecast, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField("第几次提交")
    # [{"business_line": code, "existing_revenue": "3000.00", …}]: the fields of
    # actions.forecasting.KEPT as texts, and on what the line rests in words.
    lines = models.JSONField("明细")
    has_no_demand = models.BooleanField("本月没有新增需求")
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提交人")
    submitted_at = models.DateTimeField("提交时间")

    class Meta:
        verbose_name = verbose_name_plural = "预测提交"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["forecast", "number"], name="opportunities_forecast_version_once"
            )
        ]

    def __str__(self):
        return f"{self.forecast} 第 {self.number} 次提交"


class SolutionRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of visible customers, for one's own opportunities, and asked of oneself (R19)."""
        people = user.acting_for()
        mine = Q(engineer__in=people) | Q(opportunity__owner__in=people)
        return self.filter(mine | Q(customer__in=Customer.objects.visible_to(user)))


class SolutionRequest(models.Model):
    """为有需求的客户定制解决方案: asked of a solution engineer (R19)."""

    class State(models.TextChoices):
        ASKED = "asked", "待受理"
        WORKING = "working", "编制中"
        DELIVERED = "delivered", "已提交"
        CANCELLED = "cancelled", "已取消"

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="solution_requests", verbose_name="客户"
    )
    line = models.ForeignKey(
        DemandForecastLine, models.SET_NULL, null=True, blank=True, related_name="solutions"
    )
    opportunity = models.ForeignKey(
        Opportunity, models.PROTECT, null=True, blank=True, related_name="solutions"
    )
    engineer = models.ForeignKey(
        User, models.PROTECT, related_name="solution_requests", verbose_name="客户工程师"
    )
    content = models.CharField("要求", max_length=300)
    wanted_on = models.DateField("希望完成", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.ASKED)
    answer = models.TextField("方案说明", blank=True)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="方案文件"
    )
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    asked_at = models.DateTimeField("提出时间", auto_now_add=True)
    delivered_at = models.DateTimeField("提交时间", null=True, blank=True)

    objects = SolutionRequestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "方案需求"
        ordering = ["-pk"]

    def __str__(self):
        return self.content

    def get_absolute_url(self):
        return reverse("opportunities:solution_detail", args=[self.pk])
