"""「该去看看」: what is suggested every night (R22, §B.15).

The night works through the customers in chunks of one transaction each: a handful of grouped
queries and bulk writes a chunk, whatever the number of visits. Two nights at once are safe: the
rows that are there are locked before anything else is read, and the unique constraint lets only
one open suggestion of a customer and kind in.
"""

from collections.abc import Iterator
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Max

from accounts.models import Customer, CustomerAssignment
from core.rules import SHANGHAI, local_date
from visits import rhythm_rules as rules
from visits.actions.rhythm import LIVE, Kind, State, by_executive
from visits.models import LastVisit, Visit, VisitFrequencyPolicy, VisitSuggestion

CHUNK = 2000
Key = tuple[int, str]


def suggest(*, now: datetime) -> int:
    """Make, follow and close suggestions for every customer; returns how many rows changed.

    Safe to repeat: the second run of a day changes nothing.
    """
    policies = {(p.grade, p.kind): p.every_days for p in VisitFrequencyPolicy.objects.all()}
    changed = 0
    for first, last in _ranges():
        with transaction.atomic():
            changed += _Night(first, last, policies, now).work()
    return changed


def _ranges() -> Iterator[tuple[int, int]]:
    """(first, last) keys of chunks of customers."""
    after = 0
    while True:
        keys = Customer.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)
        keys = list(keys[:CHUNK])
        if not keys:
            return
        yield keys[0], keys[-1]
        after = keys[-1]


class _Night:
    """One chunk of customers: what is there, what is known of their visits, what becomes of it."""

    def __init__(self, first: int, last: int, policies: dict, now: datetime):
        self.first, self.last_key = first, last
        self.within = {"customer__gte": first, "customer__lte": last}
        self.policies, self.now, self.today = policies, now, local_date(now)
        self.live = self._live()  # first: it locks
        visits = Visit.objects.filter(**self.within)
        self.last = self._last(visits.filter(state__in=rules.ENDED, ended_at__lte=now))
        self.planned = self._planned(visits.filter(state__in=rules.AHEAD))
        self.made: list[VisitSuggestion] = []
        self.moved: list[VisitSuggestion] = []

    def _live(self) -> dict[Key, VisitSuggestion]:
        """The open or planned one, else the latest that was put aside."""
        rows = VisitSuggestion.objects.filter(**self.within, state__in=[*LIVE, State.DISMISSED])
        found: dict[Key, VisitSuggestion] = {}
        for row in rows.select_for_update(of=("self",)).order_by("pk"):
            before = found.get((row.customer_id, row.kind))
            if before is None or before.state == State.DISMISSED:
                found[row.customer_id, row.kind] = row
        return found

    def _last(self, visits) -> dict[Key, datetime]:
        newest = Max("ended_at")
        by_mode = visits.order_by().values_list("customer", "mode").annotate(newest)
        found = {(customer, mode): at for customer, mode, at in by_mode}
        led = visits.filter(by_executive()).order_by().values_list("customer").annotate(newest)
        return found | {(customer, Kind.EXECUTIVE.value): at for customer, at in led}

    def _planned(self, visits) -> dict[Key, int]:
        """The next arranged visit of each kind, from today on."""
        start = datetime.combine(self.today, time(0), SHANGHAI)
        visits = visits.filter(scheduled_start__gte=start).order_by("-scheduled_start", "-pk")
        led = set(visits.filter(by_executive()).values_list("pk", flat=True))
        found = {}
        for pk, customer, mode in visits.values_list("pk", "customer", "mode"):
            found[customer, mode] = pk
            if pk in led:
                found[customer, Kind.EXECUTIVE.value] = pk
        return found

    def _customers(self) -> Iterator[tuple[int, str, date]]:
        """(key, grade, since when it is the manager's); a lost customer has no grade."""
        held = CustomerAssignment.objects.filter(**self.within, role="primary", valid_to=None)
        since = dict(held.values_list("customer", "valid_from"))
        rows = Customer.objects.filter(pk__range=(self.first, self.last_key)).order_by("pk")
        for pk, grade, lifecycle, made_at in rows.values_list(
            "pk", "grade", "lifecycle", "created_at"
        ):
            is_lost = lifecycle == Customer.Lifecycle.LOST
            yield pk, "" if is_lost else grade, since.get(pk) or local_date(made_at)

    def work(self) -> int:
        self._remember_last()
        for customer, grade, since in self._customers():
            for kind in Kind.values:
                self._decide((customer, kind), self.policies.get((grade, kind)), since)
        fields = ["state", "due_on", "visit", "reason", "dismissed_until"]
        VisitSuggestion.objects.bulk_update(self.moved, fields, batch_size=500)
        VisitSuggestion.objects.bulk_create(self.made, ignore_conflicts=True, batch_size=1000)
        return len(self.made) + len(self.moved)

    def _decide(self, key: Key, every_days: int | None, since: date) -> None:
        row, last_at, planned = self.live.get(key), self.last.get(key), self.planned.get(key)
        if row is None and every_days is None:
            return
        facts = rules.Facts(every_days, last_at, since, planned)
        step = rules.next_step(facts, _as_live(row), self.today)
        if step == rules.NOTHING:
            return
        if step.state:
            self._move(row, step)
        if step.makes:
            state = State.PLANNED if step.visit else State.OPEN
            self.made.append(
                VisitSuggestion(
                    customer_id=key[0], kind=key[1], last_at=last_at, due_on=step.due_on,
                    state=state, visit_id=step.visit,
                )
            )  # fmt: skip

    def _move(self, row: VisitSuggestion, step: rules.Step) -> None:
        if step.state == "answered" and row.state == State.DISMISSED:
            return  # put aside, and visited all the same: what was said stays on record
        if step.state == "answered":
            row.state = State.DONE
        elif step.state == "dropped":
            row.state, row.reason = State.DISMISSED, step.why
        else:
            row.state, row.due_on, row.visit_id = step.state, step.due_on, step.visit
            row.dismissed_until = None
        self.moved.append(row)

    def _remember_last(self) -> None:
        """LastVisit as the visits say it."""
        known = {
            (row.customer_id, row.kind): row for row in LastVisit.objects.filter(**self.within)
        }
        gone = [row.pk for key, row in known.items() if key not in self.last]
        LastVisit.objects.filter(pk__in=gone).delete()
        changed = [
            LastVisit(customer_id=key[0], kind=key[1], at=at)
            for key, at in self.last.items()
            if key not in known or known[key].at != at
        ]
        LastVisit.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["customer", "kind"],
            update_fields=["at"],
            batch_size=1000,
        )


def _as_live(row: VisitSuggestion | None) -> rules.Live | None:
    if row is None:
        return None
    return rules.Live(row.state, row.last_at, row.due_on, row.visit_id, row.dismissed_until)
