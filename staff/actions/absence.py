"""Absence with a delegate (A0, D16): sees, does and is reminded of what the absent person would."""

from datetime import date, timedelta

from django.db import transaction

from core import audit
from staff.actions.errors import StaffError
from staff.models import Absence, User


@transaction.atomic
def create_absence(
    *, user: User, delegate: User, starts_on: date, ends_on: date, by: User, reason: str = ""
) -> Absence:
    """Both days count. One absence at a time, and the delegate must be there."""
    list(User.objects.select_for_update().filter(pk__in=[user.pk, delegate.pk]).order_by("pk"))
    if user.absences.overlapping(starts_on, ends_on).exists():
        raise StaffError(f"{user.name}在这段时间已登记过缺勤，请先结束原来的登记。")
    if delegate.absences.overlapping(starts_on, ends_on).exists():
        raise StaffError(f"{delegate.name}在这段时间也缺勤，请另选代理人。")
    absence = Absence.objects.create(
        user=user, delegate=delegate, starts_on=starts_on, ends_on=ends_on, reason=reason
    )
    days = f"{starts_on}—{ends_on}"
    audit.record(
        verb="absence.created",
        target=absence,
        by=by,
        changes={"delegate": ["", f"{delegate} {days}"]},
    )
    return absence


@transaction.atomic
def end_absence(*, absence: Absence, today: date, by: User) -> None:
    """Back early: `today` is the first day that no longer counts. An unstarted one disappears."""
    row = Absence.objects.filter(pk=absence.pk, ends_on__gte=today)
    if absence.starts_on >= today:
        audit.record(verb="absence.withdrawn", target=absence, by=by)
        moved, _ = row.filter(starts_on__gte=today).delete()
    else:
        last = today - timedelta(days=1)
        moved = row.update(ends_on=last)
        changes = {"ends_on": [str(absence.ends_on), str(last)]}
        audit.record(verb="absence.ended", target=absence, by=by, changes=changes)
    if not moved:
        raise StaffError("这次缺勤已经结束，请刷新页面。")
