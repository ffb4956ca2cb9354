"""The visits of one day by district, and who else could be seen on the way (R22)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from core.rules import SHANGHAI
from staff.models import User
from visits import rhythm_rules as rules
from visits.models import Visit, VisitParticipant, VisitSuggestion

NEAR_SHOWN, NEAR_READ = 5, 100


@dataclass
class Stop:
    """One district in the order in which the day reaches it."""

    region: str
    visits: list[Visit] = field(default_factory=list)
    near: list[VisitSuggestion] = field(default_factory=list)


def route(user: User, day: date) -> list[Stop]:
    """The visits on site of `day` that `user`, or whom `user` stands in for, makes or goes along
    to (R10); with open suggestions of the same districts. Four queries."""
    people = user.acting_for()
    start = datetime.combine(day, time(0), SHANGHAI)
    visits = Visit.objects.visible_to(user).on_day(start, start + timedelta(days=1))
    joint = VisitParticipant.objects.filter(user__in=people).values("visit")
    visits = visits.filter(Q(owner__in=people) | Q(pk__in=joint), mode=Visit.Mode.ON_SITE)
    visits = visits.filter(state__in=[*rules.AHEAD, *rules.ENDED]).select_related("customer")
    visits = visits.prefetch_related("contacts").order_by("scheduled_start", "pk")
    stops: dict[str, Stop] = {}
    for visit in visits:
        stops.setdefault(visit.customer.region, Stop(visit.customer.region)).visits.append(visit)
    for row in _near(user, people, stops):
        near = stops[row.customer.region].near
        if len(near) < NEAR_SHOWN:
            near.append(row)
    return list(stops.values())


def _near(user: User, people: list[User], stops: dict[str, Stop]) -> Iterable[VisitSuggestion]:
    regions = [region for region in stops if region]
    going = {visit.customer_id for stop in stops.values() for visit in stop.visits}
    found = (
        VisitSuggestion.objects.visible_to(user)
        .open()
        .filter(customer__manager__in=people, customer__region__in=regions, kind=rules.ON_SITE)
    )
    found = found.exclude(customer__in=going).select_related("customer")
    return found.order_by("due_on", "pk")[:NEAR_READ]
