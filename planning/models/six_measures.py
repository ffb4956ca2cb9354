"""Steps 4 to 6: solutions by line, what we can support, what is done when (R74–R76)."""

from decimal import Decimal

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse

from accounts.models import BusinessLine
from planning import six_rules as rules
from planning.models.six_step import CooperationOpportunity, CustomerPlanning, OfPlanningQuerySet
from planning.outline_rules import MEASURES
from staff.models import User


class SolutionLine(models.Model):
    """One service in use: what it earns a year, who attacks it, what we want (R74)."""

    merge_part = True

    planning = models.ForeignKey(CustomerPlanning, models.CASCADE, related_name="solutions")
    business_line = models.CharField("业务", max_length=25, choices=BusinessLine)
    service = models.CharField("服务", max_length=60)
    # Not reconciled with bills: another scope (D22); therefore each figure names its source.
    annual_wan = models.DecimalField(
        "年金额（万元）", max_digits=12, decimal_places=2, null=True, blank=True
    )
    amount_source = models.CharField("金额来源", max_length=100, blank=True)
    competition = models.TextField("竞争情况", blank=True)
    strategy = models.TextField("我方策略", blank=True)

    objects = OfPlanningQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "定制化方案"
        ordering = ["planning", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["planning", "business_line", "service"],
                name="planning_solution_once",
                violation_error_message="这项服务已经登记。",
            ),
            models.CheckConstraint(
                name="planning_solution_not_negative",
                condition=Q(annual_wan=None) | Q(annual_wan__gte=0),
                violation_error_message="金额不能为负数。",
            ),
        ]

    def __str__(self):
        return self.service


class SolutionMeasure(models.Model):
    class Benefit(models.TextChoices):
        LOW = "low", "低"
        MID = "mid", "中"
        HIGH = "high", "高"

    merge_part = True

    # Of the line's planning: a merge of customers takes both away and brings both back.
    planning = models.ForeignKey(CustomerPlanning, models.CASCADE, related_name="measures")
    line = models.ForeignKey(SolutionLine, models.CASCADE, related_name="measures")
    text = models.CharField("措施", max_length=200)
    tech_ok = models.BooleanField("技术可行", null=True, blank=True)
    policy_ok = models.BooleanField("政策允许", null=True, blank=True)
    feasible = models.GeneratedField(
        expression=Case(When(tech_ok=True, policy_ok=True, then=Value(True)), default=Value(False)),
        output_field=models.BooleanField(),
        db_persist=True,
        verbose_name="可行",
    )
    benefit = models.CharField("财务效益", max_length=4, choices=Benefit, blank=True)
    evidence = models.CharField("依据", max_length=200, blank=True)
    # What was done once and may not be done now (D21): to be read, never planned.
    is_historical = models.BooleanField("仅供了解，不得实施", default=False)

    objects = OfPlanningQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "方案措施"
        ordering = ["line", "pk"]

    def __str__(self):
        return self.text

    @property
    def verdict(self) -> str:
        if self.is_historical:
            return "不得实施"
        if False in (self.tech_ok, self.policy_ok):
            return "不可行"
        return "待判断" if None in (self.tech_ok, self.policy_ok) else "可行"


class SupportAssessment(models.Model):
    """What we can keep, and therefore promise (R75)."""

    class Kind(models.TextChoices):
        ORDER = "order_execution", "订单执行"
        SUPPORT = "customer_support", "客户支持"

    class Better(models.TextChoices):
        LOWER = "lower", "越小越好"
        HIGHER = "higher", "越大越好"

    merge_part = True

    planning = models.ForeignKey(CustomerPlanning, models.CASCADE, related_name="supports")
    business_line = models.CharField("业务", max_length=25, choices=BusinessLine)
    kind = models.CharField("类别", max_length=20, choices=Kind)
    item = models.CharField("项目", max_length=60)
    unit = models.CharField("单位", max_length=10)  # 工作日, 小时, %
    better = models.CharField("好坏", max_length=6, choices=Better, default=Better.LOWER)
    customer_required = models.DecimalField(
        "客户要求", max_digits=8, decimal_places=2, null=True, blank=True
    )
    our_current = models.DecimalField(
        "我方现状", max_digits=8, decimal_places=2, null=True, blank=True
    )
    rival_best = models.DecimalField(
        "对手最好", max_digits=8, decimal_places=2, null=True, blank=True
    )
    commit_value = models.DecimalField(
        "对客户承诺", max_digits=8, decimal_places=2, null=True, blank=True
    )
    improvement = models.CharField("改进措施", max_length=200, blank=True)
    improvement_owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="改进负责人"
    )
    improvement_due = models.DateField("改进完成期限", null=True, blank=True)
    improved_at = models.DateTimeField("改进完成时间", null=True, blank=True, editable=False)

    objects = OfPlanningQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "支撑能力"
        ordering = ["planning", "kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["planning", "business_line", "item"],
                name="planning_support_once",
                violation_error_message="这一项已经登记。",
            ),
            models.CheckConstraint(
                name="planning_no_better_promise_than_ability",
                condition=Q(commit_value=None)
                | Q(better="lower", our_current__isnull=False, commit_value__gte=F("our_current"))
                | Q(better="higher", our_current__isnull=False, commit_value__lte=F("our_current"))
                | (
                    ~Q(improvement="")
                    & Q(improvement_owner__isnull=False, improvement_due__isnull=False)
                ),
                violation_error_message=(
                    "承诺不能好于我方现状；如要承诺，请写明改进措施、负责人和完成期限。"
                ),
            ),
        ]

    def __str__(self):
        return self.item

    def get_absolute_url(self):
        return reverse("planning:six_support", args=[self.pk])

    @property
    def is_promise_too_good(self) -> bool:
        return rules.promises_too_much(self.better, self.our_current, self.commit_value)

    @property
    def gap(self) -> Decimal | None:
        """How far we are from what the customer asks; below 0 we fall short."""
        if self.customer_required is None or self.our_current is None:
            return None
        difference = self.our_current - self.customer_required
        return -difference if self.better == self.Better.LOWER else difference


