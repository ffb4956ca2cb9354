"""The nightly look at every managed customer: level, reason, case and duty (§B.14, R47).

A fixed number of queries for each range of customers. Safe to repeat and to overlap: only a
customer whose level differs from the stored one is touched, behind a lock on that customer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from accounts.actions.timeline import cut
from accounts.models import Customer, TimelineEntry
from core import audit, clock
from core.models import Parameter, WorkCalendarDay
from core.rules import local_date
from planning import warning_rules as rules
from planning.actions import retention_signals as signals
from planning.actions.retention_gone import end_warnings
from planning.models import (
    CustomerRisk,
    RetentionCase,
    RetentionMember,
    RetentionMove,
    RiskLevel,
    Tier,
    WarningChange,
)
from planning.retention_rules import next_review
from reminders.actions.many import cancel_duties, open_duties
from reminders.models import DutyKind, Obligation
from reminders.rules import workdays_deadline

CHUNK = 2000
State = RetentionCase.State
ALARMING = (rules.RED, rules.ORANGE)
READY = (State.APPROVED, State.MONITORING)
"""A rise sets these off; a draft has nothing approved to set off (R47)."""
RISK_FIELDS = ["risk", "risk_rank", "risk_reason", "risk_since", "updated_at"]


def warn(*, now: datetime | None = None, customers=None) -> int:
    """Look at all managed customers, or at those of a QuerySet. How many levels changed.

    Who is not looked at any more is not warned of any more either.
    """
    now = now or clock.now()
    night = Night(now, signals.limits())
    rows = Customer.objects.all() if customers is None else customers
    ended = end_warnings(rows, now=now)
    return ended + sum(night.work(span) for span in _ranges(rows))


def _ranges(customers) -> Iterator[signals.Range]:
    rows = customers.filter(is_managed=True).exclude(lifecycle=Customer.Lifecycle.LOST)
    after = 0
    while True:
        part = rows.filter(pk__gt=after).order_by("pk").values_list("pk", "grade")
        grades = dict(part[:CHUNK])
        if not grades:
            return
        after = max(grades)
        yield signals.Range(min(grades), after, grades)


@dataclass
class Change:
    """One customer whose level is another than last night."""

    customer: Customer
    old: str
    verdict: rules.Verdict
    evidence: dict
    was_open: bool = False  # the duty of the change before waits still
    row: WarningChange | None = None
    case: RetentionCase | None = None

    @property
    def level(self) -> str:
        return self.verdict.level

    @property
    def is_worse(self) -> bool:
        return rules.is_worse(self.level, self.old)

    @property
    def owes(self) -> bool:
        """A rise asks for action; a fall only when nobody has acted on what was asked before."""
        return self.level != rules.GREEN and (self.is_worse or self.was_open)


class Night:
    def __init__(self, now: datetime, limits: rules.Limits):
        self.now, self.today, self.limits = now, local_date(now), limits
        self.calendar = WorkCalendarDay.objects.as_calendar()
        self.billed = signals.billed_months(self.today)
        value = Parameter.objects.value
        self.closes_at = value("business_close")
        alarming = (rules.RED, rules.ORANGE, rules.YELLOW)
        self.workdays = {level: value(f"warning_workdays_{level}") for level in alarming}

    def work(self, span: signals.Range) -> int:
        seen = signals.gather(span, self.limits, self.billed, self.now)
        verdicts = {pk: rules.assess(seen[pk], self.limits, self.today) for pk in span.grades}
        with transaction.atomic():
            differing = self._differing(verdicts)
            if differing:
                self._keep_reasons(differing, verdicts)
            changes = self._changes(differing, verdicts, seen)
            if changes:
                self._write(changes)
        return len(changes)

    def _stored(self, customers) -> dict[int, CustomerRisk]:
        rows = CustomerRisk.objects.filter(customer__in=customers)
        return {row.customer_id: row for row in rows}

    def _differing(self, verdicts) -> list[int]:
        """Keys whose level or reasons are not what is stored."""
        first, last = min(verdicts), max(verdicts)
        stored = {
            row.customer_id: (row.level, row.reasons)
            for row in CustomerRisk.objects.filter(customer__gte=first, customer__lte=last)
        }
        nothing = (rules.GREEN, [])
        return [
            pk
            for pk, verdict in verdicts.items()
            if stored.get(pk, nothing) != (verdict.level, as_json(verdict))
        ]

    def _keep_reasons(self, keys, verdicts) -> None:
        """The level is the same and what is said of it is new."""
        same = [row for pk, row in self._stored(keys).items() if row.level == verdicts[pk].level]
        for row in same:
            row.reasons = as_json(verdicts[row.customer_id])
            row.rule = verdicts[row.customer_id].rule
        CustomerRisk.objects.bulk_update(same, ["reasons", "rule"], batch_size=500)
        cases = list(_active_cases([row.customer_id for row in same]))
        for case in cases:
            case.risk_reason, case.updated_at = verdicts[case.customer_id].text, self.now
        RetentionCase.objects.bulk_update(cases, ["risk_reason", "updated_at"], batch_size=500)

    def _changes(self, keys, verdicts, seen) -> list[Change]:
        """Behind a lock, so that a second night at the same time finds nothing left to do."""
        rows = Customer.objects.filter(pk__in=keys).order_by("pk")
        locked = rows.select_for_update(of=("self",)).select_related("manager")
        customers = {row.pk: row for row in locked} if keys else {}
        stored = self._stored(customers)
        found = []
        for pk, customer in customers.items():
            old = stored[pk].level if pk in stored else rules.GREEN
            if old != verdicts[pk].level:
                found.append(Change(customer, old, verdicts[pk], evidence_of(seen[pk])))
        return found

    # --- writing ------------------------------------------------------------------------------
    def _write(self, changes: list[Change]) -> None:
        self._keep_risks(changes)
        rows = WarningChange.objects.bulk_create(self._row(one) for one in changes)
        for change, row in zip(changes, rows, strict=True):
            change.row = row
        audit.record_many(
            audit.event(
                verb="warning.changed",
                target=one.row,
                by=None,
                changes={"风险": [RiskLevel(one.old).label, RiskLevel(one.level).label]},
                reason=one.verdict.text,
            )
            for one in changes
        )
        self._keep_cases(changes)
        self._tell(changes)
        self._keep_duties(changes)

    def _row(self, one: Change) -> WarningChange:
        return WarningChange(
            customer=one.customer,
            old=one.old,
            level=one.level,
            rule=one.verdict.rule,
            reason=one.verdict.text,
            evidence=one.evidence,
            on=self.today,
            at=self.now,
        )

    def _keep_risks(self, changes: list[Change]) -> None:
        CustomerRisk.objects.filter(customer__in=[one.customer for one in changes]).delete()
        CustomerRisk.objects.bulk_create(
            CustomerRisk(
                customer=one.customer,
                level=one.level,
                rule=one.verdict.rule,
                reasons=as_json(one.verdict),
                since=self.today,
            )
            for one in changes
        )

    def _keep_cases(self, changes: list[Change]) -> None:
        """The case of a customer in danger is made if there is none; a rise sets one off."""
        keys = [one.customer.pk for one in changes]
        known = {c.customer_id: c for c in _active_cases(keys).select_for_update(of=("self",))}
        tiers = tiers_of(keys)
        made, kept, moves = [], [], []
        for one in changes:
            case = known.get(one.customer.pk)
            is_new = case is None
            if is_new and one.level == rules.GREEN:
                continue
            if is_new:
                tier = tiers.get(one.customer.pk, Tier.GENERAL)
                case = RetentionCase(customer=one.customer, year=self.today.year, tier=tier)
            self._set_risk(case, one)
            (made if is_new else kept).append(case)
            one.case = case
            if case.state in READY and one.is_worse and one.level in ALARMING:
                moves.append(self._move(case, one))
                case.state = State.TRIGGERED
                # Set off before anybody began to watch it: the cycle begins now.
                case.next_review_on = case.next_review_on or next_review(case.tier, self.today)
        RetentionCase.objects.bulk_create(made)
        RetentionCase.objects.bulk_update(
            kept, [*RISK_FIELDS, "state", "next_review_on"], batch_size=500
        )
        RetentionMove.objects.bulk_create(moves)

    def _set_risk(self, case: RetentionCase, one: Change) -> None:
        case.risk, case.risk_rank = one.level, rules.RANK[one.level]
        case.risk_reason, case.risk_since = one.verdict.text, self.today
        case.updated_at = self.now

    def _move(self, case: RetentionCase, one: Change) -> RetentionMove:
        return RetentionMove(
            case=case,
            from_state=case.state,
            to_state=State.TRIGGERED,
            note=f"风险升为{RiskLevel(one.level).label}：{one.verdict.text}",
            at=self.now,
        )

    def _tell(self, changes: list[Change]) -> None:
        TimelineEntry.objects.bulk_create(
            TimelineEntry(
                customer=one.customer,
                at=self.now,
                kind=TimelineEntry.Kind.EVENT,
                title=f"流失风险由{RiskLevel(one.old).label}变为{RiskLevel(one.level).label}",
                detail=cut(one.verdict.text, 300),
                path=one.case.get_absolute_url() if one.case else "",
                source=f"planning.warningchange:{one.row.pk}",
            )
            for one in changes
        )

    def _keep_duties(self, changes: list[Change]) -> None:
        keys = {one.customer.pk: one for one in changes}
        mine = Obligation.objects.filter(
            kind=DutyKind.RETENTION_ACTION, customer_ref__in=keys,
            content_type=ContentType.objects.get_for_model(WarningChange),
        )  # fmt: skip
        for pk in mine.open().values_list("customer_ref", flat=True):
            keys[pk].was_open = True
        cancel_duties(mine, reason="风险等级已变化", by=None)
        open_duties([self._duty(one) for one in changes if one.owes], by=None)

    def _duty(self, one: Change) -> Obligation:
        days = self.workdays[one.level]
        deadline = workdays_deadline(self.now, days, self.calendar, self.closes_at)
        said = one.verdict.reasons[0].text
        return Obligation(
            kind=DutyKind.RETENTION_ACTION,
            subject=one.row,
            owner=one.customer.manager,
            title=cut(f"{RiskLevel(one.level).label}预警，采取保有行动：{said}", 200),
            customer_name=one.customer.name,
            customer_ref=one.customer.pk,
            path=one.case.get_absolute_url(),
            clock=Obligation.Clock.WORKING_DAYS,
            amount=days,
            started_at=self.now,
            due_at=deadline.due_at,
            original_due_at=deadline.due_at,
            is_provisional=deadline.is_provisional,
            next_look_at=self.now,
        )


def _active_cases(customers):
    return RetentionCase.objects.filter(customer__in=customers).exclude(state=State.REVIEWED)


def as_json(verdict: rules.Verdict) -> list[list[str]]:
    return [[one.rule, one.level, one.text] for one in verdict.reasons]


def evidence_of(seen: rules.Signals) -> dict:
    """The numbers that the rules looked at, as text: they stay as they were."""
    return {name: str(value) for name, value in vars(seen).items() if value not in (None, [], 0)}


def tiers_of(customers) -> dict[int, str]:
    """{customer: the highest tier of the lists of the newest year it stands on}."""
    order = list(Tier.values)
    found: dict[int, tuple] = {}
    rows = RetentionMember.objects.filter(customer__in=customers)
    for pk, year, tier in rows.values_list(
        "customer", "retention_list__year", "retention_list__tier"
    ):
        place = (-year, order.index(tier))
        if pk not in found or place < found[pk]:
            found[pk] = place
    return {pk: order[rank] for pk, (_, rank) in found.items()}
