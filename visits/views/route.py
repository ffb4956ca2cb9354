"""当日路线: the visits of a day by district, for the phone and for paper."""

from datetime import date, timedelta

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from core.forms import FIRST_YEAR, LAST_YEAR
from staff.access import may, requires
from visits.route_reports import route as route_of


@requires("visits.write")
@require_GET
def route(request):
    day = _day(request.GET.get("day", ""))
    context = {
        "day": day,
        "today": timezone.localdate(),
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "stops": route_of(request.user, day),
        "may_reveal": may(request.user, "contacts.reveal"),
    }
    return render(request, "visits/route.html", context)


def _day(text: str) -> date:
    """The day of the address; today for none and for what is no day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return timezone.localdate()
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else timezone.localdate()