class ImplementationItem(models.Model):
    """A measure on the board of three phases; exported into the plan's quarters (R76)."""

    class Phase(models.TextChoices):
        ACT_NOW = "act_now", "立刻行动"
        CREATE_CONDITIONS = "create_conditions", "创造条件、灵活善变"
        PREPARE_LAUNCH = "prepare_launch", "准备充分、适时推出"

    class Horizon(models.TextChoices):
        SHORT = "short", "短期"
        MEDIUM = "medium", "中期"
        LONG = "long", "长期"

    class State(models.TextChoices):
        TODO = "todo", "未开始"
        DOING = "doing", "进行中"
        DONE = "done", "已完成"
        DROPPED = "dropped", "已取消"

    merge_part = True

    planning = models.ForeignKey(CustomerPlanning, models.CASCADE, related_name="items")
    measure = models.ForeignKey(
        SolutionMeasure,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="items",
        verbose_name="方案措施",
    )
    cooperation = models.ForeignKey(
        CooperationOpportunity,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="items",
        verbose_name="合作机会",
    )
    title = models.CharField("措施", max_length=200)
    # Which of the nine types of measures it becomes in the plan (R44).
    kind = models.CharField("措施类型", max_length=20, choices=MEASURES, default="service")
    phase = models.CharField("阶段", max_length=20, choices=Phase)
    position = models.PositiveIntegerField("次序", default=0)
    horizon = models.CharField("期限", max_length=10, choices=Horizon, default=Horizon.SHORT)
    profit_score = models.PositiveSmallIntegerField("获利大小", default=3)
    competition_score = models.PositiveSmallIntegerField("竞争需要", default=3)
    feasibility_score = models.PositiveSmallIntegerField("可行程度", default=3)
    # Ten times 0.4 profit + 0.3 competition + 0.3 feasibility: whole in every database.
    priority_tenths = models.GeneratedField(
        expression=F("profit_score") * 4 + F("competition_score") * 3 + F("feasibility_score") * 3,
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="负责人"
    )
    starts_on = models.DateField("开始", null=True, blank=True)
    due_on = models.DateField("完成期限", null=True, blank=True)
    kpi = models.CharField("衡量办法", max_length=100, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.TODO)
    progress = models.CharField("进展", max_length=200, blank=True)
    # D11: the phase is our reading of a text without clear headings.
    is_source_uncertain = models.BooleanField("阶段划分待确认", default=False)
    edit = models.PositiveIntegerField(default=0, editable=False)

    objects = OfPlanningQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "实施事项"
        ordering = ["planning", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="planning_item_scores",
                condition=Q(profit_score__gte=1, profit_score__lte=5)
                & Q(competition_score__gte=1, competition_score__lte=5)
                & Q(feasibility_score__gte=1, feasibility_score__lte=5),
                violation_error_message="评分为 1 到 5。",
            ),
            models.CheckConstraint(
                name="planning_item_ends_after_start",
                condition=Q(starts_on=None) | Q(due_on=None) | Q(due_on__gte=F("starts_on")),
                violation_error_message="完成期限不能早于开始日期。",
            ),
        ]
        indexes = [models.Index(fields=["owner", "state", "due_on"])]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("planning:six_step", args=[*self.planning.place, 6])

    @property
    def priority(self) -> Decimal:
        """1.0 to 5.0 (R76)."""
        return (Decimal(self.priority_tenths) / 10).quantize(rules.TENTH)

    @property
    def suggestion(self) -> "ImplementationItem.Phase":
        """The phase that R76 proposes for these scores."""
        scores = (self.profit_score, self.competition_score, self.feasibility_score)
        return self.Phase(rules.suggested_phase(*scores))

    @property
    def is_off_suggestion(self) -> bool:
        return self.suggestion != self.phase
