"""保有: one case per customer, what is done and what it costs (R47, R48)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import Customer, Operator
from accounts.models.scope import OfCustomerQuerySet
from planning.models.retention_lists import RiskLevel, Tier
from staff.models import User


class RetentionCase(models.Model):
    """一客户一预案 (R47): what threatens, what is done about it, until when it is looked at again.

    Its responsible person is the customer's manager, so it changes hands with the customer.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "拟定中"
        APPROVED = "approved", "已批准"
        MONITORING = "monitoring", "监控中"
        TRIGGERED = "triggered", "已触发"
        EXECUTING = "executing", "执行中"
        RETAINED = "retained", "已保有"
        PARTIALLY_LOST = "partially_lost", "部分流失"
        LOST = "lost", "已流失"
        REVIEWED = "reviewed", "已复盘"

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="retention_cases", verbose_name="客户"
    )
    year = models.PositiveSmallIntegerField("年度")
    tier = models.CharField("等级", max_length=10, choices=Tier, default=Tier.GENERAL)
    state = models.CharField("状态", max_length=15, choices=State, default=State.DRAFT)
    risk = models.CharField("风险", max_length=10, choices=RiskLevel, default=RiskLevel.GREEN)
    risk_rank = models.PositiveSmallIntegerField(default=3, editable=False)  # 0 is red
    risk_reason = models.TextField("风险原因", blank=True)
    risk_since = models.DateField("进入该风险的日期", null=True, blank=True)
    objective = models.CharField("保有目标", max_length=300, blank=True)
    trigger_conditions = models.TextField("触发条件", blank=True)
    budget = models.DecimalField(
        "保有预算（元）",
        max_digits=12,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0)],
    )
    next_review_on = models.DateField("下次复查", null=True, blank=True)
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="批准人"
    )
    approved_at = models.DateTimeField("批准时间", null=True, blank=True)
    kept_amount = models.DecimalField(
        "保住的年收入（元）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    outcome = models.TextField("结果说明", blank=True)
    # Null: made by the nightly warning
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="建立人"
    )
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "保有预案"
        ordering = ["risk_rank", "customer", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=~Q(state="reviewed"),
                name="planning_one_active_case",
                violation_error_message="该客户已有一份进行中的保有预案。",
            ),
            models.CheckConstraint(
                name="planning_case_approved_by_somebody",
                condition=Q(state="draft")
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                violation_error_message="预案须经批准。",
            ),
            models.CheckConstraint(
                name="planning_case_author_never_approves",
                condition=Q(approved_by=None) | ~Q(approved_by=F("created_by"))
                | Q(created_by=None),
                violation_error_message="拟定预案的人不能批准自己的预案。",
            ),
            models.CheckConstraint(
                name="planning_case_budget_not_negative", condition=Q(budget__gte=0)
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["risk_rank", "id"]),
            models.Index(fields=["state", "next_review_on"]),
        ]

    def __str__(self):
        return f"{self.customer}保有预案"

    def get_absolute_url(self):
        return reverse("planning:retention_detail", args=[self.pk])

    @property
    def is_active(self) -> bool:
        return self.state != self.State.REVIEWED


class OfCaseQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(case__in=RetentionCase.objects.visible_to(user))


class RetentionMove(models.Model):
    """A step of the case, or a look at it in its cycle (from and to are the same). Append only."""

    merge_part = True

    case = models.ForeignKey(RetentionCase, models.CASCADE, related_name="moves")
    from_state = models.CharField("原状态", max_length=15, choices=RetentionCase.State)
    to_state = models.CharField("新状态", max_length=15, choices=RetentionCase.State)
    note = models.TextField("说明", blank=True)
    # Null: the nightly warning
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="经办人")
    at = models.DateTimeField("时间")

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "预案经过"
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.get_from_state_display()} → {self.get_to_state_display()}"


