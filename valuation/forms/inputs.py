"""Costs and survey of a month, an expert's rating, the head's decision, a value by hand."""

from decimal import Decimal

from django import forms
from django.utils import timezone

from core.forms import date_input, plain_helper
from valuation import input_rules as rules
from valuation.actions.inputs import FIGURES
from valuation.models import CustomerMeasure

MONTH = "%Y-%m"
SHORT_PAGE = "页面不完整，请重新打开本页。"


class MonthField(forms.DateField):
    def __init__(self, **kwargs):
        widget = forms.DateInput({"type": "month"}, format=MONTH)
        kwargs.setdefault("error_messages", {"invalid": "请按「年-月」填写。"})
        super().__init__(widget=widget, input_formats=[MONTH], **kwargs)


class MeasureForm(forms.ModelForm):
    """`row` is the stored month that was opened, or None."""

    seen_at = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    class Meta:
        model = CustomerMeasure
        fields = ["month", *FIGURES, "source"]
        field_classes = {"month": MonthField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        for name in FIGURES:
            self.fields[name].help_text = HELP.get(name, "")

    def clean_month(self):
        month = self.cleaned_data["month"].replace(day=1)
        if month > timezone.localdate():
            raise forms.ValidationError("不能是以后的月份。")
        return month

    def clean(self):
        found = super().clean()
        for name in (*COSTS, *RATIOS):
            value = found.get(name)
            if value is not None and value < 0:
                self.add_error(name, "不能为负数。")
        points = found.get("satisfaction")
        if points is not None and not 0 <= points <= 100:
            self.add_error("satisfaction", "满意度在 0 到 100 之间。")
        level = found.get("price_sensitivity")
        if level is not None and not 1 <= level <= 5:
            self.add_error("price_sensitivity", "价格敏感度在 1 到 5 之间。")
        if not any(found.get(name) not in (None, "") for name in FIGURES) and not self.errors:
            raise forms.ValidationError("至少填写一项数据。")
        return found

    def _post_clean(self):
        """The action writes the row; constraints of a new one do not apply to a changed one."""


COSTS = ("cost_marketing", "cost_service", "cost_om", "induced_revenue")
RATIOS = ("quality_extra_cost_ratio", "conversion_cost_ratio")
HELP = {
    "cost_marketing": "留空表示不知道，相关指标按缺数据处理。",
    "induced_revenue": "该客户带动的其他用户每月给我方的收入。",
    "price_sensitivity": "1 不敏感，5 极敏感。",
    "quality_extra_cost_ratio": "为其质量要求额外付出的成本与收入之比，例如 0.05。",
    "conversion_cost_ratio": "争取其转变所需的成本与收入之比，例如 0.20。",
}


def _reason(label: str = "理由") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=300, widget=forms.Textarea({"rows": 3}),
        error_messages={"required": f"请写明{label}。"},
    )  # fmt: skip


class RatingForm(forms.Form):
    score = forms.TypedChoiceField(
        label="评分", coerce=int, widget=forms.RadioSelect,
        choices=[(n, f"{n} 分") for n in range(1, 6)],
    )  # fmt: skip
    reason = _reason()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class ArbitrationForm(forms.Form):
    score = forms.DecimalField(
        label="裁定分数", min_value=1, max_value=5, max_digits=3, decimal_places=2,
        help_text="1 到 5 分，可以有小数。",
    )  # fmt: skip
    reason = _reason()
    seen_scores = forms.CharField(
        widget=forms.HiddenInput, max_length=80, error_messages={"required": SHORT_PAGE}
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class OverrideForm(forms.Form):
    indicator = forms.ChoiceField(label="指标")
    value = forms.DecimalField(label="取值", max_digits=16, decimal_places=4)
    reason = _reason()
    expires_on = forms.DateField(label="有效期至", widget=date_input())

    def __init__(self, *args, indicators, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["indicator"].choices = [
            (one.code, f"{one.code} {one.name}（{one.unit or '比值'}）") for one in indicators
        ]
        today = timezone.localdate()
        self.fields["expires_on"].help_text = "最长一年；到期后自动按来源取值。"
        self.fields["expires_on"].widget.attrs |= {
            "min": today.isoformat(), "max": rules.last_expiry(today).isoformat(),
        }  # fmt: skip

    def clean_expires_on(self):
        day, today = self.cleaned_data["expires_on"], timezone.localdate()
        if not today <= day <= rules.last_expiry(today):
            raise forms.ValidationError("有效期应在今天到一年之内。")
        return day

    def clean(self):
        found = super().clean()
        code, value = found.get("indicator"), found.get("value")
        if code and isinstance(value, Decimal) and (fault := rules.value_fault(code, value)):
            self.add_error("value", fault)
        return found
