"""What we know: information, needs, finance, agreements, events (R17, R18, R21, R63, R71)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from accounts.models.customer import Customer
from accounts.models.revenue import BusinessLine
from accounts.models.scope import OfCustomerQuerySet
from staff.models import User


class Confidentiality(models.TextChoices):
    """§B.11."""

    PUBLIC = "public", "公开"
    INTERNAL = "internal", "内部"
    ORDINARY = "ordinary_commercial_secret", "普通商密"
    CORE = "core_commercial_secret", "核心商密"


class CustomerInfoItem(models.Model):
    """One collected fact, with where it comes from and whether somebody verified it (R17)."""

    class Category(models.TextChoices):
        FINANCIAL = "financial", "财务信息"
        PRODUCTION = "production", "生产信息"
        SALES = "sales", "销售信息"
        MANAGEMENT_RESOURCE = "management_resource", "管理资源信息"
        MARKET = "market_industry_product", "行业和产品等市场信息"

    class SourceType(models.TextChoices):
        VISIT = "visit", "拜访"
        CUSTOMER_DOCUMENT = "customer_document", "客户资料"
        PUBLIC = "public", "公开信息"
        MEDIA = "media", "媒体"
        PARTNER = "partner", "合作伙伴"
        BACK_OFFICE = "back_office", "后台"
        OTHER = "other", "其他"

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="info_items", verbose_name="客户"
    )
    category = models.CharField("类别", max_length=25, choices=Category)
    subcategory = models.CharField("小类", max_length=40, blank=True)
    content = models.TextField("内容")
    period = models.CharField("所属时期", max_length=40, blank=True)
    source_type = models.CharField("来源", max_length=20, choices=SourceType)
    source_ref = models.CharField("来源说明", max_length=200, blank=True)
    reliability = models.PositiveSmallIntegerField(
        "可靠程度", default=2, validators=[MinValueValidator(1), MaxValueValidator(3)]
    )
    confidentiality = models.CharField(
        "密级", max_length=30, choices=Confidentiality, default=Confidentiality.INTERNAL
    )
    collected_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="收集人")
    collected_at = models.DateTimeField("收集时间", auto_now_add=True)
    verified_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="核实人"
    )
    verified_at = models.DateTimeField("核实时间", null=True, blank=True)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "客户信息"
        ordering = ["-collected_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="accounts_info_verified_by_someone",
                condition=Q(verified_by=None, verified_at=None)
                | Q(verified_by__isnull=False, verified_at__isnull=False),
                violation_error_message="核实必须同时记下核实人和时间。",
            )
        ]

    def __str__(self):
        return self.content[:40]


class CustomerNeed(models.Model):
    """A need as an iceberg: FACT → NEED → WIN, each with who said it (R18, R63)."""

    class Layer(models.TextChoices):
        FACT = "fact", "事实"
        NEED = "need", "需要"
        WIN = "win", "关键驱动因素"

    class Domain(models.TextChoices):
        NETWORK = "network", "网络"
        NETWORK_APPLICATION = "network_application", "网络应用"
        SERVICE = "service", "服务"
        INDUSTRY = "industry", "行业"

    class Kind(models.TextChoices):
        EXPLICIT = "explicit", "现实需求"
        POTENTIAL = "potential", "潜在需求"

    class Status(models.TextChoices):
        CAPTURED = "captured", "已记录"
        VALIDATED = "validated", "已确认"
        TO_OPPORTUNITY = "to_opportunity", "已转商机"
        DROPPED = "dropped", "已放弃"

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="needs", verbose_name="客户"
    )
    layer = models.CharField("层次", max_length=5, choices=Layer)
    # NEED hangs under a FACT, WIN under a NEED.
    parent = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="deeper",
        verbose_name="由谁引出",
    )
    description = models.TextField("内容")
    speaker = models.ForeignKey(
        "accounts.Contact",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="提出人",
    )
    speaker_department = models.CharField("提出部门", max_length=60, blank=True)
    domain = models.CharField("领域", max_length=20, choices=Domain, default=Domain.NETWORK)
    kind = models.CharField("性质", max_length=10, choices=Kind, default=Kind.EXPLICIT)
    business_line = models.CharField("业务", max_length=25, choices=BusinessLine, blank=True)
    expected_time = models.CharField("期望时间", max_length=40, blank=True)
    budget = models.DecimalField(
        "预算（元）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    # The visit it was heard in; visits live above this app, so the number stands alone.
    visit_ref = models.PositiveBigIntegerField("拜访编号", null=True, blank=True, editable=False)
    status = models.CharField("状态", max_length=15, choices=Status, default=Status.CAPTURED)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="记录人")
    created_at = models.DateTimeField("记录时间", auto_now_add=True)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "需求"
        ordering = ["customer", "pk"]

    def __str__(self):
        return self.description[:40]


class CustomerFinance(models.Model):
    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="finances", verbose_name="客户"
    )
    year = models.PositiveSmallIntegerField("年份")
    revenue_wan = models.DecimalField(
        "收入（万元）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    profit_wan = models.DecimalField(
        "利润（万元）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    growth_percent = models.DecimalField(
        "增长（%）", max_digits=7, decimal_places=2, null=True, blank=True
    )
    source = models.CharField("来源", max_length=100)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "财务情况"
        ordering = ["customer", "-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "year"],
                name="accounts_finance_once",
                violation_error_message="该年份已有财务情况。",
            )
        ]

    def __str__(self):
        return f"{self.year} 年"


class CommunicationBudget(models.Model):
    class Kind(models.TextChoices):
        NETWORK = "network", "网络预算"
        IT_SERVICE = "it_service", "IT 服务预算"
        PROJECT = "project", "项目预算"

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="budgets", verbose_name="客户"
    )
    year = models.PositiveSmallIntegerField("年份")
    kind = models.CharField("类别", max_length=10, choices=Kind)
    amount_wan = models.DecimalField("金额（万元）", max_digits=12, decimal_places=2)
    note = models.CharField("说明", max_length=200, blank=True)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通信与信息化预算"
        ordering = ["customer", "-year", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "year", "kind"],
                name="accounts_budget_once",
                violation_error_message="该年份的这类预算已经存在。",
            )
        ]

    def __str__(self):
        return f"{self.year} {self.get_kind_display()}"


class AllowancePolicy(models.Model):
    """What the customer pays towards its people's phones (R71)."""

    class Mode(models.TextChoices):
        FULL = "full_reimbursement", "全额报销"
        FIXED = "fixed", "定额补贴"

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="allowances", verbose_name="客户"
    )
    level = models.CharField("人员级别", max_length=40)
    mode = models.CharField("方式", max_length=20, choices=Mode)
    amount = models.DecimalField(
        "每月金额（元）", max_digits=8, decimal_places=2, null=True, blank=True
    )
    headcount = models.PositiveIntegerField("人数", null=True, blank=True)
    paid_via = models.CharField("发放方式", max_length=40, blank=True)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "话费补贴"
        ordering = ["customer", "pk"]
        constraints = [
            models.CheckConstraint(
                name="accounts_allowance_fixed_has_amount",
                condition=~Q(mode="fixed") | Q(amount__isnull=False),
                violation_error_message="定额补贴请填写每月金额。",
            )
        ]

    def __str__(self):
        return self.level


