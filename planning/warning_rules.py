"""Early warning of a customer's loss (§B.14). Standard library only: no ORM, no settings, no clock.

What the product does not know yet is absent and never guessed: there are no tenders, so a tender
that a rival won is an opportunity lost to a named rival; there are no service tickets, so
complaints are inbound letters of that category; no letter has a category for termination, so the
customer's wish to end is a threat of that kind which a person wrote down in the case. A contact by
a rival is such a threat, or a key finding of a joint visit in the category 竞争.

Every text names dates and not days left, so that the same facts give the same text tomorrow.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

RED, ORANGE, YELLOW, GREEN = "red", "orange", "yellow", "green"
LEVELS = (RED, ORANGE, YELLOW, GREEN)
RANK = {level: rank for rank, level in enumerate(LEVELS)}
ALL_GOOD = "没有发现风险迹象"
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Limits:
    """The numbers of the parameters `warning_*`; days, percent, pieces."""

    drop_red: int = 30
    drop_orange: int = 20
    drop_yellow: int = 10
    expired_days: int = 365
    lost_days: int = 180
    near_days: int = 60
    far_days: int = 180
    complaints: int = 2
    complaint_days: int = 30
    arrears_days: int = 60
    visit_percent: int = 150
    contact_days: int = 90
    rival_days: int = 90
    satisfaction: int = 70


@dataclass(frozen=True)
class Ending:
    """A contract that nothing follows and that does not renew itself."""

    name: str
    ends_on: date


@dataclass
class Signals:
    """What is known of one customer on one day. None: not known, and then no rule speaks."""

    terminations: list[tuple[date, str]] = field(default_factory=list)
    losses: list[tuple[date, str, str]] = field(default_factory=list)  # day, opportunity, winner
    revenue_now: Decimal | None = None  # average of the newest three months with bills, 元
    revenue_before: Decimal | None = None  # of the same months a year earlier
    revenue_until: date | None = None  # the newest of them, its first day
    endings: list[Ending] = field(default_factory=list)
    has_renewal: bool = False  # an open opportunity of kind 续约保有
    complaints: int = 0
    complaints_overdue: int = 0
    arrears: Decimal = Decimal(0)  # 元 of bills unpaid for longer than the limit
    arrears_since: date | None = None  # the oldest of their deadlines
    every_days: int | None = None  # how often somebody should be there
    last_visit: date | None = None
    since: date | None = None  # when the manager took the customer over
    contacts: list[tuple[date, str]] = field(default_factory=list)
    rivals: list[tuple[date, str]] = field(default_factory=list)
    satisfaction: Decimal | None = None


@dataclass(frozen=True)
class Reason:
    rule: str
    level: str
    text: str


@dataclass(frozen=True)
class Verdict:
    """The highest level that a rule gives, and every reason, the highest first."""

    level: str
    reasons: tuple[Reason, ...]

    @property
    def rule(self) -> str:
        return self.reasons[0].rule if self.reasons else ""

    @property
    def text(self) -> str:
        return "；".join(reason.text for reason in self.reasons) or ALL_GOOD


def assess(seen: Signals, limits: Limits, today: date) -> Verdict:
    """The highest rule wins; green when none speaks (§B.14)."""
    found = [reason for rule in RULES for reason in rule(seen, limits, today)]
    found.sort(key=lambda reason: RANK[reason.level])
    return Verdict(found[0].level if found else GREEN, tuple(found))


def is_worse(level: str, than: str) -> bool:
    return RANK[level] < RANK[than]


Rule = Callable[[Signals, Limits, date], Iterator[Reason]]


def _termination(seen: Signals, limits: Limits, today: date) -> Iterator[Reason]:
    if seen.terminations:
        day, words = max(seen.terminations)
        yield Reason("termination", RED, f"{day} 客户提出终止：{words}")


def _loss(seen: Signals, limits: Limits, today: date) -> Iterator[Reason]:
    recent = [one for one in seen.losses if (today - one[0]).days <= limits.lost_days]
    if recent:
        day, name, winner = max(recent)
        yield Reason("tender_lost", RED, f"{day}「{name}」由{winner}拿走")


def drop(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    """Percent that the revenue fell by, not rounded; None when there is nothing to compare."""
    if now is None or before is None or before <= 0:
        return None
    return (before - now) * 100 / before


def _revenue(seen: Signals, limits: Limits, today: date) -> Iterator[Reason]:
    fallen = drop(seen.revenue_now, seen.revenue_before)
    if fallen is None:
        return
    steps = ((RED, limits.drop_red), (ORANGE, limits.drop_orange), (YELLOW, limits.drop_yellow))
    level = next((level for level, percent in steps if fallen >= percent), None)
    if level:
        yield Reason(
            "revenue_drop",
            level,
            f"{_three_months(seen.revenue_until)}平均收入 {seen.revenue_now:,.0f} 元，"
            f"上年同期 {seen.revenue_before:,.0f} 元，下降 {_said(fallen)}%",
        )


def _three_months(until: date | None) -> str:
    return f"截至 {until:%Y-%m} 的 3 个月" if until else "近 3 个月"


def _said(fallen: Decimal) -> Decimal:
    """One decimal, cut off: 29.95 is not said to be the 30.0 that it does not reach."""
    return fallen.quantize(TENTH, ROUND_DOWN)


def _contract(seen: Signals, limits: Limits, today: date) -> Iterator[Reason]:
    for one in sorted(seen.endings, key=lambda ending: ending.ends_on):
        left = (one.ends_on - today).days
        if -limits.expired_days <= left < 0:
            yield Reason("expired", RED, f"{one.name} {one.ends_on} 到期，没有续约")
        elif 0 <= left <= limits.near_days and not seen.has_renewal:
            yield Reason("expiry_near", ORANGE, f"{one.name} {one.ends_on} 到期，没有续约商机")
        elif 0 <= left <= limits.far_days:
            said = "，续约商机进行中" if seen.has_renewal else ""
            yield Reason("expiry_far", YELLOW, f"{one.name} {one.ends_on} 到期{said}")


def _complaints(seen: Signals, limits: Limits, today: date) -> Iterator[Reason]:
    if seen.complaints >= limits.complaints:
        said = f"近 {limits.complaint_days} 天投诉来函 {seen.complaints} 封"
        yield Reason("complaints", ORANGE, said)
    if seen.complaints_overdue:
        yield Reason("complaint_overdue", ORANGE, f"{seen.complaints_overdue} 封投诉逾期未答复")


def _arrears(seen: Signals, limits: Limits, today: date) -> Iterator[Reason]:
    if seen.arrears > 0 and seen.arrears_since:
        yield Reason(
            "arrears",
            ORANGE,
            f"欠费 {seen.arrears:,.2f} 元，最早一笔应于 {seen.arrears_since} 缴清，"
            f"已超过 {limits.arrears_days} 天",
        )


def _visits(seen: Signals, limits: Limits, today: date) -> Iterator[Reason]:
    start = seen.last_visit or seen.since
    if seen.every_days is None or start is None:
        return
    if today > start + timedelta(days=seen.every_days * limits.visit_percent // 100):
        said = f"上次上门 {start}" if seen.last_visit else f"{start} 接手以来没有上门"
        yield Reason("no_visit", YELLOW, f"{said}，应每 {seen.every_days} 天一次")


def _contacts(seen: Signals, limits: Limits, today: date) -> Iterator[Reason]:
    recent = [one for one in seen.contacts if (today - one[0]).days <= limits.contact_days]
    if recent:
        day, name = max(recent)
        yield Reason("contact_gone", YELLOW, f"关键联系人{name} {day} 离任")


def _rivals(seen: Signals, limits: Limits, today: date) -> Iterator[Reason]:
    recent = [one for one in seen.rivals if (today - one[0]).days <= limits.rival_days]
    if recent:
        day, words = max(recent)
        yield Reason("rival_contact", YELLOW, f"{day} 发现对手接触：{words}")


def _satisfaction(seen: Signals, limits: Limits, today: date) -> Iterator[Reason]:
    if seen.satisfaction is not None and seen.satisfaction < limits.satisfaction:
        said = f"满意度 {seen.satisfaction.normalize():f} 分，低于 {limits.satisfaction} 分"
        yield Reason("satisfaction", YELLOW, said)


RULES: tuple[Rule, ...] = (
    _termination, _loss, _contract, _revenue, _complaints, _arrears, _visits, _contacts, _rivals,
    _satisfaction,
)  # fmt: skip


# --- what follows a contract ---------------------------------------------------------------------
@dataclass(frozen=True)
class Term:
    """One contract; `is_followed` when another one says that it renews it."""

    pk: int
    name: str
    starts_on: date
    ends_on: date
    is_auto_renewed: bool = False
    is_followed: bool = False


AHEAD = timedelta(days=90)
"""A new contract may begin this long before the old one ends and still be its renewal."""


def is_renewed(one: Term, others: list[Term], grace: timedelta) -> bool:
    """It renews itself, a contract says that it renews it, or one begins about its end and lasts
    longer: by `grace` after the end at the latest (§B.7: 30 days)."""
    if one.is_auto_renewed or one.is_followed:
        return True
    return any(
        one.ends_on - AHEAD <= other.starts_on <= one.ends_on + grace
        and other.starts_on > one.starts_on
        and other.ends_on > one.ends_on
        for other in others
        if other.pk != one.pk
    )
