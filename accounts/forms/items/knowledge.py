"""信息, 需求, 财务与预算, 协议, 大事记 (R17, R18, R21, R63, R69, R71)."""

import re
from datetime import date

from django import forms
from django.utils import timezone

from accounts.forms.items.base import ItemForm
from accounts.models import (
    AllowancePolicy,
    CommunicationBudget,
    CooperationAgreement,
    CustomerEvent,
    CustomerFinance,
    CustomerInfoItem,
    CustomerNeed,
)

RELIABILITY = [(3, "3 可靠"), (2, "2 比较可靠"), (1, "1 听说")]
Layer, Status = CustomerNeed.Layer, CustomerNeed.Status
ABOVE = {Layer.NEED: Layer.FACT, Layer.WIN: Layer.NEED}
"""The layer that a layer hangs under (R63)."""
Precision = CustomerEvent.Precision
WHEN = re.compile(r"^(\d{4})(?:[-./年](\d{1,2})(?:[-./月](\d{1,2})日?|月)?)?年?$")


class InfoForm(ItemForm):
    reliability = forms.TypedChoiceField(
        label="可靠程度", choices=RELIABILITY, coerce=int, initial=2
    )

    class Meta:
        model = CustomerInfoItem
        fields = [
            "category",
            "subcategory",
            "content",
            "period",
            "source_type",
            "source_ref",
            "reliability",
            "confidentiality",
        ]
        help_texts = {"source_ref": "哪次拜访、哪份资料、哪个网址，好让别人核实。"}


class NeedForm(ItemForm):
    class Meta:
        model = CustomerNeed
        fields = [
            "layer",
            "parent",
            "description",
            "speaker",
            "speaker_department",
            "domain",
            "kind",
            "business_line",
            "expected_time",
            "budget",
            "status",
        ]
        help_texts = {
            "parent": "「需要」由「事实」引出，「关键驱动因素」由「需要」引出。",
            "description": "用客户的原话。",
        }

    def narrow(self):
        super().narrow()
        parents = self.fields["parent"].queryset.exclude(pk=self.instance.pk)
        self.fields["parent"].queryset = parents.exclude(layer=Layer.WIN)
        self.fields["parent"].label_from_instance = lambda need: (
            f"{need.get_layer_display()}：{need}"
        )
        self.fields["speaker"].queryset = self.fields["speaker"].queryset.filter(is_current=True)

    def clean_status(self):
        """A tab from before the conversion must not open the need for a second one (R18)."""
        status = self.cleaned_data["status"]
        was_converted = self.instance.status == Status.TO_OPPORTUNITY
        if was_converted and status not in (Status.TO_OPPORTUNITY, Status.DROPPED):
            raise forms.ValidationError(
                "这条需求已转成商机，只能保持「已转商机」或改为「已放弃」。"
            )
        return status

    def clean(self):
        cleaned = super().clean()
        layer, parent = cleaned.get("layer"), cleaned.get("parent")
        if not layer or "parent" in self.errors:
            return cleaned
        above = ABOVE.get(layer)
        if above is None and parent:
            self.add_error("parent", "「事实」在最上层，不由别的内容引出。")
        elif above and (parent is None or parent.layer != above):
            self.add_error(
                "parent", f"「{Layer(layer).label}」要选择引出它的「{Layer(above).label}」。"
            )
        if not self.is_new and "layer" in self.changed_data and self.instance.deeper.exists():
            self.add_error("layer", "它下面已有引出的内容，不能再改层次。")
        return cleaned


class FinanceForm(ItemForm):
    class Meta:
        model = CustomerFinance
        fields = ["year", "revenue_wan", "profit_wan", "growth_percent", "source"]

    def clean(self):
        cleaned = super().clean()
        figures = ("revenue_wan", "profit_wan", "growth_percent")
        if not self.errors and all(cleaned.get(name) is None for name in figures):
            self.add_error("revenue_wan", "收入、利润、增长至少填一项。")
        return cleaned


class BudgetForm(ItemForm):
    class Meta:
        model = CommunicationBudget
        fields = ["year", "kind", "amount_wan", "note"]

    def clean_amount_wan(self):
        amount = self.cleaned_data["amount_wan"]
        if amount < 0:
            raise forms.ValidationError("金额不能为负数。")
        return amount


class AllowanceForm(ItemForm):
    class Meta:
        model = AllowancePolicy
        fields = ["level", "mode", "amount", "headcount", "paid_via"]
        help_texts = {"level": "例如「中层领导」。", "paid_via": "例如「随工资发放」。"}

    def clean(self):
        cleaned = super().clean()
        mode, amount = cleaned.get("mode"), cleaned.get("amount")
        if mode == AllowancePolicy.Mode.FIXED and not amount and "amount" not in self.errors:
            self.add_error("amount", "定额补贴请填写每月金额。")
        if mode == AllowancePolicy.Mode.FULL and amount is not None:
            self.add_error("amount", "全额报销没有定额，请留空。")
        if amount is not None and amount < 0:
            self.add_error("amount", "金额不能为负数。")
        return cleaned


class AgreementForm(ItemForm):
    orders = (("signed_on", "expires_on", "到期日期不能早于签订日期。"),)

    class Meta:
        model = CooperationAgreement
        fields = [
            "kind",
            "title",
            "signed_on",
            "expires_on",
            "our_obligations",
            "their_obligations",
        ]

    def clean_signed_on(self):
        return self.not_in_future("signed_on")


class EventForm(ItemForm):
    """The date says by its own length how exactly it is known."""

    when = forms.CharField(
        label="日期", help_text="知道多少写多少：2007、2008-06 或 2008-06-03。", max_length=12
    )
    field_order = ("when", "title", "text", "impact")

    class Meta:
        model = CustomerEvent
        fields = ["title", "text", "impact"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_new:
            pattern = {Precision.YEAR: "%Y", Precision.MONTH: "%Y-%m"}
            when = pattern.get(self.instance.precision, "%Y-%m-%d")
            self.initial["when"] = self.instance.happened_on.strftime(when)

    def clean_when(self):
        match = WHEN.match(self.cleaned_data["when"].strip())
        try:
            year, month, day = (int(part) if part else None for part in match.groups())
            found = date(year, month or 1, day or 1)
        except (AttributeError, TypeError, ValueError) as error:
            raise forms.ValidationError(
                "看不懂这个日期，请写 2007、2008-06 或 2008-06-03。"
            ) from error
        if found > timezone.localdate():
            raise forms.ValidationError("大事记写已经发生的事，日期不能晚于今天。")
        self.precision = Precision.DAY if day else Precision.MONTH if month else Precision.YEAR
        return found

    def values(self) -> dict:
        when = {"happened_on": self.cleaned_data["when"], "precision": self.precision}
        return super().values() | when
