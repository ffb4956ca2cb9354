"""业务与账单, 合同与续约: what runs and what it earns (R24, R49, R69)."""

from datetime import date
from decimal import Decimal

from django import forms

from accounts import revenue_rules
from accounts.forms.items.base import ItemForm
from accounts.models import (
    BillingAccount,
    BillLine,
    MonthlyBill,
    Operator,
    OperatorUsage,
    ProductInstance,
    ServiceContract,
)
from accounts.rules import mask_account


class ProductForm(ItemForm):
    orders = (("started_on", "ended_on", "停用日期不能早于开通日期。"),)

    class Meta:
        model = ProductInstance
        fields = [
            "business_line",
            "name",
            "quantity",
            "monthly_fee",
            "started_on",
            "ended_on",
            "external_no",
            "is_sticky",
        ]

    def clean_monthly_fee(self):
        return not_negative(self.cleaned_data["monthly_fee"])


class UsageForm(ItemForm):
    class Meta:
        model = OperatorUsage
        fields = ["year", "business_line", "operator", "volume_text", "amount", "source"]
        help_texts = {"volume_text": "例如「2M 电路 3 条」。"}

    def clean_amount(self):
        return not_negative(self.cleaned_data["amount"])

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("operator") not in (None, Operator.TELECOM) and not cleaned.get("source"):
            self.add_error("source", "其他运营商的数据请注明来源。")
        return cleaned


class ContractForm(ItemForm):
    orders = (("starts_on", "ends_on", "到期日期不能早于开始日期。"),)

    class Meta:
        model = ServiceContract
        fields = [
            "number",
            "name",
            "kind",
            "annual_amount",
            "starts_on",
            "ends_on",
            "renewal_of",
            "is_auto_renewed",
            "note",
        ]

    def narrow(self):
        super().narrow()
        field = self.fields["renewal_of"]
        field.queryset = field.queryset.exclude(pk=self.instance.pk)

    def clean_annual_amount(self):
        return not_negative(self.cleaned_data["annual_amount"])


class AccountForm(ItemForm):
    """The stored number never goes back to the browser: an empty field leaves it as it is."""

    is_cleared = forms.BooleanField(label="清除已登记的银行账号", required=False)

    class Meta:
        model = BillingAccount
        fields = ["contract_no", "bank_name", "bank_account", "is_active"]
        widgets = {"bank_account": forms.TextInput({"inputmode": "numeric"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.kept = self.instance.bank_account
        self.initial.pop("bank_account", None)
        if self.kept:
            self.fields[
                "bank_account"
            ].help_text = f"已登记 {mask_account(self.kept)}，留空表示不变。"
        else:
            del self.fields["is_cleared"]
            self.helper.layout[0].fields = [
                one for one in self.helper.layout[0].fields if one.fields != ["is_cleared"]
            ]

    def clean_bank_account(self):
        number = "".join(self.cleaned_data["bank_account"].split())
        if number and not (number.isascii() and number.replace("-", "").isalnum()):
            raise forms.ValidationError("银行账号只有数字、字母和短横。")
        return number

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("is_cleared"):
            cleaned["bank_account"] = ""
        elif not cleaned.get("bank_account") and "bank_account" not in self.errors:
            cleaned["bank_account"] = self.kept
        return cleaned


class BillForm(ItemForm):
    """One month; the items are fixed, so each has its own field (R69)."""

    month = forms.CharField(
        label="账期", widget=forms.TextInput({"type": "month", "placeholder": "2026-10"})
    )

    class Meta:
        model = MonthlyBill
        fields = [
            "account",
            "month",
            "reported_total",
            "discrepancy_note",
            "due_on",
            "paid_on",
            "paid_amount",
            "source",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        stored = {} if self.is_new else dict(self.instance.lines.values_list("item", "amount"))
        for item, label in BillLine.Item.choices:
            self.fields[f"line_{item}"] = forms.DecimalField(
                label=label, max_digits=14, decimal_places=2, required=False
            )
            self.initial[f"line_{item}"] = stored.get(item)
        if not self.is_new:
            self.initial["month"] = f"{self.instance.month:%Y-%m}"
        self.fields[
            "discrepancy_note"
        ].help_text = "总额与明细合计不一致时必须说明，或用「调整」一项补平。"
        names = [*(n for n in self.fields if n not in ("seen", "reason")), "seen", "reason"]
        self.helper.layout[0].fields = [self._place(n) for n in names if n in self.fields]

    def clean_month(self):
        year, _, month = self.cleaned_data["month"].partition("-")
        try:
            return date(int(year), int(month), 1)
        except ValueError as error:
            raise forms.ValidationError("请填写年月，例如 2026-10。") from error

    def lines(self) -> dict:
        amounts = {item: self.cleaned_data.get(f"line_{item}") for item in BillLine.Item.values}
        return {item: amount for item, amount in amounts.items() if amount is not None}

    def clean(self):
        cleaned = super().clean()
        reported = cleaned.get("reported_total")
        check = revenue_rules.check_bill(reported or Decimal(0), self.lines())
        self.instance.computed_total = cleaned["computed_total"] = check.computed
        refusal = check.refusal(cleaned.get("discrepancy_note") or "")
        if reported is not None and refusal:
            self.add_error("discrepancy_note", refusal)
        return cleaned


def not_negative(amount):
    if amount is not None and amount < 0:
        raise forms.ValidationError("金额不能为负数。")
    return amount
