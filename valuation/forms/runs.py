"""Start, review, abandon review, alert."""

from django import forms
from django.utils import timezone

from accounts.models import Industry
from core.forms import date_input, plain_helper
from valuation.models import AbandonReview, ValuationRun

Scope = ValuationRun.Scope


def note(label: str, *, is_needed: bool = True, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=300, required=is_needed, help_text=help_text,
        widget=forms.Textarea({"rows": 2}), error_messages={"required": f"请写明{label}。"},
    )  # fmt: skip


class StartForm(forms.Form):
    scope = forms.ChoiceField(
        label="范围", choices=Scope.choices, initial=Scope.LOCAL_NETWORK, widget=forms.RadioSelect,
        help_text="分界线在所选范围之内计算；本地网包括本分公司全部在用客户。",
    )  # fmt: skip
    industry = forms.ModelChoiceField(
        label="行业", queryset=Industry.objects.none(), required=False, empty_label="—",
        help_text="只在范围是「行业」时选择；名单制客户太少的行业请参考本地网。",
    )  # fmt: skip
    as_of = forms.DateField(
        label="评估日期", widget=date_input(),
        help_text="按这一天之前十二个整月的账单和当时有效的合同、产品、改值计算。",
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["industry"].queryset = Industry.objects.all()
        self.fields["as_of"].widget.attrs["max"] = timezone.localdate().isoformat()

    def clean_as_of(self):
        day = self.cleaned_data["as_of"]
        if day > timezone.localdate():
            raise forms.ValidationError("评估日期不能晚于今天。")
        return day

    def clean(self):
        found = super().clean()
        is_industry = found.get("scope") == Scope.INDUSTRY
        if is_industry and not found.get("industry") and "industry" not in self.errors:
            self.add_error("industry", "请选择行业。")
        if not is_industry:
            found["industry"] = None
        return found


class RunReviewForm(forms.Form):
    note = note(
        "审核意见", is_needed=False, help_text="看过分界线、各组数量和缺少的数据之后再审核。"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="review_%s", **kwargs)
        self.helper = plain_helper()


class AbandonForm(forms.Form):
    decision = forms.ChoiceField(
        label="结论", choices=AbandonReview.Recommendation.choices, widget=forms.RadioSelect
    )
    note = note("说明", help_text="为什么这样决定；以后可以查到。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class AlertForm(forms.Form):
    ADOPT, DISMISS = "adopt", "dismiss"

    answer = forms.ChoiceField(
        label="处理", widget=forms.RadioSelect,
        choices=[(ADOPT, "纳入名单制"), (DISMISS, "暂不纳入")],
    )  # fmt: skip
    note = note("说明")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
