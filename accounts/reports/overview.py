"""The picture of ten seconds: who decides, what runs, what it earns, what is owed and expires."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q, Sum
from django.utils import timezone

from accounts import rules
from accounts.actions import quality
from accounts.models import Contact, Customer, CustomerViewRevision, TimelineEntry, ViewQuality
from accounts.people_rules import Gap
from accounts.reports.people import silent

MONTHS = 12
SOON_DAYS = 180
"""合同到期日历的最远一档 (R49)."""
SHOWN = 5
SILENT_SHOWN = 3
BAR_STEP, BAR_WIDTH, BAR_ROOM = 26, 18, 72
"""Of the drawing of bars, in its own units."""
CAME = (TimelineEntry.Kind.VISIT, TimelineEntry.Kind.LETTER)


@dataclass(frozen=True)
class Bar:
    """One month in the drawing; `amount` is None without a bill."""

    month: date
    amount: Decimal | None
    x: int
    y: int
    height: int
    centre: int


@dataclass(frozen=True)
class Income:
    """Up to 12 months that end with the last bill, 元."""

    bars: tuple[Bar, ...]
    total: Decimal
    last: Decimal
    is_old: bool  # the last bill is more than three months back

    @property
    def last_month(self) -> date:
        return self.bars[-1].month

    @property
    def width(self) -> int:
        return MONTHS * BAR_STEP


def income(customer: Customer) -> Income | None:
    """Reported totals by month; None without any bill. One query."""
    rows = customer.bills.order_by("-month").values("month").annotate(sum=Sum("reported_total"))
    sums = {row["month"]: row["sum"] for row in rows[:MONTHS]}
    if not sums:
        return None
    last = max(sums)
    months = [rules.add_months(last, n - MONTHS + 1) for n in range(MONTHS)]
    highest = max(max(sums.values()), Decimal(1))
    bars = tuple(_bar(n, month, sums.get(month), highest) for n, month in enumerate(months))
    total = sum((bar.amount for bar in bars if bar.amount is not None), Decimal(0))
    is_old = rules.add_months(last, 4) <= timezone.localdate()
    return Income(bars, total, sums[last], is_old)


def _bar(n, month, amount, highest) -> Bar:
    height = max(int(BAR_ROOM * amount / highest), 2) if amount else 0
    x = n * BAR_STEP + (BAR_STEP - BAR_WIDTH) // 2
    return Bar(month, amount, x, BAR_ROOM - height, height, x + BAR_WIDTH // 2)


@dataclass(frozen=True)
class Running:
    """Products in use: all their number and monthly fee, the dearest few by name."""

    count: int
    monthly: Decimal
    names: tuple[str, ...]


def running(customer: Customer) -> Running:
    today = timezone.localdate()
    live = customer.products.filter(Q(ended_on=None) | Q(ended_on__gte=today))
    rows = list(live.order_by("-monthly_fee", "pk").values_list("name", "monthly_fee"))
    return Running(len(rows), sum((fee for _, fee in rows), Decimal(0)), _few(rows))


def _few(rows) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name, _ in rows))[:4]


@dataclass(frozen=True)
class Expiry:
    """A contract or an agreement and the days that are left."""

    text: str
    kind: str
    on: date
    days: int
    section: str = "contracts"

    @property
    def css(self) -> str:
        return "chip-late" if self.days <= 30 else "chip-soon" if self.days <= 90 else "chip-info"


def expiring(customer: Customer) -> list[Expiry]:
    """What ends within 180 days and has not been renewed, the nearest first. Two queries."""
    today = timezone.localdate()
    window = (today, today + timedelta(days=SOON_DAYS))
    contracts = customer.contracts.filter(ends_on__range=window, renewals=None)
    agreements = customer.agreements.filter(expires_on__range=window)
    found = [
        Expiry(one.name, "自动续约合同" if one.is_auto_renewed else "合同", one.ends_on, 0)
        for one in contracts.order_by("ends_on", "pk")[:SHOWN]
    ]
    found += [
        Expiry(one.title, one.get_kind_display(), one.expires_on, 0)
        for one in agreements.order_by("expires_on", "pk")[:SHOWN]
    ]
    counted = (Expiry(e.text, e.kind, e.on, (e.on - today).days) for e in found)
    return sorted(counted, key=lambda one: (one.on, one.text))[:SHOWN]


@dataclass(frozen=True)
class Deciding:
    """Who decides, and the deciding departments that nobody is in touch with (R72)."""

    people: list[Contact]
    silent: list[Gap]

    @property
    def more(self) -> int:
        return max(len(self.silent) - SILENT_SHOWN, 0)

    @property
    def shown(self) -> list[Gap]:
        return self.silent[:SILENT_SHOWN]


def deciding(customer: Customer) -> Deciding:
    """Those in office who decide, the most influential first. Two queries."""
    staff = list(customer.contacts.current().order_by("pk"))
    deciders = [one for one in staff if one.decision_role == Contact.DecisionRole.DECIDER]
    deciders.sort(key=lambda one: (-(one.influence or 0), one.pk))
    return Deciding(deciders[:3], silent(customer, staff))


def latest(customer: Customer) -> list[TimelineEntry]:
    """The last visits and letters: who was here last."""
    entries = customer.timeline.filter(kind__in=CAME).select_related("actor")
    return list(entries.order_by("-at", "-pk")[:3])


def view_quality(customer: Customer) -> ViewQuality:
    """As it is stored; measured at once for a customer that no write has touched yet."""
    stored = ViewQuality.objects.filter(customer=customer).first()
    return stored or quality.measure([customer.pk])[0]


@dataclass(frozen=True)
class SectionState:
    """A line of the quality of one section, ready to be shown."""

    code: str
    label: str
    weight: int
    percent: int
    gaps: tuple[str, ...]
    refreshed: str
    is_stale: bool


def section_states(view: ViewQuality) -> list[SectionState]:
    """In the order of the weights; `refreshed` is a day in ISO or empty."""
    return [
        SectionState(
            one["code"],
            rules.LABELS[one["code"]],
            rules.WEIGHTS[one["code"]],
            one["percent"],
            tuple(one["gaps"]),
            _day(view.refreshed.get(one["code"])),
            one["code"] in view.stale,
        )
        for one in view.sections
    ]


def _day(moment: str | None) -> str:
    """The day in Shanghai of a stored moment, which is in UTC; empty without one."""
    if not moment:
        return ""
    return timezone.localdate(datetime.fromisoformat(moment)).isoformat()


def gaps(view: ViewQuality, most: int = 6) -> list[tuple[str, str]]:
    """(section code, missing field), the heaviest sections first."""
    heavy = sorted(view.sections, key=lambda one: -rules.WEIGHTS[one["code"]])
    return [(one["code"], gap) for one in heavy for gap in one["gaps"]][:most]


def proposals(customer: Customer) -> int:
    """How many proposed changes wait for a decision (R9)."""
    waiting = customer.revisions.filter(state=CustomerViewRevision.State.PROPOSED)
    return waiting.order_by().count()
