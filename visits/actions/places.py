"""Where one checked in: one rounded point, only of a user who turned it on, for 90 days (§2.9)."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from core import audit
from staff.models import User
from visits.models import Visit, VisitLocation

KEEP = timedelta(days=90)
BATCH = 500
GRID = Decimal("0.001")
"""About 100 metres; the device has already rounded to it."""


def note_place(
    *, visit: Visit, latitude: Decimal, longitude: Decimal, at: datetime, by: User
) -> VisitLocation | None:
    """Keep the rounded point of an arrival; nothing for a user who has not turned it on."""
    if not User.objects.filter(pk=by.pk, shares_location=True).exists():
        return None
    point = {"latitude": latitude.quantize(GRID), "longitude": longitude.quantize(GRID)}
    place, _ = VisitLocation.objects.get_or_create(visit=visit, defaults=point | {"taken_at": at})
    return place


def forget_places(*, now: datetime) -> int:
    """Remove every point that is 90 days old; how many. Twice is as good as once."""
    gone = 0
    while count := _forget_some(now - KEEP):
        gone += count
    return gone


@transaction.atomic
def _forget_some(until: datetime) -> int:
    old = VisitLocation.objects.filter(taken_at__lte=until).order_by("taken_at", "pk")
    old = list(old.select_related("visit__customer", "visit__owner")[:BATCH])
    count, _ = VisitLocation.objects.filter(pk__in=[place.pk for place in old]).delete()
    audit.record_many(
        audit.event(verb="visit.place_forgotten", target=place.visit, by=None) for place in old
    )
    return count
