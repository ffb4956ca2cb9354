"""What runs and what it earns: accounts, bills, products, operators, contracts (R24, R49, R69)."""

from django.db import models
from django.db.models import F, Q

from accounts.models.customer import Customer
from accounts.models.scope import OfCustomerQuerySet
from core.crypto import EncryptedCharField


class BusinessLine(models.TextChoices):
    """R45."""

    VOICE = "voice", "话音"
    DATA = "data", "数据"
    INTERNET = "internet", "互联网"
    VIDEO = "video", "视频"
    VALUE_ADDED = "value_added", "增值"
    SYSTEM_INTEGRATION = "system_integration", "系统集成"
    CONSULTING = "consulting", "咨询"
    MAINTENANCE_OUTSOURCING = "maintenance_outsourcing", "维护外包"
    DISASTER_RECOVERY = "disaster_recovery", "灾备"
    MANAGED_SERVICE = "managed_service", "管理型业务"


class Operator(models.TextChoices):
    TELECOM = "telecom", "电信"
    MOBILE = "mobile", "移动"
    UNICOM = "unicom", "联通"
    OTHER = "other", "其他"


class BillingAccount(models.Model):
    """合同号 (R69). The bank account number is encrypted at rest and masked on the screen."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="billing_accounts", verbose_name="客户"
    )
    contract_no = models.CharField("合同号", max_length=40, unique=True)
    bank_name = models.CharField("开户银行", max_length=80, blank=True)
    bank_account = EncryptedCharField("银行账号", blank=True)
    is_active = models.BooleanField("在用", default=True)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "计费账户"
        ordering = ["customer", "contract_no"]

    def __str__(self):
        return self.contract_no


class MonthlyBill(models.Model):
    """One month of one customer. Reported and computed totals are kept apart (R69, D7)."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="bills", verbose_name="客户"
    )
    account = models.ForeignKey(
        BillingAccount,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bills",
        verbose_name="计费账户",
    )
    month = models.DateField("账期")  # the first day of the month
    reported_total = models.DecimalField("账单总额", max_digits=14, decimal_places=2)
    computed_total = models.DecimalField("明细合计", max_digits=14, decimal_places=2)
    discrepancy_note = models.CharField("差额说明", max_length=200, blank=True)
    due_on = models.DateField("缴费期限", null=True, blank=True)
    paid_on = models.DateField("缴费日期", null=True, blank=True)
    paid_amount = models.DecimalField("已缴金额", max_digits=14, decimal_places=2, default=0)
    source = models.CharField("来源", max_length=60, blank=True)
    # Of history that was imported: who wrote it down at the time, and when. The audit trail says
    # who imported it.
    entered_by = models.CharField("录入人", max_length=50, blank=True, editable=False)
    entered_at = models.DateTimeField("录入时间", null=True, blank=True, editable=False)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "月账单"
        ordering = ["customer", "-month"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "month"],
                name="accounts_bill_once_per_account",
                violation_error_message="该账户这个账期的账单已经存在。",
            ),
            models.UniqueConstraint(
                fields=["customer", "month"],
                condition=Q(account=None),
                name="accounts_bill_once_without_account",
                violation_error_message="该客户这个账期的账单已经存在。",
            ),
            models.CheckConstraint(
                name="accounts_bill_month_is_first_day",
                condition=Q(month__day=1),
                violation_error_message="账期请填当月第一天。",
            ),
        ]
        indexes = [
            # With the total in it: what thousands of customers were billed is added from it alone.
            models.Index(name="accounts_bill_sums", fields=["customer", "-month", "reported_total"])
        ]

    def __str__(self):
        return f"{self.customer} {self.month:%Y-%m}"

    @property
    def discrepancy(self):
        """Lines minus reported total, 元; 0 when they agree (D7: Bank A 2009-06 is 4 726)."""
        return self.computed_total - self.reported_total


