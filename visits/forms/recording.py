"""The record of a visit: facts, opinions and assessment in separate blocks (R7, R11, R12)."""

from datetime import date

from django import forms

from accounts.models import Contact
from core.rules import local_date
from staff.actions.attesting import DECLARATION
from visits.forms.conduct import StepLines, lines_of, read_steps
from visits.forms.fields import (
    Forgiving,
    Lines,
    WordsField,
    read_promises,
    text_area,
)
from visits.forms.planning import CHOICE
from visits.forms.view_changes import ViewChanges
from visits.models import VisitKeyPoint, VisitRecord

LONG = 4000
SATISFACTION = [("", "未表示")] + [(n, f"{n} 分") for n in range(1, 6)]
CLOSING = {
    "has_summarised": "总结要点",
    "has_agreed_next": "约定下一步",
    "has_thanked": "致谢",
    "has_stated_meaning": "说明会面的意义",
}
"""What to say before leaving (R7). A help to memory, never demanded (D46)."""


class OutcomeFields(forms.Form):
    """`summary_points`, `next_step` and whether there is none: shared with quick logging."""

    customer_opinions = WordsField(
        label="客户的看法",
        max_length=LONG,
        widget=text_area(4),
        help_text="客户怎么说的，用客户的原话。",
    )
    summary_points = WordsField(
        label="达成的要点", max_length=LONG, widget=text_area(3), help_text="一行一条。"
    )
    next_step = WordsField(label="下一步安排", max_length=LONG, required=False, widget=text_area(2))
    has_no_next_step = forms.BooleanField(label="本次没有后续安排", required=False)

    def clean_summary_points(self):
        lines = [line.strip() for line in self.cleaned_data["summary_points"].splitlines()]
        return "\n".join(line for line in lines if line)

    def clean(self):
        cleaned = super().clean()
        if "next_step" in self.fields and "next_step" not in self.errors:
            self.check_next_step("next_step", bool(cleaned.get("next_step")))
        return cleaned

    def check_next_step(self, name: str, has_step: bool) -> None:
        """Either something follows or it is said that nothing does (R7); told at field `name`."""
        has_none = self.cleaned_data.get("has_no_next_step")
        if has_step and has_none:
            self.add_error(name, "已勾选没有后续安排，请二选一。")
        if not has_step and not has_none:
            self.add_error(name, "请填写下一步安排，或勾选没有后续安排。")


