"""What the next steps of a visit say as text, and until when they are shown. Standard library."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

US, CUSTOMER = "us", "customer"
MAX_CONTENT = 200
SOON = timedelta(days=7)
"""今日 shows what is due within a week; what is older than that is still shown for a month."""
STILL_SHOWN = timedelta(days=30)


@dataclass(frozen=True)
class Step:
    """One thing to be done by one side (R7). `person` and `due_on` may be unknown."""

    side: str
    content: str
    person: str = ""
    due_on: date | None = None


def step_text(step: Step) -> str:
    """「请贵方提供机房图纸（张主任，12月3日前）」, as a letter can say it."""
    when = f"{step.due_on.month}月{step.due_on.day}日前" if step.due_on else ""
    known = "，".join(part for part in (step.person, when) if part)
    lead = "请贵方" if step.side == CUSTOMER else ""
    return f"{lead}{step.content}" + (f"（{known}）" if known else "")


def steps_text(steps: Iterable[Step]) -> str:
    """One line a step; this is what the record keeps as its next step."""
    return "\n".join(step_text(step) for step in steps)


def steps_of_text(text: str) -> list[Step]:
    """A plain text as steps of ours, one a line: what the quick log writes can be ticked too."""
    lines = (line.strip() for line in text.splitlines())
    return [Step(US, _short(line)) for line in lines if line]


def _short(line: str) -> str:
    return line if len(line) <= MAX_CONTENT else line[: MAX_CONTENT - 1] + "…"


def shown_days(today: date) -> tuple[date, date]:
    """(first, last) due day of the open steps on 今日."""
    return today - STILL_SHOWN, today + SOON
