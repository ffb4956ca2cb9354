"""六步法: the workbench of one customer and year, its steps, strategies, cooperation (R62–R73)."""

from django.db import models
from django.db.models import Case, Q, Value, When
from django.urls import reverse

from accounts.models import Customer
from staff.models import User


class CustomerPlanningQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(customer__in=Customer.objects.visible_to(user))


class OfPlanningQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(planning__customer__in=Customer.objects.visible_to(user))


class CustomerPlanning(models.Model):
    """What the six steps say of one customer for one year; feeds the key-customer plan (R62)."""

    class State(models.TextChoices):
        WORKING = "working", "进行中"
        FINISHED = "finished", "已完成"

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="plannings", verbose_name="客户"
    )
    year = models.PositiveSmallIntegerField("计划年度")
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="编写人")
    state = models.CharField("状态", max_length=10, choices=State, default=State.WORKING)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = CustomerPlanningQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "六步分析"
        ordering = ["-year", "customer"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "year"],
                name="planning_six_once",
                violation_error_message="该客户这一年的六步分析已经建立。",
            )
        ]
        indexes = [models.Index(fields=["year", "state"])]

    def __str__(self):
        return f"{self.customer} {self.year} 年六步分析"

    def get_absolute_url(self):
        return reverse("planning:six", args=self.place)

    @property
    def place(self) -> list[int]:
        """What every address of the workbench begins with."""
        return [self.customer_id, self.year]


class PlanningStep(models.Model):
    """One of the six; done only with a conclusion: what follows for 中国电信 (R62)."""

    class State(models.TextChoices):
        TODO = "todo", "未开始"
        DOING = "doing", "进行中"
        DONE = "done", "已完成"

    merge_part = True  # goes with its planning when two customers become one

    planning = models.ForeignKey(CustomerPlanning, models.CASCADE, related_name="steps")
    code = models.PositiveSmallIntegerField("步骤")  # 1..6
    state = models.CharField("状态", max_length=5, choices=State, default=State.TODO)
    conclusion = models.TextField("对中国电信的启示", blank=True)
    evidence = models.TextField("依据", blank=True)
    edit = models.PositiveIntegerField(default=0, editable=False)
    updated_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", editable=False
    )
    updated_at = models.DateTimeField("修改时间", null=True, editable=False)

    objects = OfPlanningQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "六步分析步骤"
        ordering = ["planning", "code"]
        constraints = [
            models.UniqueConstraint(fields=["planning", "code"], name="planning_step_once"),
            models.CheckConstraint(
                name="planning_step_one_to_six", condition=Q(code__gte=1, code__lte=6)
            ),
            models.CheckConstraint(
                name="planning_step_done_has_conclusion",
                condition=~Q(state="done") | ~Q(conclusion=""),
                violation_error_message="完成这一步之前请写明结论。",
            ),
        ]

    def __str__(self):
        return f"{self.planning_id} 第 {self.code} 步"


class CustomerStrategy(models.Model):
    """Point 3 of the six: where the customer wants to go, and what that means for ICT (R68)."""

    class Horizon(models.TextChoices):
        SHORT = "short", "一年以内"
        MEDIUM = "medium", "一到三年"
        LONG = "long", "三年以上"

    merge_part = True

    planning = models.ForeignKey(CustomerPlanning, models.CASCADE, related_name="strategies")
    goal = models.CharField("发展目标", max_length=200)
    horizon = models.CharField("时限", max_length=10, choices=Horizon)
    ict_implication = models.CharField("对信息化的要求", max_length=300)
    source = models.CharField("资料来源", max_length=100, blank=True)

    objects = OfPlanningQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "客户发展战略"
        ordering = ["planning", "pk"]

    def __str__(self):
        return self.goal


CHECKS = ("no_exclusion", "grows_business", "is_compliant", "keeps_network", "is_mutual")
"""R73: five principles; a cooperation is feasible when it keeps all of them."""


class CooperationOpportunity(models.Model):
    class Scope(models.TextChoices):
        STAFF_FAMILY = "staff_family", "客户员工及家庭"
        PERSONAL = "personal_customers", "客户的个人客户"
        ENTERPRISE = "enterprise_customers", "客户的企业客户"

    merge_part = True

    planning = models.ForeignKey(CustomerPlanning, models.CASCADE, related_name="cooperations")
    name = models.CharField("合作机会", max_length=60)
    description = models.TextField("内容", blank=True)
    scope = models.CharField("面向", max_length=25, choices=Scope)
    no_exclusion = models.BooleanField("不排斥其他同类客户，不引起争议", default=False)
    grows_business = models.BooleanField("能有效带动电信业务，特别是高收益业务", default=False)
    is_compliant = models.BooleanField("符合客户所在行业的国家规定", default=False)
    keeps_network = models.BooleanField("双方网络安全、可靠、稳定、快速", default=False)
    is_mutual = models.BooleanField("互利、公平", default=False)
    # The database says it, nobody types it (R73).
    feasible = models.GeneratedField(
        expression=Case(
            When(Q(**dict.fromkeys(CHECKS, True)), then=Value(True)), default=Value(False)
        ),
        output_field=models.BooleanField(),
        db_persist=True,
        verbose_name="可行",
    )
    reason = models.CharField("说明", max_length=300, blank=True)

    objects = OfPlanningQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "合作机会"
        ordering = ["planning", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["planning", "name"],
                name="planning_cooperation_once",
                violation_error_message="这个合作机会已经登记。",
            )
        ]

    def __str__(self):
        return self.name
