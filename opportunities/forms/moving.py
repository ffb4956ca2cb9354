"""What a stage asks for on the way into it, and the go decision (R77, §B.4)."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from core.forms import plain_helper
from opportunities import stage_rules
from opportunities.forms.fields import (
    CHOICE,
    CHOOSE,
    DayField,
    MoneyField,
    PersonField,
    WordsField,
    engineers,
    text_area,
)
from opportunities.models import Opportunity, OpportunityStage, Stage

FIELDS_OF = {
    Stage.QUALIFIED: ("one_off_amount", "annual_amount", "expected_close"),
    Stage.SOLUTION: ("solution_text",),
    Stage.PROPOSAL: ("quotation_ref",),
    Stage.NEGOTIATION: ("terms",),
    Stage.CONTRACTING: ("contract_draft",),
    Stage.WON: ("contract_no", "signed_on", "win_reason"),
    Stage.LOST: ("loss_reason", "winner", "price_gap_pct", "lesson"),
    Stage.SUSPENDED: ("suspended_reason", "review_on"),
}
"""The stage's own fields; a step back, or out of a suspension, asks for none."""


FACT_OF = {"one_off_amount": "amount", "annual_amount": "amount", "solution_text": "solution"}
"""Names of stage_rules.LABELS that a field has not itself."""


class MoveForm(forms.Form):
    """One small form for each target; `to` and `seen` travel along unseen."""

    one_off_amount = MoneyField(label="一次性金额（元）")
    annual_amount = MoneyField(label="年金额（元）")
    expected_close = DayField(label="预计签约")
    solution_text = WordsField(
        label="方案要点", max_length=300, widget=text_area(2), help_text="客户认可的方案方向。"
    )
    quotation_ref = WordsField(label="报价或投标编号", max_length=60)
    terms = WordsField(label="商务条款", max_length=2000, widget=text_area(3))
    contract_draft = WordsField(label="合同草案", max_length=200)
    contract_no = WordsField(label="合同编号", max_length=40)
    signed_on = DayField(label="签订日期")
    win_reason = forms.ChoiceField(
        label="赢单原因", choices=[("", CHOOSE), *Opportunity.WinReason.choices],
        error_messages=CHOICE,
    )  # fmt: skip
    loss_reason = forms.ChoiceField(
        label="输单原因", choices=[("", CHOOSE), *Opportunity.LossReason.choices],
        error_messages=CHOICE,
    )  # fmt: skip
    winner = WordsField(
        label="中选方", max_length=60, required=False, help_text="客户取消和政策原因可以不填。"
    )
    price_gap_pct = forms.DecimalField(
        label="价格差（%）", max_digits=6, decimal_places=2, required=False,
        help_text="我方比中选方高出的百分比；因价格输单必填。",
    )  # fmt: skip
    lesson = WordsField(label="经验教训", min_length=4, max_length=1000, widget=text_area(3))
    suspended_reason = WordsField(
        label="搁置原因", min_length=4, max_length=200, widget=text_area(2)
    )
    review_on = DayField(label="复查日期", help_text="90 天以内。")
    reason = WordsField(label="说明", max_length=300, required=False, widget=text_area(2))
    to = WordsField(label="新阶段", max_length=12, widget=forms.HiddenInput, required=False)
    seen = WordsField(label="原阶段", max_length=12, widget=forms.HiddenInput, required=False)

    def __init__(self, *args, opportunity: Opportunity, to: str, **kwargs):
        mine = () if is_known(opportunity.stage, to) else FIELDS_OF.get(to, ())
        known = {name: getattr(opportunity, name) for name in mine}
        known |= {"to": to, "seen": opportunity.stage}
        if to == Stage.SUSPENDED:
            known["review_on"] = timezone.localdate() + timedelta(days=30)
        super().__init__(*args, initial=known, **kwargs)
        self.helper = plain_helper()
        self.mine = mine
        for name in set(self.fields) - {*mine, "reason", "to", "seen"}:
            del self.fields[name]
        self._ask_only_what_is_asked(opportunity, to)
        if is_backward(opportunity.stage, to):
            self.fields["reason"].label = "退回的原因"
            self.fields["reason"].required = True
        elif to in (Stage.LOST, Stage.SUSPENDED):
            del self.fields["reason"]

    def _ask_only_what_is_asked(self, opportunity: Opportunity, to: str) -> None:
        """What the rows of the ladder do not ask for may stay empty, and a solution be a file."""
        asked = set(stage_rules.asked(to, OpportunityStage.objects.required()))
        if opportunity.solution_file_id:
            asked.discard("solution")
        for name in self.mine:
            fact = FACT_OF.get(name, name)
            if fact in stage_rules.LABELS:
                self.fields[name].required = fact in asked

    def clean_signed_on(self):
        day = self.cleaned_data["signed_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("签订日期不能晚于今天。")
        return day

    def clean_review_on(self):
        day, today = self.cleaned_data["review_on"], timezone.localdate()
        if not today < day <= today + stage_rules.LONGEST_SUSPENSION:
            raise forms.ValidationError("请填写今后 90 天以内的复查日期。")
        return day

    def clean(self):
        cleaned = super().clean()
        if "loss_reason" in self.mine:
            told = [cleaned.get(name) or "" for name in ("loss_reason", "winner", "lesson")]
            has_gap = cleaned.get("price_gap_pct") is not None
            faults = stage_rules.loss_faults(told[0], told[1], has_gap, told[2])
            for name, words in faults.items():
                if name not in self.errors:
                    self.add_error(name, words)
        return cleaned

    def values(self) -> dict:
        empty = {"one_off_amount": 0, "annual_amount": 0}
        found = {name: self.cleaned_data[name] for name in self.mine}
        return {name: empty.get(name) if v is None else v for name, v in found.items()}


def is_backward(stage: str, to: str) -> bool:
    return 0 < stage_rules.step(to) < stage_rules.step(stage)


def is_known(stage: str, to: str) -> bool:
    """It has stood on `to` before: one goes back, or goes on after a rest."""
    return is_backward(stage, to) or (stage == Stage.SUSPENDED and to != Stage.LOST)


class GoForm(forms.Form):
    decision = forms.ChoiceField(
        label="决定", choices=[("go", "同意立项"), ("no", "不同意，留在原阶段")],
        widget=forms.RadioSelect, error_messages=CHOICE,
    )  # fmt: skip
    engineer = PersonField(
        None, label="安排的客户工程师", required=False, help_text="同意立项时必填。"
    )
    note = WordsField(
        label="意见", max_length=300, required=False, widget=text_area(2),
        help_text="不同意时写明原因和改进方向。",
    )  # fmt: skip

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["engineer"].queryset = engineers(user)

    def clean(self):
        cleaned = super().clean()
        decision = cleaned.get("decision")
        if decision == "go" and not cleaned.get("engineer") and "engineer" not in self.errors:
            self.add_error("engineer", "同意立项请同时安排客户工程师。")
        if decision == "no" and not cleaned.get("note") and "note" not in self.errors:
            self.add_error("note", "不同意立项时请写明原因。")
        return cleaned
