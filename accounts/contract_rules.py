"""When contracts end. Standard library only: no ORM, no settings, no clock."""

from dataclasses import dataclass
from datetime import date, timedelta

STEPS = (30, 60, 90, 180)
"""到期日历的档位：180、90、60、30 天 (R49)."""

LABELS = {
    "expired": "已到期",
    "d30": "30 天内",
    "d60": "31–60 天",
    "d90": "61–90 天",
    "d180": "91–180 天",
    "later": "180 天以后",
}


def bucket(ends_on: date, today: date) -> str:
    """The column of the calendar of expiry that a contract stands in (R49).

    The last day of the contract is day 0 and still runs: it is in `d30`; the day after is
    `expired`. Exactly 30 days left is `d30`, 31 is `d60`, 180 is `d180`, 181 is `later`.
    """
    left = (ends_on - today).days
    if left < 0:
        return "expired"
    return next((f"d{step}" for step in STEPS if left <= step), "later")


def bounds(code: str, today: date) -> tuple[date | None, date | None]:
    """(first, last) day of ends_on in that bucket, both included; None is open."""
    day = timedelta(days=1)
    edges = [today + timedelta(days=step) for step in STEPS]
    if code == "expired":
        return None, today - day
    if code == "later":
        return edges[-1] + day, None
    index = STEPS.index(int(code[1:]))
    return (edges[index - 1] + day if index else today), edges[index]


@dataclass(frozen=True)
class Remaining:
    """How near the end is, as a chip shows it."""

    days: int
    code: str

    @property
    def css(self) -> str:
        if self.code in ("expired", "d30"):
            return "chip-late"
        return "chip-soon" if self.code in ("d60", "d90") else "chip-muted"

    @property
    def text(self) -> str:
        if self.days < 0:
            return f"已到期 {-self.days} 天"
        return "今天到期" if self.days == 0 else f"剩 {self.days} 天"


def remaining(ends_on: date, today: date) -> Remaining:
    return Remaining((ends_on - today).days, bucket(ends_on, today))


def place(day: date, first: date, last: date, width: int) -> float:
    """Where `day` stands on a line of `width` from `first` to `last`; kept inside it."""
    span = max((last - first).days, 1)
    return round(min(max((day - first).days / span, 0), 1) * width, 1)
