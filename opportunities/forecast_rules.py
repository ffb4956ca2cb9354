"""Monthly demand forecast: its day, its suggestion, its accuracy (R19, §B.7, §B.10).

Standard library only: calendar, clock and rows are arguments. Money in 元.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal

from accounts.revenue_rules import DATA, VOICE
from core.rules import SHANGHAI, WorkCalendar, close_of_business, local_date, subtract_workdays

ZERO, CENT, HUNDRED = Decimal(0), Decimal("0.01"), Decimal(100)
TENTH = Decimal("0.1")
MONTHS = 12
AVERAGED = 3
"""Months of bills behind the suggestion (§B.10)."""
ASKED_WORKDAYS = 10
"""The duty opens this many working days before its deadline, well before the first reminder."""
GRADES = ("A", "B")
"""Grades whose every customer must have a forecast (R19)."""
LINE_OF_KIND = {
    "network_line": DATA,
    "voice": VOICE,
    "mobile": VOICE,
    "internet_idc_cloud": "internet",
    "video": "video",
    "value_added": "value_added",
    "it_service_app": "managed_service",
    "system_integration": "system_integration",
    "maintenance": "maintenance_outsourcing",
    "disaster_recovery": "disaster_recovery",
    "renewal": DATA,
    "win_back": VOICE,
    "cooperation": "consulting",
}
"""Where an opportunity that was not spread over lines goes, by its type (§B.4)."""


# --- months ---------------------------------------------------------------------------------------
def first_of(day: date) -> date:
    return day.replace(day=1)


def shifted(month: date, count: int) -> date:
    """The first day of the month `count` months later; negative for earlier."""
    number = month.year * MONTHS + month.month - 1 + count
    return date(number // MONTHS, number % MONTHS + 1, 1)


def read_month(text: str) -> date | None:
    """「2026-12」 as its first day; None for anything else."""
    year, _, month = text.partition("-")
    if not (len(text) == 7 and (year + month).isascii() and (year + month).isdecimal()):
        return None
    if not (2000 <= int(year) < 2100 and 1 <= int(month) <= MONTHS):
        return None
    return date(int(year), int(month), 1)


def due_at(month: date, calendar: WorkCalendar, closes_at: time | None = time(18)) -> datetime:
    """Close of the last working day of the month before `month` (R19, FORECAST_DUE)."""
    return close_of_business(subtract_workdays(first_of(month), 1, calendar), closes_at)


def asked_at(month: date, calendar: WorkCalendar) -> datetime:
    """When the duty for `month` opens: ten working days before it is due, at midnight."""
    last = subtract_workdays(first_of(month), 1, calendar)
    day = subtract_workdays(last, ASKED_WORKDAYS, calendar)
    return datetime.combine(day, time(0), SHANGHAI)


def is_begun(month: date, now: datetime) -> bool:
    """From its first day on the numbers of a month stand."""
    return local_date(now) >= month


def is_over(month: date, now: datetime) -> bool:
    return local_date(now) >= shifted(month, 1)


# --- what a forecast says -------------------------------------------------------------------------
def expected(
    existing: Decimal, new_12m: Decimal, probability: int, start: date | None, month: date
) -> Decimal:
    """元 of one line in `month`: what runs, and the weighted month of what begins (§B.10)."""
    if not new_12m or (start is not None and start > month):
        return existing
    return existing + (new_12m * probability / HUNDRED / MONTHS).quantize(CENT, ROUND_HALF_UP)


# --- the suggestion -------------------------------------------------------------------------------
@dataclass(frozen=True)
class Contract:
    starts_on: date
    ends_on: date
    annual_amount: Decimal
    is_auto_renewed: bool = False


@dataclass(frozen=True)
class Prospect:
    """A running opportunity: 元 a year by business line, probability in %, when it begins.

    `start` is None while nobody has said when: it is in no suggestion until somebody does.
    """

    pk: int
    amounts: Mapping[str, Decimal]
    probability: int
    start: date | None


@dataclass(frozen=True)
class Suggested:
    """One line as it is proposed."""

    line: str
    existing: Decimal = ZERO
    new_12m: Decimal = ZERO
    probability: int = 0
    start: date | None = None
    opportunity: int | None = None


def average(bills: Sequence[Mapping[str, Decimal]]) -> dict[str, Decimal]:
    """Mean month by line of the newest bills, each {line: 元}; empty without a bill."""
    lines = {line for bill in bills for line in bill}
    count = len(bills)
    return {
        line: (sum((bill.get(line, ZERO) for bill in bills), ZERO) / count).quantize(
            CENT, ROUND_HALF_UP
        )
        for line in lines
    }


def contract_change(contracts: Iterable[Contract], since: date, month: date) -> Decimal:
    """元 a month that begins or ends after the month `since` and until `month` begins.

    A contract that renews itself does not end.
    """
    first, change = shifted(since, 1), ZERO
    for one in contracts:
        if first <= first_of(one.starts_on) <= month:
            change += one.annual_amount
        if not one.is_auto_renewed and first <= first_of(one.ends_on) < month:
            change -= one.annual_amount
    return (change / MONTHS).quantize(CENT, ROUND_HALF_UP)


def spread(change: Decimal, over: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """`change` shared out in proportion to `over`, to the cent; all to 「数据」 without shares.

    No line falls below nothing: what a line cannot give is not taken.
    """
    whole = sum(over.values(), ZERO)
    if whole <= 0:
        return {DATA: max(change, ZERO)} if change else {}
    largest = max(sorted(over), key=lambda line: over[line])
    parts = {
        line: (change * amount / whole).quantize(CENT, ROUND_HALF_UP)
        for line, amount in over.items()
    }
    parts[largest] += change - sum(parts.values(), ZERO)
    return {line: max(part, -over[line]) for line, part in parts.items()}


def suggestion(
    lines: Sequence[str],
    bills: Sequence[Mapping[str, Decimal]],
    change: Decimal,
    prospects: Iterable[Prospect],
    month: date,
) -> list[Suggested]:
    """§B.10 for `month`: three-month average ± contract changes, and beside it what may come.

    A row a line. What has begun by `month` stands in it together; when nothing has, what begins
    next, which counts from its own month on.
    """
    mean = average(bills)
    moved = spread(change, mean)
    coming: dict[str, list[Prospect]] = {}
    for one in prospects:
        for line, amount in one.amounts.items():
            if amount > 0 and one.start is not None:
                coming.setdefault(line, []).append(one)
    existing = {line: mean.get(line, ZERO) + moved.get(line, ZERO) for line in lines}
    together = {line: _together(coming.get(line, []), month) for line in lines}
    return [_line(line, existing[line], together[line]) for line in lines]


def _together(found: Sequence[Prospect], month: date) -> list[Prospect]:
    """Those that may stand in one row: a row has one month, and all of it counts from there."""
    starts = [one.start for one in found if one.start is not None]
    if not starts:
        return []
    until = max(min(starts), month)
    return [one for one in found if one.start is not None and one.start <= until]


def _line(line: str, existing: Decimal, found: Sequence[Prospect]) -> Suggested:
    """Largest first decides to which opportunity the row is linked."""
    if not found:
        return Suggested(line, existing)
    whole = sum((one.amounts[line] for one in found), ZERO)
    weighted = sum((one.amounts[line] * one.probability for one in found), ZERO)
    probability = int((weighted / whole).quantize(Decimal(1), ROUND_HALF_UP))
    start = min(one.start for one in found if one.start is not None)
    largest = max(found, key=lambda one: (one.amounts[line], -one.pk))
    return Suggested(line, existing, whole, probability, start, largest.pk)


# --- accuracy -------------------------------------------------------------------------------------
def accuracy(actual: Decimal, forecast: Decimal) -> Decimal | None:
    """预测准确率 in %, one decimal: 1 − |a−f| ÷ a, never below 0; None without an actual (§B.7)."""
    if actual <= 0:
        return None
    share = 1 - abs(actual - forecast) / actual
    return (max(share, ZERO) * HUNDRED).quantize(TENTH, ROUND_HALF_UP)


def wape(pairs: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    """Σ|a−f| ÷ Σa in %, one decimal, of (actual, forecast) pairs; None of nothing (§B.7)."""
    rows = list(pairs)
    whole = sum((actual for actual, _ in rows), ZERO)
    if whole <= 0:
        return None
    missed = sum((abs(actual - forecast) for actual, forecast in rows), ZERO)
    return (missed / whole * HUNDRED).quantize(TENTH, ROUND_HALF_UP)


# --- what a line must say -------------------------------------------------------------------------
def basis_fault(new_12m: Decimal, has_link: bool, reason: str) -> str:
    """Why the line cannot stand, in Chinese; empty when it can (R19)."""
    if new_12m > 0 and not has_link and not reason.strip():
        return "有新增收入时请选择对应的需求或商机，或写明依据。"
    return ""


def demand_fault(has_new: bool, says_none: bool) -> str:
    """Nothing new is said in so many words, and not beside something new (R19)."""
    if has_new and says_none:
        return "已经填了新增收入，就不能再勾「本月没有新增需求」。"
    if not has_new and not says_none:
        return "没有新增收入时，请勾选「本月没有新增需求」。"
    return ""
