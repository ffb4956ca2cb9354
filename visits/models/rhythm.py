"""How often customers are visited, what is suggested, the plan of a week (R22, §B.13, §B.15)."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Customer
from staff.models import User
from visits.models.visit import Visit


class VisitFrequencyPolicy(models.Model):
    """At most so many days between two contacts, by grade and kind (§B.15)."""

    class Kind(models.TextChoices):
        PHONE = "phone", "电话"
        ON_SITE = "on_site", "上门"
        EXECUTIVE = "executive", "领导拜访"

    grade = models.CharField("客户等级", max_length=1, choices=Customer.Grade)
    kind = models.CharField("方式", max_length=10, choices=Kind)
    every_days = models.PositiveSmallIntegerField("间隔不超过（天）", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "拜访频次"
        ordering = ["grade", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["grade", "kind"], name="visits_frequency_once"),
            models.CheckConstraint(
                name="visits_frequency_positive",
                condition=Q(every_days=None) | Q(every_days__gt=0),
                violation_error_message="间隔必须大于 0 天；不要求时留空。",
            ),
        ]

    def __str__(self):
        return f"{self.grade} {self.get_kind_display()}"


class LastVisit(models.Model):
    """When a customer was last visited, by kind: one row instead of a search through all visits.

    Written with every visit that ends and put right every night (visits.actions.suggesting).
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="last_visits")
    kind = models.CharField("方式", max_length=10, choices=VisitFrequencyPolicy.Kind)
    at = models.DateTimeField("最近一次")

    class Meta:
        verbose_name = verbose_name_plural = "最近拜访"
        constraints = [
            models.UniqueConstraint(fields=["customer", "kind"], name="visits_last_visit_once")
        ]
        indexes = [models.Index(fields=["kind", "at"])]

    def __str__(self):
        return f"{self.customer_id} {self.kind}"


class VisitSuggestionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def open(self):
        return self.filter(state=VisitSuggestion.State.OPEN)


class VisitSuggestion(models.Model):
    """「该去看看了」: made nightly, at most one open for each customer and kind (R22)."""

    class State(models.TextChoices):
        OPEN = "open", "待安排"
        PLANNED = "planned", "已安排"
        DONE = "done", "已拜访"
        DISMISSED = "dismissed", "暂不需要"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="suggestions")
    kind = models.CharField("方式", max_length=10, choices=VisitFrequencyPolicy.Kind)
    last_at = models.DateTimeField("上次", null=True, blank=True)
    due_on = models.DateField("应在何日前")
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    visit = models.ForeignKey(
        Visit, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="安排的拜访"
    )
    dismissed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="处理人"
    )
    dismissed_until = models.DateField("暂不需要至", null=True, blank=True)
    reason = models.CharField("说明", max_length=200, blank=True)
    made_at = models.DateTimeField("生成时间", auto_now_add=True)

    objects = VisitSuggestionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "拜访建议"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind"],
                condition=Q(state__in=["open", "planned"]),
                name="visits_suggestion_one_open",
            )
        ]
        indexes = [models.Index(fields=["state", "due_on"])]

    def __str__(self):
        return f"{self.customer} {self.get_kind_display()}"


class WeeklyPlanQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(user__in=User.objects.overseen_by(user))


class WeeklyPlan(models.Model):
    """周计划: handed in by Friday, answered by the head within two working days (§B.13)."""

    class State(models.TextChoices):
        DRAFT = "draft", "编写中"
        SUBMITTED = "submitted", "待批阅"
        RETURNED = "returned", "已退回"
        REVIEWED = "reviewed", "已批阅"

    user = models.ForeignKey(
        User, models.PROTECT, related_name="weekly_plans", verbose_name="客户经理"
    )
    monday = models.DateField("周一")  # names the ISO week
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    summary = models.TextField("上周小结", blank=True)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    is_on_time = models.BooleanField("按时提交", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="批阅人"
    )
    reviewed_at = models.DateTimeField("批阅时间", null=True, blank=True)
    feedback = models.TextField("批阅意见", blank=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = WeeklyPlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "周计划"
        indexes = [
            models.Index(
                name="visits_plan_waiting", fields=["user"], condition=Q(state="submitted")
            )
        ]
        ordering = ["-monday", "user"]
        constraints = [
            models.UniqueConstraint(fields=["user", "monday"], name="visits_weekly_plan_once"),
            models.CheckConstraint(
                name="visits_weekly_plan_not_reviewed_by_author",
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=models.F("user")),
                violation_error_message="本人不能批阅自己的周计划。",
            ),
        ]

    def __str__(self):
        return f"{self.user} {self.monday:%G 年第 %V 周}"

    def get_absolute_url(self):
        return reverse("visits:weekly_plan", args=[self.pk])


class WeeklyPlanItem(models.Model):
    class Kind(models.TextChoices):
        VISIT = "visit", "拜访"
        LETTER = "letter", "函件"
        TASK = "task", "工作"
        PLAN_ITEM = "plan_item", "营销计划事项"

    plan = models.ForeignKey(WeeklyPlan, models.CASCADE, related_name="items")
    kind = models.CharField("类别", max_length=10, choices=Kind, default=Kind.TASK)
    day = models.DateField("日期")
    content = models.CharField("内容", max_length=200)
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="客户"
    )
    visit = models.ForeignKey(
        Visit, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="拜访"
    )
    outcome = models.CharField("完成情况", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "周计划事项"
        ordering = ["day", "pk"]

    def __str__(self):
        return self.content
