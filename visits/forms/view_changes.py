"""What the visit has taught of the customer: lines of 「which field — what it is now」 (R9)."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError

from accounts.actions import proposals

ROWS = 3
LONGEST = 2000
NOTHING = "请填写至少一处变化，或勾选「客户视图没有变化」。"
BOTH = "已勾选没有变化，又填写了变化，请二选一。"


@dataclass
class ChangeLine:
    """One line as typed; `place` is 「target|field」 of proposals.offered."""

    place: str = ""
    text: str = ""
    error: str = ""

    def for_action(self) -> proposals.Change:
        target, _, field = self.place.partition("|")
        return proposals.Change(target, field, self.text)


class ViewChanges:
    """The lines of a form, each checked against the field that it speaks of."""

    def __init__(self, visit, data=None):
        self.choices = proposals.offered(visit.customer, visit.contacts.all())
        places = data.getlist("view_place") if data is not None else []
        texts = data.getlist("view_text") if data is not None else []
        typed = zip(places, texts, strict=False)
        self.filled = [ChangeLine(p, t.strip()) for p, t in typed if p or t.strip()]
        for line in self.filled:
            line.error = self._error(line)

    def __iter__(self):
        blank = max(ROWS - len(self.filled), 1)
        return iter(self.filled + [ChangeLine() for _ in range(blank)])

    @property
    def is_valid(self) -> bool:
        return not any(line.error for line in self.filled)

    def _error(self, line: ChangeLine) -> str:
        if line.place not in dict(self.choices):
            return "请选择变化的是哪一项。"
        if not line.text:
            return "请填写现在的情况。"
        if len(line.text) > LONGEST:
            return f"请写在 {LONGEST} 字以内，现在是 {len(line.text)} 字。"
        change = line.for_action()
        try:
            proposals.understood(proposals.field_of(change.target, change.field), line.text)
        except ValidationError as error:
            return "".join(error.messages)
        return ""

    def problem(self, has_none: bool) -> str:
        """What keeps the record from being saved: R9 wants a change or a plain no."""
        if not self.filled and not has_none:
            return NOTHING
        return BOTH if self.filled and has_none else ""
