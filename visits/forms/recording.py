"""The record of a visit: facts, opinions and assessment in separate blocks (R7, R11, R12)."""

from datetime import date

from django import forms

from accounts.models import Contact
from core.rules import local_date
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

MOOD_TIPS = {
    "cooperative": "",
    "reticent": "少问「是不是」，多问「怎么看」；从共同的话题说起，先建立信任。",
    "dissatisfied": "诚恳说明，承认不足，讲清改进措施；先稳住自己的情绪。改进措施必须填写。",
    "angry_third_party": "不评价对方的同事或其他单位，保持中立，不偏不倚。",
}
"""How to meet each behaviour (R6)."""
LONG = 4000
SATISFACTION = [("", "未表示")] + [(n, f"{n} 分") for n in range(1, 6)]


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
        if "next_step" in self.errors:
            return cleaned
        has_step, has_none = bool(cleaned.get("next_step")), cleaned.get("has_no_next_step")
        if has_step and has_none:
            self.add_error("next_step", "已勾选没有后续安排，请二选一。")
        if not has_step and not has_none:
            self.add_error("next_step", "请填写下一步安排，或勾选没有后续安排。")
        return cleaned


class RecordForm(Forgiving, OutcomeFields):
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
    improvement_measures = WordsField(
        label="改进措施", max_length=LONG, required=False, widget=text_area(2)
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

    no_view_change = forms.BooleanField(label="客户视图没有变化", required=False)

    def __init__(self, data=None, *, visit, **kwargs):
        super().__init__(data, **kwargs)
        self.visit = visit
        self.changes = ViewChanges(visit, data)
        speakers = visit.contacts.all()
        self.fields["opinion_speaker"].queryset = speakers
        self.fields["opinion_speaker"].required = bool(speakers)
        self.points = list(visit.key_points.all())
        for point in self.points:
            self.fields[f"outcome_{point.pk}"] = forms.ChoiceField(
                label=point.content,
                choices=VisitKeyPoint.Outcome.choices,
                widget=forms.RadioSelect,
                error_messages={"required": "请选择结果。"},
            )
        self.promises = Lines(spare=1)
        if self.is_bound:
            self.promises = read_promises(
                self.data, local_date(visit.ended_at or visit.scheduled_start)
            )

    @property
    def outcome_rows(self):
        """(key point, its field) pairs."""
        return [(point, self[f"outcome_{point.pk}"]) for point in self.points]

    @property
    def mood_rows(self):
        """(radio, tip) pairs."""
        return [(radio, MOOD_TIPS[radio.data["value"]]) for radio in self["customer_mood"]]

    def clean(self):
        cleaned = super().clean()
        is_dissatisfied = cleaned.get("customer_mood") == VisitRecord.Mood.DISSATISFIED
        if is_dissatisfied and not cleaned.get("improvement_measures"):
            if "improvement_measures" not in self.errors:
                self.add_error("improvement_measures", "客户对服务不满，请写明改进措施。")
        if not self.promises.is_valid:
            self.add_error(None, "请改正标出的承诺。")
        if not self.changes.is_valid:
            self.add_error(None, "请改正标出的客户视图变化。")
        problem = self.changes.problem(cleaned.get("no_view_change", False))
        if problem:
            self.add_error("no_view_change", problem)
        return cleaned

    def for_action(self) -> dict:
        """The arguments of recording.record_visit."""
        fields = dict(self.cleaned_data)
        del fields["no_view_change"]
        fields["view_changes"] = [line.for_action() for line in self.changes.filled]
        outcomes = {p.pk: fields.pop(f"outcome_{p.pk}") for p in self.points}
        promises = [(p.content, date.fromisoformat(p.due_on)) for p in self.promises.filled]
        return {"outcomes": outcomes, "commitments": promises, **fields}
