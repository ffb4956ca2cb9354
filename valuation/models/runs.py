"""A run of the model over a cohort, and what came out for each customer (R51, R52, §B.2)."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Customer, Industry
from staff.models import Branch, User
from valuation.models.model import CutMethod, ValueModel


class ValuationRunQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Runs of one's branch; whose results one sees in them is CustomerValuation's question."""
        return self.filter(branch__in={person.branch_id for person in user.acting_for()})

    def published(self):
        return self.filter(state=ValuationRun.State.PUBLISHED)


class ValuationRun(models.Model):
    """draft → computed → reviewed → published → superseded. Published numbers never change.

    The database itself refuses to change or delete what a published run holds (migration 0003).
    """

    class Scope(models.TextChoices):
        LOCAL_NETWORK = "local_network", "本地网"
        INDUSTRY = "industry", "行业"

    class State(models.TextChoices):
        DRAFT = "draft", "待计算"
        COMPUTING = "computing", "计算中"
        COMPUTED = "computed", "已计算"
        REVIEWED = "reviewed", "已审核"
        PUBLISHED = "published", "已发布"
        SUPERSEDED = "superseded", "已被替代"
        FAILED = "failed", "计算失败"
        DISCARDED = "discarded", "已作废"

    FINAL = (State.PUBLISHED, State.SUPERSEDED)
    """Nothing of these changes any more."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", verbose_name="分公司")
    scope = models.CharField("范围", max_length=15, choices=Scope, default=Scope.LOCAL_NETWORK)
    industry = models.ForeignKey(
        Industry, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="行业"
    )
    model = models.ForeignKey(
        ValueModel, models.PROTECT, related_name="runs", verbose_name="价值模型"
    )
    # The model as it was at the computation; explanations read it, not the rows of today. With
    # "cohorts": {indicator: N, least, most, P5, P95} of those that compare with the others.
    model_snapshot = models.JSONField(default=dict, editable=False)
    as_of = models.DateField("评估日期")
    cut_method = models.CharField("分界方法", max_length=10, choices=CutMethod)
    state = models.CharField("状态", max_length=12, choices=State, default=State.DRAFT)
    # {"current": 68.00, "potential": …, "loyalty": …, "combined": …}
    cuts = models.JSONField(default=dict, editable=False)
    # {"PV1": how many managed customers have no value, …}
    missing = models.JSONField(null=True, editable=False)
    total = models.PositiveIntegerField("客户数", default=0)
    done = models.PositiveIntegerField("已计算", default=0)
    error = models.TextField("失败原因", blank=True)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    attempt = models.PositiveSmallIntegerField(default=0, editable=False)
    run_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="发起人"
    )
    created_at = models.DateTimeField("发起时间", auto_now_add=True)
    computed_at = models.DateTimeField("计算完成", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审核人"
    )
    reviewed_at = models.DateTimeField("审核时间", null=True, blank=True)
    review_note = models.CharField("审核意见", max_length=300, blank=True)
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="发布人"
    )
    published_at = models.DateTimeField("发布时间", null=True, blank=True)

    objects = ValuationRunQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评估"
        ordering = ["-as_of", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["branch"],
                condition=Q(state="published", scope="local_network"),
                name="valuation_one_published_network",
                violation_error_message="本地网同一时间只有一次已发布的评估。",
            ),
            models.UniqueConstraint(
                fields=["branch", "industry"],
                condition=Q(state="published", scope="industry"),
                name="valuation_one_published_industry",
                violation_error_message="每个行业同一时间只有一次已发布的评估。",
            ),
            models.CheckConstraint(
                name="valuation_run_industry_named",
                condition=Q(scope="local_network", industry=None)
                | Q(scope="industry", industry__isnull=False),
                violation_error_message="行业评估必须选择行业。",
            ),
            models.CheckConstraint(
                name="valuation_run_published_has_who",
                condition=~Q(state="published")
                | Q(published_at__isnull=False, reviewed_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["branch", "state", "-as_of"])]

    def __str__(self):
        place = self.industry or self.get_scope_display()
        return f"{self.as_of:%Y-%m-%d} {place}"

    def get_absolute_url(self):
        return reverse("valuation:run_detail", args=[self.pk])

    @property
    def is_at_work(self) -> bool:
        return self.state in (self.State.DRAFT, self.State.COMPUTING)


class CustomerValuationQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(customer__in=Customer.objects.visible_to(user))


class CustomerValuation(models.Model):
    """Scores of one customer in one run; `indicators` explains them to the last point (R51).

    `indicators`: {code: [raw, score, weight used, flags]}, numbers as text; flags of "missing",
    "override", "expert". Of a percentile two numbers follow: how many of the others are below, how
    many equal. One JSON value instead of 20 rows: 100 000 customers stay 100 000 rows.
    """

    class Quadrant(models.TextChoices):
        HIGH_VALUE = "high_value", "高价值"
        SECONDARY_VALUE = "secondary_value", "次价值"
        LOW_VALUE = "low_value", "低价值"
        LATENT_VALUE = "latent_value", "潜在价值"

    class LoyaltyCell(models.TextChoices):
        HH = "hh", "高价值高忠诚"
        HL = "hl", "高价值低忠诚"
        LH = "lh", "次价值高忠诚"
        LL = "ll", "低价值低忠诚"

    run = models.ForeignKey(ValuationRun, models.CASCADE, related_name="results")
    # Empty only after a merge: both customers stood in one run, and the kept one has its own row.
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="valuations")
    # null: too little of the dimension's weight had a value (insufficient_data)
    current = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    potential = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    loyalty = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    social = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    composite = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    combined = models.DecimalField(max_digits=5, decimal_places=2, null=True)  # (.40C+.25P)/.65
    revenue = models.DecimalField(max_digits=14, decimal_places=2, null=True)  # 元 a month
    profit = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    rank = models.PositiveIntegerField(null=True)
    revenue_rank = models.PositiveIntegerField(null=True)
    profit_rank = models.PositiveIntegerField(null=True)
    grade = models.CharField(max_length=1, blank=True)  # suggested A–D, never written to the file
    quadrant = models.CharField(max_length=20, choices=Quadrant, blank=True)
    loyalty_cell = models.CharField(max_length=2, choices=LoyaltyCell, blank=True)
    industry_ref = models.PositiveBigIntegerField(null=True)  # of the day of the run
    is_managed = models.BooleanField(default=True)
    has_missing = models.BooleanField(default=False)
    indicators = models.JSONField(default=dict)

    objects = CustomerValuationQuerySet.as_manager()

    merge_releases = True

    class Meta:
        verbose_name = verbose_name_plural = "客户价值"
        ordering = ["run", "rank", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "customer"], name="valuation_result_once")
        ]
        indexes = [
            models.Index(fields=["run", "rank"]),
            models.Index(fields=["run", "quadrant"]),
            models.Index(fields=["customer", "-run"]),
        ]

    def __str__(self):
        return f"{self.customer} {self.composite}"


class AbandonReview(models.Model):
    """「可能考虑放弃」: only ever a question to the head, never automatic (R59)."""

    class Rule(models.TextChoices):
        A1 = "A1", "价格敏感、忠诚低、感化成本高"
        A2 = "A2", "质量附加成本高、信用很差"
        BOTH = "both", "两条都符合"

    class Recommendation(models.TextChoices):
        KEEP = "keep", "继续保有"
        DOWNGRADE = "downgrade_service", "调整服务标准"
        ABANDON = "abandon", "考虑放弃"

    run = models.ForeignKey(ValuationRun, models.CASCADE, related_name="abandon_reviews")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="abandon_reviews")
    rule = models.CharField("规则", max_length=4, choices=Rule)
    evidence = models.JSONField("依据")
    decision = models.CharField("结论", max_length=20, choices=Recommendation, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="决定人"
    )
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)

    objects = CustomerValuationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "放弃评估"
        ordering = ["-run", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "customer"], name="valuation_abandon_once"),
            models.CheckConstraint(
                name="valuation_abandon_decided_has_who",
                condition=Q(decision="")
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(note="")),
                violation_error_message="决定必须写明说明。",
            ),
        ]

    def __str__(self):
        return f"{self.customer} {self.get_rule_display()}"


class PotentialAlert(models.Model):
    """建议纳入名单制: an unmanaged customer with high potential (R54)."""

    class State(models.TextChoices):
        OPEN = "open", "待处理"
        ADOPTED = "adopted", "已纳入名单制"
        DISMISSED = "dismissed", "暂不纳入"

    run = models.ForeignKey(ValuationRun, models.CASCADE, related_name="alerts")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="potential_alerts")
    potential = models.DecimalField("潜在价值", max_digits=5, decimal_places=2)
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    note = models.CharField("说明", max_length=300, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="处理人"
    )
    decided_at = models.DateTimeField("处理时间", null=True, blank=True)

    objects = CustomerValuationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "高潜客户提示"
        ordering = ["-potential", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(state="open"),
                name="valuation_alert_one_open",
            )
        ]

    def __str__(self):
        return f"{self.customer} {self.potential}"
