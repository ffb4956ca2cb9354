"""商机: from a need to a contract, with every change kept (R27, R77, §B.4)."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import BusinessLine, Contact, Customer, CustomerNeed, Operator
from core.models import StoredFile
from opportunities.models.stages import Stage
from staff.models import User


class OpportunityQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of visible customers, those one answers for, and those one works on (A0, R27)."""
        people = user.acting_for()
        teams = OpportunityMember.objects.filter(user__in=people).values("opportunity")
        works = Q(owner__in=people) | Q(engineer__in=people) | Q(pk__in=teams)
        return self.filter(works | Q(customer__in=Customer.objects.visible_to(user)))

    def open(self):
        return self.exclude(stage__in=Opportunity.ENDED)

    def running(self):
        """Open and not put aside: what the pipeline counts."""
        return self.exclude(stage__in=(*Opportunity.ENDED, Stage.SUSPENDED))

    def awaiting_go(self):
        """Where the head decides next; a tender as soon as it has come in (§B.4)."""
        tender = Q(stage=Stage.IDENTIFIED, source=Opportunity.Source.TENDER_NOTICE)
        return self.filter(tender | Q(stage=Stage.QUALIFIED))


class Opportunity(models.Model):
    class Kind(models.TextChoices):
        NETWORK_LINE = "network_line", "组网专线"
        VOICE = "voice", "话音"
        MOBILE = "mobile", "移动"
        INTERNET_IDC_CLOUD = "internet_idc_cloud", "互联网、IDC、云"
        VIDEO = "video", "视频"
        VALUE_ADDED = "value_added", "增值业务"
        IT_SERVICE_APP = "it_service_app", "IT 服务及应用"
        SYSTEM_INTEGRATION = "system_integration", "系统集成"
        MAINTENANCE = "maintenance", "维护外包"
        DISASTER_RECOVERY = "disaster_recovery", "灾备"
        RENEWAL = "renewal", "续约保有"
        WIN_BACK = "win_back", "策反"
        COOPERATION = "cooperation", "合作"

    class Source(models.TextChoices):
        VISIT = "visit", "拜访"
        INBOUND_LETTER = "inbound_letter", "客户来函"
        CALL = "call", "来电"
        MONTHLY_FORECAST = "monthly_forecast", "月度需求预测"
        CONTRACT_EXPIRY = "contract_expiry", "合同到期"
        BILL_ANOMALY = "bill_anomaly", "账单异动"
        ALARM = "fault_or_capacity_alarm", "故障或容量告警"
        TENDER_NOTICE = "tender_notice", "招标公告"
        INDUSTRY_POLICY = "industry_policy", "行业政策与规划"
        CUSTOMER_EVENT = "customer_event", "客户大事"
        COMPETITOR_MOVE = "competitor_move", "竞争动向"
        SERVICE_LAUNCH = "service_watch_launch", "业务开办"
        DISPATCH_ORDER = "dispatch_order", "派单"
        PARTNER = "partner", "合作伙伴"
        EXHIBITION = "exhibition", "展会与研讨"
        REFERRAL = "referral", "转介绍"
        SIX_STEP = "six_step", "六步分析"
        REVENUE_GAP = "revenue_gap", "收入差距"
        UNMANAGED = "unmanaged_high_potential", "非名单高潜客户"

    class LossReason(models.TextChoices):
        PRICE = "price", "价格"
        SOLUTION = "solution", "方案"
        RELATIONSHIP = "relationship", "关系"
        DELIVERY_TIME = "delivery_time", "交付时间"
        POLICY = "policy", "政策"
        CUSTOMER_CANCELLED = "customer_cancelled", "客户取消"
        INCUMBENT = "competitor_incumbent", "对手已有基础"
        LATE = "late", "介入太晚"
        OTHER = "other", "其他"

    class WinReason(models.TextChoices):
        RELATIONSHIP = "relationship", "关系"
        SOLUTION = "solution", "方案"
        PRICE = "price", "价格"
        SERVICE = "service", "服务与维护"
        NETWORK = "network", "网络与交付"
        BRAND = "brand", "品牌与信誉"
        INCUMBENT = "own_incumbent", "我方已有基础"
        POLICY = "policy", "政策"
        OTHER = "other", "其他"

    ENDED = (Stage.WON, Stage.LOST)

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="opportunities", verbose_name="客户"
    )
    name = models.CharField("商机名称", max_length=100)
    kind = models.CharField("类型", max_length=20, choices=Kind)
    source = models.CharField("来源", max_length=30, choices=Source)
    source_note = models.CharField("来源说明", max_length=200, blank=True)
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="客户联系人"
    )
    # The iceberg row it came from; its FACT → NEED → WIN chain is the evidence (R63).
    need = models.ForeignKey(
        CustomerNeed,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="opportunities",
        verbose_name="对应的需求",
    )
    need_text = models.TextField("客户的需求")
    one_off_amount = models.DecimalField(
        "一次性金额（元）", max_digits=14, decimal_places=2, default=0
    )
    annual_amount = models.DecimalField("年金额（元）", max_digits=14, decimal_places=2, default=0)
    # Kept by the database's own arithmetic: what the pipeline multiplies (§B.4).
    amount = models.GeneratedField(
        expression=F("one_off_amount") + F("annual_amount"),
        output_field=models.DecimalField(max_digits=15, decimal_places=2),
        db_persist=True,
    )
    probability = models.PositiveSmallIntegerField("转化可能性（%）")
    is_probability_own = models.BooleanField("可能性由本人判断", default=False)
    expected_close = models.DateField("预计签约", null=True, blank=True)
    timing = models.CharField("时机", max_length=200, blank=True)
    conditions = models.CharField("条件", max_length=300, blank=True)
    stage = models.CharField("阶段", max_length=12, choices=Stage, default=Stage.IDENTIFIED)
    stage_since = models.DateTimeField("进入本阶段的时间")
    owner = models.ForeignKey(
        User, models.PROTECT, related_name="opportunities", verbose_name="负责人"
    )
    engineer = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="engineered_opportunities",
        verbose_name="客户工程师",
    )
    # go / no-go of the department head (stage approved)
    go_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="立项决定人"
    )
    go_at = models.DateTimeField("立项时间", null=True, blank=True)
    go_note = models.CharField("立项意见", max_length=300, blank=True)
    solution_text = models.CharField("方案要点", max_length=300, blank=True)
    solution_file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="方案文件"
    )
    quotation_ref = models.CharField("报价或投标编号", max_length=60, blank=True)
    terms = models.TextField("商务条款", blank=True)
    contract_draft = models.CharField("合同草案", max_length=200, blank=True)
    contract_no = models.CharField("合同编号", max_length=40, blank=True)
    signed_on = models.DateField("签订日期", null=True, blank=True)
    win_reason = models.CharField(
        "赢单原因", max_length=25, choices=WinReason, blank=True, default="", db_default=""
    )
    loss_reason = models.CharField("输单原因", max_length=25, choices=LossReason, blank=True)
    winner = models.CharField("中选方", max_length=60, blank=True)
    price_gap_pct = models.DecimalField(
        "价格差（%）", max_digits=6, decimal_places=2, null=True, blank=True
    )
    lesson = models.TextField("经验教训", blank=True)
    # False for what was lost before a winner and a price gap were asked for: nobody knows them now.
    is_loss_told = models.BooleanField(
        "输单记录完整", default=True, db_default=True, editable=False
    )
    suspended_reason = models.CharField("搁置原因", max_length=200, blank=True)
    review_on = models.DateField("复查日期", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "商机"
        ordering = ["-updated_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="opportunities_probability_range",
                condition=Q(probability__lte=100),
                violation_error_message="可能性在 0 到 100 之间。",
            ),
            models.CheckConstraint(
                name="opportunities_amounts_not_negative",
                condition=Q(one_off_amount__gte=0, annual_amount__gte=0),
                violation_error_message="金额不能为负数。",
            ),
            models.CheckConstraint(
                name="opportunities_won_has_contract",
                condition=~Q(stage="won") | (~Q(contract_no="") & Q(signed_on__isnull=False)),
                violation_error_message="赢单必须填写合同编号和签订日期。",
            ),
            models.CheckConstraint(
                name="opportunities_lost_has_reason",
                condition=~Q(stage="lost") | (~Q(loss_reason="") & ~Q(lesson="")),
                violation_error_message="输单必须填写原因和经验教训。",
            ),
            models.CheckConstraint(
                name="opportunities_lost_tells_who_won",
                condition=~Q(stage="lost")
                | Q(is_loss_told=False)
                | (
                    (~Q(winner="") | Q(loss_reason__in=["customer_cancelled", "policy"]))
                    & (~Q(loss_reason="price") | Q(price_gap_pct__isnull=False))
                ),
                violation_error_message="输单要写明中选方；因价格输单还要写明价格差。",
            ),
            models.CheckConstraint(
                name="opportunities_suspended_has_review",
                condition=~Q(stage="suspended")
                | (~Q(suspended_reason="") & Q(review_on__isnull=False)),
                violation_error_message="搁置必须填写原因和复查日期。",
            ),
            models.CheckConstraint(
                name="opportunities_ended_has_time",
                condition=~Q(stage__in=["won", "lost"]) | Q(ended_at__isnull=False),
                violation_error_message="结束的商机必须有结束时间。",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "stage"]),
            models.Index(fields=["owner", "stage"]),
            models.Index(fields=["stage", "stage_since"]),
            models.Index(fields=["expected_close"]),
            models.Index(fields=["-updated_at", "-id"]),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("opportunities:detail", args=[self.pk])

    @property
    def is_tender(self) -> bool:
        """It came in as a tender notice: after its go it goes straight to the bid (§B.4)."""
        return self.source == self.Source.TENDER_NOTICE

    @property
    def weighted(self) -> Decimal:
        """元: amount × probability (§B.4)."""
        return (self.one_off_amount + self.annual_amount) * self.probability / 100


class OfOpportunityQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(opportunity__in=Opportunity.objects.visible_to(user))


class OpportunityLine(models.Model):
    """How the amount spreads over business lines; the lines add up to it (R45)."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="lines")
    business_line = models.CharField("业务", max_length=25, choices=BusinessLine)
    amount = models.DecimalField("金额（元）", max_digits=14, decimal_places=2)

    objects = OfOpportunityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "商机业务"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "business_line"], name="opportunities_line_once"
            )
        ]

    def __str__(self):
        return f"{self.get_business_line_display()} {self.amount}"


class StageMove(models.Model):
    """OpportunityStageHistory: every step, with who, when and why (§B.4). Append only."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="moves")
    from_stage = models.CharField("原阶段", max_length=12, choices=Stage, blank=True)
    to_stage = models.CharField("新阶段", max_length=12, choices=Stage)
    probability = models.PositiveSmallIntegerField("可能性（%）")
    amount = models.DecimalField("金额（元）", max_digits=15, decimal_places=2)
    reason = models.CharField("说明", max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="经办人")
    at = models.DateTimeField("时间")

    objects = OfOpportunityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "阶段变更"
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["to_stage", "at"])]

    def __str__(self):
        return f"{self.get_from_stage_display()} → {self.get_to_stage_display()}"


