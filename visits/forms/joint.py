"""Key findings of a joint visit and what the others say to them (R10)."""

from datetime import datetime

from django import forms

from core.forms import plain_helper
from visits.forms.fields import RowsField, WordsField, text_area
from visits.forms.planning import CHOICE
from visits.joint_rules import ANSWERS
from visits.models import FindingAnswer, KeyFinding, VisitParticipant

OUTDATED = "页面已过时，请刷新后再试。"
ALONE = "有异议或补充时请写明内容。"


class SeenField(forms.CharField):
    """The moment of the wording that the page showed, carried back unchanged."""

    def __init__(self):
        super().__init__(
            label="页面", widget=forms.HiddenInput, error_messages={"required": OUTDATED}
        )

    def clean(self, value):
        try:
            seen = datetime.fromisoformat(super().clean(value))
        except ValueError as error:
            raise forms.ValidationError(OUTDATED) from error
        if seen.tzinfo is None:
            raise forms.ValidationError(OUTDATED)
        return seen


class FindingForm(forms.Form):
    category = forms.ChoiceField(
        label="类别", choices=KeyFinding.Category.choices, error_messages=CHOICE
    )
    content = WordsField(label="关键信息", max_length=300, widget=text_area(2))
    confidence = forms.TypedChoiceField(
        label="可信度",
        choices=KeyFinding.Confidence.choices,
        coerce=int,
        initial=KeyFinding.Confidence.MEDIUM,
        error_messages=CHOICE,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class RewordForm(FindingForm):
    seen = SeenField()


class AnswerForm(forms.Form):
    verdict = forms.ChoiceField(
        label="意见",
        choices=[(code, FindingAnswer.Verdict(code).label) for code in ANSWERS],
        widget=forms.RadioSelect,
        error_messages=CHOICE | {"required": "请选择确认、有异议或补充。"},
    )
    comment = WordsField(
        label="说明",
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "有异议或补充时写明"}),
    )
    seen = SeenField()

    def clean(self):
        cleaned = super().clean()
        says_more = cleaned.get("verdict") in ("disputed", "commented")
        if says_more and not cleaned.get("comment") and "comment" not in self.errors:
            self.add_error("comment", ALONE)
        return cleaned


class WithdrawForm(forms.Form):
    reason = WordsField(
        label="撤回的原因",
        max_length=200,
        error_messages={"required": "请写明撤回的原因。"},
        widget=forms.TextInput,
    )
    seen = SeenField()


class AttendanceForm(forms.Form):
    attended = RowsField(
        VisitParticipant.objects.none(),
        label="到场的同行人",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages=CHOICE,
    )

    def __init__(self, data=None, *, visit, **kwargs):
        super().__init__(data, **kwargs)
        rows = visit.participants.select_related("user").order_by("pk")
        self.fields["attended"].queryset = rows
        self.fields["attended"].label_from_instance = lambda row: (
            f"{row.user.name}（{row.get_role_display()}）"
        )
        self.initial.setdefault("attended", [row.pk for row in rows if row.has_attended])
        self.people = list(rows)
        for row in self.people:
            self.fields[f"role_{row.pk}"] = forms.ChoiceField(
                label=f"{row.user.name}的分工",
                choices=VisitParticipant.Role.choices,
                required=False,
                initial=row.role,
                error_messages=CHOICE,
            )

    @property
    def role_rows(self):
        return [self[f"role_{row.pk}"] for row in self.people]

    @property
    def roles(self) -> dict[int, str]:
        """{participant: role}; whose was not sent keeps it."""
        sent = {row.pk: self.cleaned_data.get(f"role_{row.pk}") for row in self.people}
        return {pk: role for pk, role in sent.items() if role}

    @property
    def chosen(self) -> set[int]:
        return {row.pk for row in self.cleaned_data["attended"]}
