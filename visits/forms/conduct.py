"""Small inputs around a visit: the point of arrival, and the next steps of both sides (R5, R7)."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django import forms

from core.forms import CONTROL_REFUSED, has_control_characters, refuse_far_years
from visits.models import VisitNextStep
from visits.step_rules import MAX_CONTENT, US, Step

MAX_PERSON = 50


class PlaceForm(forms.Form):
    """What the device sends with an arrival. Without it, or with nonsense, one arrives the same."""

    latitude = forms.DecimalField(min_value=Decimal(-90), max_value=Decimal(90))
    longitude = forms.DecimalField(min_value=Decimal(-180), max_value=Decimal(180))

    def point(self) -> dict[str, Decimal] | None:
        return dict(self.cleaned_data) if self.is_valid() else None


@dataclass
class StepLine:
    """One line as it was typed, and what is wrong with it."""

    side: str = US
    content: str = ""
    person: str = ""
    due_on: str = ""
    error: str = ""

    @property
    def is_blank(self) -> bool:
        return not (self.content or self.person or self.due_on)

    def for_action(self) -> Step:
        due_on = date.fromisoformat(self.due_on) if self.due_on else None
        return Step(self.side, self.content, self.person, due_on)


@dataclass
class StepLines:
    """The lines that are not blank; shown with one blank line for either side at first."""

    filled: list[StepLine] = field(default_factory=list)

    def __iter__(self):
        blank = [StepLine()] if self.filled else [StepLine(), StepLine("customer")]
        return iter(self.filled + blank)

    @property
    def is_valid(self) -> bool:
        return not any(line.error for line in self.filled)


def lines_of(steps) -> StepLines:
    """The stored steps of a visit as lines of a form."""
    return StepLines(
        [
            StepLine(s.side, s.content, s.person, s.due_on.isoformat() if s.due_on else "")
            for s in steps
        ]
    )


def read_steps(data, first_day: date) -> StepLines:
    """Lines of `step_side`, `step_content`, `step_person` and `step_due_on`, each checked.

    A plain `next_step`, as drafts of former days have it, counts as lines of ours.
    """
    names = ("side", "content", "person", "due_on")
    columns = {name: data.getlist(f"step_{name}") for name in names}
    lines = []
    for number in range(max(map(len, columns.values()), default=0)):
        cells = {n: c[number].strip() for n, c in columns.items() if number < len(c)}
        lines.append(StepLine(**cells))
    lines += [StepLine(content=text.strip()) for text in data.get("next_step", "").splitlines()]
    filled = [line for line in lines if not line.is_blank]
    for line in filled:
        line.error = _error_of(line, first_day)
    return StepLines(filled)


def _error_of(line: StepLine, first_day: date) -> str:
    if line.side not in VisitNextStep.Side.values:
        return "请选择由哪一方办。"
    if not line.content:
        return "请写明要办的事。"
    if has_control_characters(line.content + line.person):
        return CONTROL_REFUSED
    if len(line.content) > MAX_CONTENT:
        return f"请写在 {MAX_CONTENT} 字以内，现在是 {len(line.content)} 字。"
    if len(line.person) > MAX_PERSON:
        return f"负责人请写在 {MAX_PERSON} 字以内。"
    return _day_error(line.due_on, first_day) if line.due_on else ""


def _day_error(text: str, first_day: date) -> str:
    try:
        due_on = date.fromisoformat(text)
        refuse_far_years(due_on)
    except ValueError:
        return "请按「年-月-日」填写完成日期。"
    except forms.ValidationError as error:
        return error.message
    return "完成日期不能早于拜访当天。" if due_on < first_day else ""
