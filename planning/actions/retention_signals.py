"""What the warnings look at, for a range of customers at once (§B.14): sixteen queries a range."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, F, Max, Min, Sum

from accounts.models import (
    Contact,
    CustomerAssignment,
    CustomerViewRevision,
    MonthlyBill,
    ServiceContract,
)
from core.models import Parameter
from core.rules import local_date
from opportunities.models import Opportunity, Stage
from planning import warning_rules as rules
from planning.metric_rules import shift
from planning.models import RetentionCase, RetentionThreat
from reminders.models import DutyKind, Obligation
from valuation.models import CustomerMeasure
from visits.models import InboundLetter, KeyFinding, LastVisit, VisitFrequencyPolicy

PREFIX = "warning_"
KEY_ROLES = (Contact.DecisionRole.DECIDER, Contact.DecisionRole.EVALUATOR)
KEY_INFLUENCE = 4
ANSWERED = (InboundLetter.State.REPLIED, InboundLetter.State.CLOSED)
FAR = timedelta(days=3650)
CENT = Decimal("0.01")
QUARTER = 3
YEAR = 12
LATE = 6
"""Months back: what was billed before says nothing about now."""


def limits() -> rules.Limits:
    """The numbers as they stand among the parameters. One query."""
    rows = Parameter.objects.filter(key__startswith=PREFIX)
    known = {row.key.removeprefix(PREFIX): row.typed_value() for row in rows}
    names = rules.Limits.__dataclass_fields__
    return rules.Limits(**{name: known[name] for name in names if name in known})


@dataclass(frozen=True)
class Range:
    """Customers from `first` to `last`; only those in `grades` ({pk: grade}) are looked at."""

    first: int
    last: int
    grades: dict[int, str]

    @property
    def within(self) -> dict:
        return {"customer__gte": self.first, "customer__lte": self.last}


class Signals(dict):
    """{customer pk: rules.Signals}; rows of other customers of the range fall into nothing."""

    def __init__(self, customers: Iterable[int]):
        super().__init__((pk, rules.Signals()) for pk in customers)
        self.nobody = rules.Signals()

    def __missing__(self, key):
        return self.nobody


Billed = dict[int, set[date]]


def gather(
    span: Range, bounds: rules.Limits, billed: Billed, now: datetime
) -> dict[int, rules.Signals]:
    """`billed` are the billed_months, once for all ranges."""
    found = Signals(span.grades)
    today = local_date(now)
    _revenue(found, span, billed)
    _arrears(found, span, today, bounds)
    _contracts(found, span, today, bounds)
    _opportunities(found, span, today, bounds)
    _complaints(found, span, now, bounds)
    _threats(found, span)
    _findings(found, span, now, bounds)
    _contacts(found, span, now, bounds)
    _visits(found, span)
    _satisfaction(found, span, today)
    return found


def billed_months(today: date) -> Billed:
    """{branch: its whole months of the last half year whose bills are in}. One query.

    Bills may come late, and a file of many while another is still to come: a month is in when it
    has half as many bills as the fullest one.
    """
    month = today.replace(day=1)
    rows = MonthlyBill.objects.filter(month__gte=shift(month, -LATE), month__lt=month).order_by()
    counts: dict[int, dict[date, int]] = defaultdict(dict)
    for branch, when, number in rows.values_list("customer__branch", "month").annotate(Count("pk")):
        counts[branch][when] = number
    return {
        branch: {when for when, number in mine.items() if number * 2 >= max(mine.values())}
        for branch, mine in counts.items()
    }


def _revenue(found, span: Range, billed: Billed) -> None:
    """The newest three months of bills and the same a year earlier; unknown where the branch lacks
    one of the three, or the customer one of last year's.

    Of a month that the branch has been billed for, no bill is no revenue, as §B.7 counts it; only
    the newest one may still be on its way, and moves both back by a month.
    """
    newest = {branch: max(months) for branch, months in billed.items()}
    looked = {shift(last, -n) for last in newest.values() for n in range(QUARTER + 1)}
    months = looked | {shift(one, -YEAR) for one in looked}
    bills: dict[tuple[int, int], dict[date, Decimal]] = defaultdict(dict)
    rows = MonthlyBill.objects.filter(**span.within, month__in=months).order_by()
    totals = rows.values_list("customer", "customer__branch", "month")
    for pk, branch, when, total in totals.annotate(Sum("reported_total")):
        bills[pk, branch][when] = total
    for (pk, branch), mine in bills.items():
        if branch not in newest:
            continue
        last = newest[branch] if newest[branch] in mine else shift(newest[branch], -1)
        now = [shift(last, -n) for n in range(QUARTER)]
        before = [shift(one, -YEAR) for one in now]
        if billed[branch].issuperset(now) and all(one in mine for one in before):
            found[pk].revenue_now = _average(mine, now)
            found[pk].revenue_before = _average(mine, before)
            found[pk].revenue_until = last


def _average(bills, months) -> Decimal:
    return sum((bills.get(one, Decimal(0)) for one in months), Decimal(0)) / len(months)


def _arrears(found, span: Range, today: date, bounds) -> None:
    rows = MonthlyBill.objects.filter(
        **span.within,
        due_on__lt=today - timedelta(days=bounds.arrears_days),
        paid_amount__lt=F("reported_total"),
    ).order_by()
    owed = rows.values_list("customer").annotate(
        amount=Sum(F("reported_total") - F("paid_amount")), since=Min("due_on")
    )
    for pk, amount, since in owed:
        found[pk].arrears, found[pk].arrears_since = amount.quantize(CENT), since


def _contracts(found, span: Range, today: date, bounds) -> None:
    oldest = today - timedelta(days=bounds.expired_days)
    terms = terms_of(ServiceContract.objects.filter(**span.within, ends_on__gte=oldest))
    last = today + timedelta(days=bounds.far_days)
    for customer, mine in terms.items():
        found[customer].endings = [
            rules.Ending(one.name, one.ends_on)
            for one in mine
            if one.ends_on <= last and is_left(one, mine)
        ]


def terms_of(contracts) -> dict[int, list[rules.Term]]:
    """{customer: its contracts}; which of them another one of these says to renew. One query."""
    rows = list(
        contracts.order_by("pk").values_list(
            "customer", "pk", "name", "starts_on", "ends_on", "is_auto_renewed", "renewal_of"
        )
    )
    followed = {row[-1] for row in rows if row[-1]}
    terms: dict[int, list[rules.Term]] = defaultdict(list)
    for customer, pk, *rest, _ in rows:
        terms[customer].append(rules.Term(pk, *rest, is_followed=pk in followed))
    return terms


def is_left(one: rules.Term, others: list[rules.Term]) -> bool:
    """Nothing renews it: the warnings and the weekly file must mean the same by that."""
    return not rules.is_renewed(one, others, FAR)


def _opportunities(found, span: Range, today: date, bounds) -> None:
    """An open renewal; and what went to a named rival: there are no tenders yet (see the rules)."""
    mine = Opportunity.objects.filter(**span.within)
    renewals = mine.open().filter(kind=Opportunity.Kind.RENEWAL).order_by()
    for pk in renewals.values_list("customer", flat=True).distinct():
        found[pk].has_renewal = True
    cancelled = Opportunity.LossReason.CUSTOMER_CANCELLED
    since = today - timedelta(days=bounds.lost_days)
    lost = mine.filter(stage=Stage.LOST, ended_at__date__gte=since).exclude(winner="")
    rows = lost.exclude(loss_reason=cancelled).order_by("pk")
    for pk, at, name, winner in rows.values_list("customer", "ended_at", "name", "winner"):
        found[pk].losses.append((local_date(at), name, winner))


def _complaints(found, span: Range, now: datetime, bounds) -> None:
    letters = InboundLetter.objects.filter(
        **span.within, category=InboundLetter.Category.COMPLAINT
    ).order_by()
    recent = letters.filter(received_at__gte=now - timedelta(days=bounds.complaint_days))
    for pk, number in recent.values_list("customer").annotate(Count("pk")):
        found[pk].complaints = number
    overdue = Obligation.objects.filter(
        kind=DutyKind.LETTER_REPLY,
        content_type=ContentType.objects.get_for_model(InboundLetter),
        customer_ref__range=(span.first, span.last),
    ).overdue(now)
    late = letters.exclude(state__in=ANSWERED).filter(pk__in=overdue.values("object_id"))
    for pk, number in late.values_list("customer").annotate(Count("pk")):
        found[pk].complaints_overdue = number


def _threats(found, span: Range) -> None:
    kinds = RetentionThreat.Kind
    rows = RetentionThreat.objects.filter(
        case__customer__gte=span.first,
        case__customer__lte=span.last,
        kind__in=(kinds.TERMINATION, kinds.COMPETITOR),
        closed_on=None,
    ).exclude(case__state=RetentionCase.State.REVIEWED)
    for row in rows.select_related("case").order_by("pk"):
        mine = found[row.case.customer_id]
        if row.kind == kinds.TERMINATION:
            mine.terminations.append((row.noted_on, row.evidence))
        else:
            said = f"{row.get_competitor_display()}，{row.evidence}"
            mine.rivals.append((row.noted_on, said))


def _findings(found, span: Range, now: datetime, bounds) -> None:
    rows = KeyFinding.objects.filter(
        visit__customer__gte=span.first,
        visit__customer__lte=span.last,
        category=KeyFinding.Category.COMPETITOR,
        visit__ended_at__gte=now - timedelta(days=bounds.rival_days),
    ).order_by("pk")
    for pk, at, content in rows.values_list("visit__customer", "visit__ended_at", "content"):
        found[pk].rivals.append((local_date(at), content))


def _contacts(found, span: Range, now: datetime, bounds) -> None:
    """Those who left office, if they decided or weighed much."""
    rows = CustomerViewRevision.objects.filter(
        **span.within,
        section="people",
        field="is_current",
        new="否",
        state=CustomerViewRevision.State.APPLIED,
        changed_at__gte=now - timedelta(days=bounds.contact_days),
    )
    gone = {}
    for customer, target, at in rows.values_list("customer", "target", "changed_at"):
        label, _, key = target.partition(":")
        if label == "accounts.contact" and key.isdecimal():
            gone[int(key)] = (customer, local_date(at))
    people = Contact.objects.filter(pk__in=gone, is_current=False).order_by("pk")
    for pk, name, role, influence in people.values_list("pk", "name", "decision_role", "influence"):
        if role in KEY_ROLES or (influence or 0) >= KEY_INFLUENCE:
            customer, day = gone[pk]
            found[customer].contacts.append((day, name))


def _visits(found, span: Range) -> None:
    kind = VisitFrequencyPolicy.Kind.ON_SITE
    every = dict(VisitFrequencyPolicy.objects.filter(kind=kind).values_list("grade", "every_days"))
    for pk, grade in span.grades.items():
        found[pk].every_days = every.get(grade)
    rows = LastVisit.objects.filter(**span.within, kind=kind).order_by()
    for pk, at in rows.values_list("customer").annotate(Max("at")):
        found[pk].last_visit = local_date(at)
    held = CustomerAssignment.objects.filter(**span.within, role="primary", valid_to=None)
    for pk, since in held.order_by().values_list("customer", "valid_from"):
        found[pk].since = since


def _satisfaction(found, span: Range, today: date) -> None:
    rows = CustomerMeasure.objects.filter(
        **span.within, month__lte=today, satisfaction__isnull=False
    )
    for pk, score in rows.order_by("customer", "month").values_list("customer", "satisfaction"):
        found[pk].satisfaction = score  # the newest wins
