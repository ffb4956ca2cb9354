"""What the calendar of one user holds: own visits and open duties, named by customer only."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q

from core.rules import deadline_clock
from reminders.models import DutyKind, Obligation
from staff.models import User
from visits import ics_rules
from visits.actions.invitations import series_of
from visits.ics_rules import Event
from visits.models import Visit, VisitParticipant

MOST_VISITS, MOST_DUTIES = 1500, 500
LEFT_OUT = (Visit.State.DRAFT, Visit.State.RESCHEDULED)
"""A draft has no appointment yet; one that was moved lives on in the new one, under its UID."""
GONE = (Visit.State.CANCELLED, Visit.State.NO_SHOW)


def title(user: User) -> str:
    return f"政企客户经理 {user.name}"


def events(user: User, now: datetime) -> Iterator[Event]:
    """From 30 days back to 180 ahead; rows of this user alone, and still in the user's scope."""
    window = (now - ics_rules.FEED_BACK, now + ics_rules.FEED_AHEAD)
    yield from _visits(user, window)
    yield from _duties(user, window)


def _visits(user: User, window) -> Iterator[Event]:
    joined = VisitParticipant.objects.filter(user=user).values("visit")
    mine = Visit.objects.visible_to(user).filter(Q(owner=user) | Q(pk__in=joined))
    mine = mine.filter(scheduled_start__range=window).exclude(state__in=LEFT_OUT)
    for visit in mine.select_related("customer").order_by("scheduled_start", "pk")[:MOST_VISITS]:
        yield Event(
            uid=ics_rules.uid("visit", series_of(visit), host()),
            sequence=visit.invite_sequence,
            title=f"{visit.get_mode_display()} {visit.customer.name}",
            start=visit.scheduled_start,
            end=visit.scheduled_end,
            modified=visit.updated_at,
            location=visit.location if visit.mode == Visit.Mode.ON_SITE else "",
            url=settings.SITE_URL + visit.get_absolute_url(),
            is_cancelled=visit.state in GONE,
        )


def _duties(user: User, window) -> Iterator[Event]:
    """Due days. That of leaving for a visit is left out: the visit itself stands there."""
    duties = Obligation.objects.visible_to(user).open().filter(owner=user, due_at__range=window)
    duties = duties.exclude(kind=DutyKind.VISIT_DEPARTURE).order_by("due_at", "pk")
    for duty in duties[:MOST_DUTIES]:
        start, end = _span(duty)
        yield Event(
            uid=ics_rules.uid("duty", duty.pk, host()),
            sequence=duty.moved_count,
            title=f"到期：{duty.get_kind_display()} {duty.customer_name}".strip(),
            start=start,
            end=end,
            modified=duty.created_at,
            url=settings.SITE_URL + duty.path,
            is_free=True,
        )


def _span(duty: Obligation):
    """Hours that run are due at their instant; everything else on its day."""
    if duty.clock == Obligation.Clock.CALENDAR_HOURS:
        return duty.due_at - timedelta(minutes=30), duty.due_at
    return ics_rules.whole_day(deadline_clock(duty.due_at)[0])


def host() -> str:
    return urlsplit(settings.SITE_URL).hostname or ""
