"""How often a customer is visited (R22, §B.15). Standard library only; days are arguments."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.rules import local_date

PHONE, ON_SITE, EXECUTIVE = "phone", "on_site", "executive"
LONGEST_REST = 90
"""「暂不需要」 holds at most so many days."""
MOST_AHEAD = 7
"""A suggestion comes at most so many days before its day, and a quarter of a short interval."""

ENDED = frozenset({"held", "recorded", "closed"})
AHEAD = frozenset({"planned", "booked", "in_progress"})
OFF = frozenset({"cancelled", "rescheduled", "no_show"})

BANDS = (
    ("le30", "30 天内", 0, 30),
    ("d31", "31–60 天", 31, 60),
    ("d61", "61–90 天", 61, 90),
    ("d91", "91–180 天", 91, 180),
    ("gt180", "180 天以上", 181, None),
    ("never", "从未上门", None, None),
)
"""(code, words, first day, last day) since the last visit on site; both ends belong to it."""
BAND_CODES = tuple(band[0] for band in BANDS)


def days_ahead(every_days: int) -> int:
    """How many days before its day a visit is suggested: weekly calls one day, monthly seven."""
    return min(MOST_AHEAD, every_days // 4)


def due_on(last_at: datetime | None, since: date, every_days: int) -> date:
    """The day by which to go again; `since` is when the manager took the customer over."""
    start = local_date(last_at) if last_at else since
    return start + timedelta(days=every_days)


def band_of(last_on: date | None, today: date) -> str:
    """The code of the band that `last_on` falls in."""
    if last_on is None:
        return "never"
    days = (today - last_on).days
    for code, _, _, until in BANDS[:-2]:
        if until is not None and days <= until:
            return code
    return "gt180"


@dataclass(frozen=True)
class Live:
    """The suggestion that is there: open, planned, or put aside until a day."""

    state: str
    last_at: datetime | None
    due_on: date
    visit: int | None = None
    until: date | None = None


@dataclass(frozen=True)
class Facts:
    """What is known of one customer and kind. `planned` is the next visit that is arranged."""

    every_days: int | None
    last_at: datetime | None
    since: date
    planned: int | None = None


@dataclass(frozen=True)
class Step:
    """What to do about the suggestion that is there, and which to make."""

    state: str = ""  # the new state of the live one; "" leaves it as it is
    makes: bool = False
    due_on: date | None = None
    visit: int | None = None
    why: str = ""  # of one that is dropped


NOTHING = Step()
NOT_ASKED = Step("dropped", why="该等级的客户不再要求")
NOT_YET = Step("dropped", why="按现在的频次还没有到期")


def next_step(facts: Facts, live: Live | None, today: date) -> Step:
    """What one night does (R22). The same facts a second time: NOTHING.

    `state` of the answer may be "dropped" (not asked for any more, or not yet) or "answered"
    (visited since).
    """
    if facts.every_days is None:
        return NOT_ASKED if live and live.state in ("open", "planned") else NOTHING
    day = due_on(facts.last_at, facts.since, facts.every_days)
    wanted = day <= today + timedelta(days=days_ahead(facts.every_days))
    if live is None:
        return Step("", wanted, day, facts.planned) if wanted else NOTHING
    if facts.last_at and (live.last_at is None or facts.last_at > live.last_at):
        return Step("answered", wanted, day, facts.planned)
    if live.state == "dismissed" and (not wanted or (live.until and live.until >= today)):
        return NOTHING
    if not wanted and (live.state == "open" or not facts.planned):
        return NOT_YET  # seldomer than before, or counted from a later day
    state = "planned" if facts.planned else "open"
    if (live.state, live.visit, live.due_on) == (state, facts.planned, day):
        return NOTHING
    return Step(state, False, day, facts.planned)