class RecordForm(Forgiving, OutcomeFields):
    """The whole record. The next steps are lines of both sides instead of one text."""

    next_step = None
    facts = WordsField(
        label="事实与数据",
        max_length=LONG,
        required=False,
        widget=text_area(4),
        help_text="可以核对的事实和数字，注明来源。",
    )
    opinion_speaker = forms.ModelChoiceField(
        Contact.objects.none(), label="看法由谁提出", empty_label="请选择", error_messages=CHOICE
    )
    our_assessment = WordsField(
        label="我方判断",
        max_length=LONG,
        required=False,
        widget=text_area(3),
        help_text="自己的分析写在这里，不要混进客户的看法。",
    )
    customer_mood = forms.ChoiceField(
        label="客户态度",
        choices=VisitRecord.Mood.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    response_taken = WordsField(
        label="当时的应对", max_length=LONG, required=False, widget=text_area(2)
    )
    improvement_measures = WordsField(
        label="改进措施",
        max_length=LONG,
        required=False,
        widget=text_area(2),
        help_text="客户对服务不满时必须填写。",
    )
    competitor_mentions = WordsField(
        label="提到的竞争对手",
        max_length=LONG,
        required=False,
        widget=text_area(2),
        help_text="谁、什么事、客户怎么说；只记公开渠道和客户主动说的。",
    )
    satisfaction = forms.TypedChoiceField(
        label="满意程度",
        choices=SATISFACTION,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    is_confirmed_with_customer = forms.BooleanField(label="要点已与客户核实", required=False)
    confirmed_with = forms.ModelChoiceField(
        Contact.objects.none(),
        label="与谁核实",
        required=False,
        empty_label="请选择",
        error_messages=CHOICE,
    )
    closing = forms.MultipleChoiceField(
        label="离开前说到了",
        choices=list(CLOSING.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    no_view_change = forms.BooleanField(label="客户视图没有变化", required=False)
    declares_truth = forms.BooleanField(
        label=DECLARATION, error_messages={"required": "请确认对所填内容负责。"}
    )

    def __init__(self, data=None, *, visit, **kwargs):
        super().__init__(data, **kwargs)
        self.visit = visit
        self.changes = ViewChanges(visit, data)
        speakers = visit.contacts.all()
        self.fields["opinion_speaker"].queryset = speakers
        self.fields["opinion_speaker"].required = bool(speakers)
        self.fields["confirmed_with"].queryset = speakers
        self.points = list(visit.key_points.all())
        for point in self.points:
            self.fields[f"outcome_{point.pk}"] = forms.ChoiceField(
                label=point.content,
                choices=VisitKeyPoint.Outcome.choices,
                widget=forms.RadioSelect,
                error_messages={"required": "请选择结果。"},
            )
        self.promises, self.steps = Lines(spare=1), StepLines()
        if self.is_bound:
            day = local_date(visit.ended_at or visit.scheduled_start)
            self.promises = read_promises(self.data, day)
            self.steps = read_steps(self.data, day)

    @classmethod
    def of_record(cls, record: VisitRecord) -> "RecordForm":
        """Filled with a returned record; the truth of it is declared anew."""
        visit = record.visit
        initial = forms.model_to_dict(record) | {"no_view_change": True}
        initial["closing"] = [name for name in CLOSING if getattr(record, name)]
        initial |= {f"outcome_{p.pk}": p.outcome for p in visit.key_points.all()}
        form = cls(visit=visit, initial=initial)
        form.steps = lines_of(visit.next_steps.filter(done_at=None))
        return form

    @property
    def outcome_rows(self):
        """(key point, its field) pairs."""
        return [(point, self[f"outcome_{point.pk}"]) for point in self.points]

    @property
    def has_extras(self) -> bool:
        """Whether anything stands in the folded part, so that it must not be hidden."""
        names = ("response_taken", "competitor_mentions", "our_assessment", "closing")
        return any(self[name].value() or self[name].errors for name in names)

    def clean(self):
        cleaned = super().clean()
        self.check_next_step("has_no_next_step", bool(self.steps.filled))
        self._check_mood(cleaned)
        self._check_confirmed(cleaned)
        if not self.steps.is_valid:
            self.add_error(None, "请改正标出的下一步安排。")
        if not self.promises.is_valid:
            self.add_error(None, "请改正标出的承诺。")
        if not self.changes.is_valid:
            self.add_error(None, "请改正标出的客户视图变化。")
        problem = self.changes.problem(cleaned.get("no_view_change", False))
        if problem:
            self.add_error("no_view_change", problem)
        return cleaned

    def _check_mood(self, cleaned) -> None:
        is_dissatisfied = cleaned.get("customer_mood") == VisitRecord.Mood.DISSATISFIED
        if is_dissatisfied and not cleaned.get("improvement_measures"):
            if "improvement_measures" not in self.errors:
                self.add_error("improvement_measures", "客户对服务不满，请写明改进措施。")

    def _check_confirmed(self, cleaned) -> None:
        """Whoever confirmed counts only with the tick; of one contact nobody needs to be asked."""
        if not cleaned.get("is_confirmed_with_customer"):
            cleaned["confirmed_with"] = None
            return
        there = self.fields["confirmed_with"].queryset
        if cleaned.get("confirmed_with") or "confirmed_with" in self.errors:
            return
        if len(there) == 1:
            cleaned["confirmed_with"] = there[0]
        elif there:
            self.add_error("confirmed_with", "请选择与谁核实。")

    def for_action(self) -> dict:
        """The arguments of recording.record_visit."""
        fields = dict(self.cleaned_data)
        del fields["declares_truth"]
        fields["has_no_view_change"] = fields.pop("no_view_change")
        ticked = fields.pop("closing")
        fields |= {name: name in ticked for name in CLOSING}
        fields["view_changes"] = [line.for_action() for line in self.changes.filled]
        fields["next_steps"] = [line.for_action() for line in self.steps.filled]
        outcomes = {p.pk: fields.pop(f"outcome_{p.pk}") for p in self.points}
        promises = [(p.content, date.fromisoformat(p.due_on)) for p in self.promises.filled]
        return {"outcomes": outcomes, "commitments": promises, **fields}
