"""A request up the line, its decision, and telling the customer (R14, R16)."""

from django import forms
from django.utils import timezone

from core.forms import plain_helper
from staff.models import AuthorityTopic
from visits.authority_rules import OUT_OF_POLICY
from visits.forms.fields import (
    DayField,
    Forgiving,
    MomentField,
    WordsField,
    not_in_future,
    text_area,
)
from visits.models import Escalation

State = Escalation.State


class FiguresForm(forms.Form):
    """discount_pct, amount and term_months: how much is asked for or promised."""

    FIGURES = ("discount_pct", "amount", "term_months")

    discount_pct = forms.DecimalField(
        label="折扣（%）", max_digits=5, decimal_places=2, min_value=0, max_value=100,
        required=False, help_text="让利的百分比：八五折写 15。",
    )  # fmt: skip
    amount = forms.DecimalField(
        label="金额（元）", max_digits=14, decimal_places=2, min_value=0, required=False,
        help_text="减免、赔偿或补偿的金额。",
    )  # fmt: skip
    term_months = forms.IntegerField(label="期限（月）", min_value=1, max_value=600, required=False)


class QuestionFields(forms.Form):
    question = WordsField(label="客户的要求", max_length=2000, widget=text_area(3))
    proposal = WordsField(
        label="建议答复",
        max_length=2000,
        widget=text_area(3),
        help_text="您建议怎样答复，依据是什么。",
    )
    policy_ref = WordsField(
        label="规定依据",
        max_length=200,
        required=False,
        help_text="不符合规定的要求必须写明是哪一条规定或协议。",
    )
    special_reason = WordsField(
        label="特殊原因", max_length=2000, required=False, widget=text_area(2)
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("topic") == OUT_OF_POLICY:
            for name in ("policy_ref", "special_reason"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, "不符合规定的要求必须写明这一项。")
        return cleaned


class EscalationForm(Forgiving, FiguresForm, QuestionFields):
    field_order = ("topic", "question", "proposal", *FiguresForm.FIGURES, "policy_ref",
                   "special_reason")  # fmt: skip

    topic = forms.ChoiceField(label="涉及事项", choices=[("", "请选择"), *AuthorityTopic.choices])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class DecisionForm(forms.Form):
    CHOICES = [(s.value, s.label) for s in (State.APPROVED, State.CONDITIONAL, State.REJECTED)]

    outcome = forms.ChoiceField(label="决定", choices=CHOICES, widget=forms.RadioSelect)
    conditions = WordsField(
        label="条件", max_length=2000, required=False, widget=text_area(2),
        help_text="附条件同意时必须写明。",
    )  # fmt: skip
    alternative = WordsField(
        label="替代方案或解释", max_length=2000, required=False, widget=text_area(2),
        help_text="不同意时必须给出，客户经理据此答复客户。",
    )  # fmt: skip
    expires_on = DayField(
        label="有效期至", required=False, help_text="不符合规定的例外必须写明有效期。"
    )

    def __init__(self, *args, topic: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.topic = topic
        self.helper = plain_helper()

    def clean_expires_on(self):
        day = self.cleaned_data["expires_on"]
        if day and day < timezone.localdate():
            raise forms.ValidationError("有效期不能早于今天。")
        return day

    def clean(self):
        cleaned = super().clean()
        outcome = cleaned.get("outcome")
        self._demand(outcome == State.CONDITIONAL, "conditions", "附条件同意时请写明条件。")
        self._demand(outcome == State.REJECTED, "alternative", "不同意时请给出替代方案或解释。")
        is_exception = outcome in Escalation.GRANTED and self.topic == OUT_OF_POLICY
        self._demand(is_exception, "expires_on", "同意例外时必须写明有效期。")
        return cleaned

    def _demand(self, is_needed: bool, name: str, message: str) -> None:
        if is_needed and not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, message)


class ForwardForm(forms.Form):
    note = WordsField(label="上报意见", max_length=300, required=False, widget=text_area(2))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="forward_%s", **kwargs)
        self.helper = plain_helper()


class WithdrawForm(forms.Form):
    reason = WordsField(
        label="撤回原因", min_length=4, max_length=280, widget=text_area(2),
        error_messages={"min_length": "请把原因写清楚，至少 4 个字。"},
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="withdraw_%s", **kwargs)
        self.helper = plain_helper()


class CommunicateForm(forms.Form):
    how = WordsField(label="怎样告知客户", max_length=200, help_text="当面、电话或书面，告知了谁。")
    at = MomentField(label="告知时间")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()

    def clean_at(self):
        return not_in_future(self.cleaned_data["at"], "告知时间")