class CooperationAgreement(models.Model):
    """R21: an agreement that makes a strategic partner."""

    class Kind(models.TextChoices):
        FRAMEWORK = "framework", "框架协议"
        MUTUAL_BENEFIT = "mutual_benefit", "互惠协议"
        STRATEGIC = "strategic", "战略合作协议"

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="agreements", verbose_name="客户"
    )
    kind = models.CharField("类别", max_length=15, choices=Kind)
    title = models.CharField("名称", max_length=100)
    signed_on = models.DateField("签订日期")
    expires_on = models.DateField("到期日期", null=True, blank=True)
    our_obligations = models.TextField("我方义务", blank=True)
    their_obligations = models.TextField("对方义务", blank=True)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "合作协议"
        ordering = ["customer", "-signed_on"]
        constraints = [
            models.CheckConstraint(
                name="accounts_agreement_expires_after_signing",
                condition=Q(expires_on=None) | Q(expires_on__gte=F("signed_on")),
                violation_error_message="到期日期不能早于签订日期。",
            )
        ]

    def __str__(self):
        return self.title


class CustomerEvent(models.Model):
    """大事记, with day, month or year precision (R69)."""

    class Precision(models.TextChoices):
        DAY = "day", "日"
        MONTH = "month", "月"
        YEAR = "year", "年"

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="events", verbose_name="客户"
    )
    happened_on = models.DateField("日期")  # first day of the month or year when less is known
    precision = models.CharField("精度", max_length=5, choices=Precision, default=Precision.DAY)
    title = models.CharField("标题", max_length=100)
    text = models.TextField("说明", blank=True)
    impact = models.CharField("影响", max_length=200, blank=True)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "客户大事"
        ordering = ["customer", "-happened_on", "-pk"]

    def __str__(self):
        return self.title

    def when_text(self) -> str:
        """「2007年」, 「2008年6月」 or 「2008年6月3日」, as precise as it is known."""
        day = self.happened_on
        match self.precision:
            case self.Precision.YEAR:
                return f"{day.year}年"
            case self.Precision.MONTH:
                return f"{day.year}年{day.month}月"
        return f"{day.year}年{day.month}月{day.day}日"