class OpportunityChange(models.Model):
    """One changed field: who, when, from what to what. Append only."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="changes")
    field = models.CharField("字段", max_length=40)
    label = models.CharField("名称", max_length=40)
    old = models.TextField("原值", blank=True)
    new = models.TextField("新值", blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="修改人")
    at = models.DateTimeField("时间")

    objects = OfOpportunityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "商机修订"
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.label}：{self.old} → {self.new}"


class Rival(models.Model):
    """A competitor in one opportunity."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="rivals")
    operator = models.CharField("对手", max_length=10, choices=Operator)
    name = models.CharField("名称", max_length=60, blank=True)
    strength = models.CharField("对手优势", max_length=200, blank=True)
    weakness = models.CharField("对手弱点", max_length=200, blank=True)
    our_answer = models.CharField("我方对策", max_length=200, blank=True)

    objects = OfOpportunityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "竞争对手"
        ordering = ["pk"]

    def __str__(self):
        return self.name or self.get_operator_display()


class OpportunityMember(models.Model):
    """Who works on it and with which share; shares add up to 100 % (R27)."""

    class Role(models.TextChoices):
        LEAD = "lead", "首席客户经理"
        MEMBER = "member", "协同客户经理"
        ENGINEER = "engineer", "客户工程师"
        SUPPORT = "support", "支撑人员"

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="members")
    user = models.ForeignKey(
        User, models.PROTECT, related_name="opportunity_shares", verbose_name="成员"
    )
    role = models.CharField("角色", max_length=10, choices=Role)
    split_pct = models.DecimalField("收入分成（%）", max_digits=5, decimal_places=2, default=0)

    objects = OfOpportunityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "协同成员"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "user"],
                name="opportunities_member_once",
                violation_error_message="该成员已在团队中。",
            ),
            models.CheckConstraint(
                name="opportunities_split_range",
                condition=Q(split_pct__gte=0, split_pct__lte=100),
                violation_error_message="分成在 0 到 100 之间。",
            ),
        ]

    def __str__(self):
        return str(self.user)