class BillLine(models.Model):
    class Item(models.TextChoices):
        MONTHLY_RENT = "monthly_rent", "月租"
        LOCAL_CALL = "local_call", "市话"
        LONG_DISTANCE = "long_distance", "长话"
        DATA = "data", "数据"
        CIRCUIT = "circuit", "电路"
        MOBILE = "mobile", "移动"
        INTERNET = "internet", "互联网"
        VALUE_ADDED = "value_added", "增值"
        ICT = "ict", "ICT"
        ADJUSTMENT = "adjustment", "调整"

    bill = models.ForeignKey(MonthlyBill, models.CASCADE, related_name="lines")
    item = models.CharField("项目", max_length=15, choices=Item)
    amount = models.DecimalField("金额", max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = verbose_name_plural = "账单明细"
        ordering = ["bill", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["bill", "item"], name="accounts_bill_line_once")
        ]

    def __str__(self):
        return f"{self.get_item_display()} {self.amount}"


class ProductInstance(models.Model):
    """A service in use (在用产品)."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="products", verbose_name="客户"
    )
    business_line = models.CharField("业务", max_length=25, choices=BusinessLine)
    name = models.CharField("产品", max_length=80)
    quantity = models.PositiveIntegerField("数量", default=1)
    monthly_fee = models.DecimalField("月费（元）", max_digits=12, decimal_places=2, default=0)
    started_on = models.DateField("开通日期", null=True, blank=True)
    ended_on = models.DateField("停用日期", null=True, blank=True)
    is_sticky = models.BooleanField("融合或 ICT 粘性产品", default=False)
    external_no = models.CharField("设备或业务号", max_length=60, blank=True)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "在用产品"
        ordering = ["customer", "business_line", "pk"]
        constraints = [
            models.CheckConstraint(
                name="accounts_product_ends_after_start",
                condition=Q(ended_on=None) | Q(started_on=None) | Q(ended_on__gte=F("started_on")),
                violation_error_message="停用日期不能早于开通日期。",
            )
        ]

    def __str__(self):
        return self.name


class OperatorUsage(models.Model):
    """Yearly use of one business line from one operator: what we have and what rivals have."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="usages", verbose_name="客户"
    )
    year = models.PositiveSmallIntegerField("年份")
    business_line = models.CharField("业务", max_length=25, choices=BusinessLine)
    operator = models.CharField("运营商", max_length=10, choices=Operator)
    volume_text = models.CharField("用量", max_length=60, blank=True)  # 「2M 电路 3 条」
    amount = models.DecimalField("年金额（元）", max_digits=14, decimal_places=2)
    source = models.CharField("来源", max_length=100, blank=True)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "各运营商使用情况"
        ordering = ["customer", "-year", "business_line", "operator"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "year", "business_line", "operator"],
                name="accounts_usage_once",
                violation_error_message="该年份、业务和运营商已有记录。",
            ),
            models.CheckConstraint(
                name="accounts_usage_not_negative",
                condition=Q(amount__gte=0),
                violation_error_message="金额不能为负数。",
            ),
        ]

    def __str__(self):
        return f"{self.get_operator_display()} {self.get_business_line_display()}"


class ServiceContract(models.Model):
    """合同 (R48, R49). The calendar of expiry looks at ends_on: 180, 90, 60, 30 days."""

    class Kind(models.TextChoices):
        SINGLE = "single", "单项业务"
        FULL_SERVICE = "full_service", "全业务"

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="contracts", verbose_name="客户"
    )
    number = models.CharField("合同编号", max_length=40, unique=True)
    name = models.CharField("合同名称", max_length=100)
    kind = models.CharField("类别", max_length=15, choices=Kind, default=Kind.SINGLE)
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("到期日期")
    annual_amount = models.DecimalField("年金额（元）", max_digits=14, decimal_places=2)
    is_auto_renewed = models.BooleanField("自动续约", default=False)
    renewal_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="renewals", verbose_name="续自"
    )
    note = models.CharField("备注", max_length=200, blank=True)
    # Of history that was imported: who wrote it down at the time, and when. The audit trail says
    # who imported it.
    entered_by = models.CharField("录入人", max_length=50, blank=True, editable=False)
    entered_at = models.DateTimeField("录入时间", null=True, blank=True, editable=False)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "合同"
        ordering = ["ends_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="accounts_contract_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="到期日期不能早于开始日期。",
            )
        ]
        indexes = [models.Index(fields=["ends_on"])]

    def __str__(self):
        return self.name