class RetentionThreat(models.Model):
    """What may take the customer away, and how we know. An open one counts for the warnings."""

    class Kind(models.TextChoices):
        COMPETITOR = "competitor", "对手接触"
        TERMINATION = "termination", "客户提出终止"
        PRICE = "price", "价格"
        SERVICE = "service", "服务质量"
        RELATION = "relation", "关系变化"
        OTHER = "other", "其他"

    merge_part = True

    case = models.ForeignKey(RetentionCase, models.CASCADE, related_name="threats")
    kind = models.CharField("类别", max_length=12, choices=Kind)
    competitor = models.CharField("对手", max_length=10, choices=Operator, blank=True)
    product = models.CharField("涉及业务", max_length=80, blank=True)
    evidence = models.CharField("依据", max_length=300)
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    noted_on = models.DateField("发现日期")
    closed_on = models.DateField("解除日期", null=True, blank=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "威胁"
        ordering = ["closed_on", "-noted_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="planning_threat_names_rival",
                condition=~Q(kind="competitor") | ~Q(competitor=""),
                violation_error_message="对手接触请写明是哪一家。",
            )
        ]
        indexes = [models.Index(fields=["kind", "closed_on"])]

    def __str__(self):
        return self.evidence[:40]


class RetentionAction(models.Model):
    """巩固 or 拓展: who does what until when."""

    class Kind(models.TextChoices):
        CONSOLIDATE = "consolidate", "巩固"
        EXPAND = "expand", "拓展"

    merge_part = True

    case = models.ForeignKey(RetentionCase, models.CASCADE, related_name="actions")
    kind = models.CharField("类别", max_length=12, choices=Kind)
    text = models.CharField("行动", max_length=300)
    owner = models.ForeignKey(
        User, models.PROTECT, related_name="retention_actions", verbose_name="负责人"
    )
    due_on = models.DateField("完成期限")
    done_on = models.DateField("完成日期", null=True, blank=True)
    result = models.CharField("结果", max_length=300, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "保有行动"
        ordering = ["done_on", "due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="planning_action_done_has_result",
                condition=Q(done_on=None) | ~Q(result=""),
                violation_error_message="完成时请写明结果。",
            )
        ]

    def __str__(self):
        return self.text[:40]


class RetentionResource(models.Model):
    """What the case may use: money within its budget, people, network, equipment, a discount."""

    class Kind(models.TextChoices):
        COST = "cost", "费用"
        PEOPLE = "people", "人员"
        NETWORK = "network", "网络"
        EQUIPMENT = "equipment", "设备"
        DISCOUNT = "discount", "优惠"

    class State(models.TextChoices):
        ASKED = "asked", "待批"
        APPROVED = "approved", "已批准"
        REFUSED = "refused", "未批准"

    merge_part = True

    case = models.ForeignKey(RetentionCase, models.CASCADE, related_name="resources")
    kind = models.CharField("类别", max_length=10, choices=Kind)
    text = models.CharField("用途", max_length=200)
    amount = models.DecimalField(
        "金额（元）",
        max_digits=12,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0)],
    )
    discount_pct = models.DecimalField(
        "优惠幅度（%）",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    state = models.CharField("状态", max_length=10, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="申请人")
    asked_at = models.DateTimeField("申请时间", auto_now_add=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审批人"
    )
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    note = models.CharField("审批意见", max_length=200, blank=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "保有资源"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="planning_resource_decided_by_another",
                condition=Q(state="asked")
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by"))),
                violation_error_message="申请人不能批准自己的申请。",
            ),
            models.CheckConstraint(
                name="planning_resource_discount_has_figure",
                condition=~Q(kind="discount") | Q(discount_pct__isnull=False),
                violation_error_message="优惠请填写幅度。",
            ),
            models.CheckConstraint(
                name="planning_resource_not_negative", condition=Q(amount__gte=0)
            ),
        ]

    def __str__(self):
        return self.text[:40]
