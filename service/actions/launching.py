"""A service opens in an area, and every watcher's manager owes the customer the news (R15).

All in one transaction: a process that dies leaves the area closed and nobody told, and the next
attempt does everything. Compare-and-set on the area: of two who open it in the same second one is
refused. Withdrawn and opened again: who was not told waits again (the duty is cancelled), and the
new opening makes a new notice with a duty of its own; who was told is not told twice.
"""

from datetime import date, datetime

from django.db import transaction

from core import audit, clock
from reminders.actions import cancel_duty, open_duty
from reminders.models import DutyKind
from service.actions import telling
from service.actions.errors import STALE, ServiceError
from service.models import Availability, LaunchNotice, ServiceWatch
from staff.models import User

OPEN = Availability.State.AVAILABLE
WITHDRAWN = "业务暂停开办，客户继续等待。"
State = ServiceWatch.State


@transaction.atomic
def set_availability(
    *,
    availability: Availability,
    seen: str,
    state: str,
    expected_on: date | None,
    by: User,
    at: datetime | None = None,
) -> int:
    """Change what can be had in an area; returns how many watchers are concerned.

    `seen` is the state that the page showed: ServiceError when somebody else has changed it.
    `at` is the moment of the opening; None means now.
    """
    at = at or clock.now()
    values = {"state": state, "expected_on": expected_on, "changed_by": by, "changed_at": at}
    if state != seen:
        values["launched_at"] = at if state == OPEN else None
    if not Availability.objects.filter(pk=availability.pk, state=seen).update(**values):
        raise ServiceError(f"开办{STALE}")
    availability.refresh_from_db()
    _audit(availability, seen, by)
    if state == seen or OPEN not in (state, seen):
        return 0
    return _launch(availability, by) if state == OPEN else _withdraw(availability, by)


def _audit(availability: Availability, seen: str, by: User) -> None:
    old, new = Availability.State(seen), Availability.State(availability.state)
    verb = "availability.edited"
    if old != new and OPEN in (old, new):
        verb = "availability.launched" if new == OPEN else "availability.withdrawn"
    changes = {"state": [str(old.label), str(new.label)]}
    audit.record(verb=verb, target=availability, by=by, changes=changes)


def _launch(availability: Availability, by: User) -> int:
    watches = _locked(availability, State.WATCHING)
    for watch in watches:
        moved = ServiceWatch.objects.filter(pk=watch.pk, state=State.WATCHING)
        moved.update(state=State.AVAILABLE, launched_at=availability.launched_at)
        watch.state, watch.launched_at = State.AVAILABLE, availability.launched_at
        _owe_notice(watch, by)
        telling.tell_launch(watch, by=by)
    return len(watches)


def _owe_notice(watch: ServiceWatch, by: User) -> None:
    """One working day from the opening; the manager of this moment (R15 [P])."""
    notice = LaunchNotice.objects.create(watch=watch, launched_at=watch.launched_at)
    open_duty(
        kind=DutyKind.SERVICE_LAUNCH_NOTICE,
        subject=notice,
        owner=watch.customer.manager,
        started_at=watch.launched_at,
        title=f"告知业务开办：{watch.availability}"[:200],
        customer_name=watch.customer.name,
        customer_ref=watch.customer_id,
        path=watch.get_absolute_url(),
        by=by,
    )


def _withdraw(availability: Availability, by: User) -> int:
    watches = _locked(availability, State.AVAILABLE)
    for watch in watches:
        drop_notice(watch, reason=WITHDRAWN, by=by)
        moved = ServiceWatch.objects.filter(pk=watch.pk, state=State.AVAILABLE)
        moved.update(state=State.WATCHING, launched_at=None)
        audit.record(verb="watch.waiting_again", target=watch, by=by, reason=WITHDRAWN)
    return len(watches)


def drop_notice(watch: ServiceWatch, *, reason: str, by: User) -> None:
    """The open duty of the latest opening is cancelled; nothing to do is fine."""
    notice = watch.notices.first()
    if notice:
        kind = DutyKind.SERVICE_LAUNCH_NOTICE
        cancel_duty(kind=kind, subject=notice, reason=reason, by=by)


def _locked(availability: Availability, state: str) -> list[ServiceWatch]:
    """Watchers in `state`, locked in one order. Nobody can join: they lock the area first."""
    places = Availability.of_place(availability.item, availability.area)
    rows = ServiceWatch.objects.filter(availability__in=places, state=state).select_related(
        "customer__manager", "availability__item"
    )
    return list(rows.select_for_update(of=("self",)).order_by("pk"))
