"""What hangs on a person who leaves: the people below, and absences with that delegate."""

from datetime import date

from django.db import transaction

from core import audit
from staff.actions.errors import StaffError
from staff.models import Absence, User


@transaction.atomic
def move_reports(*, user: User, by: User, reason: str = "") -> list[User]:
    """The people below `user` report to the superior of `user` from now on (D16)."""
    below = list(user.reports.active().select_for_update().order_by("username"))
    for person in below:
        superior = _superior_for(user, person)
        User.objects.filter(pk=person.pk).update(reports_to=superior)
        changes = {"reports_to": [str(user), str(superior or "")]}
        audit.record(verb="user.edited", target=person, by=by, changes=changes, reason=reason)
    return below


def _superior_for(user: User, person: User) -> User | None:
    """Never the person, and never a circle: then the department's head answers (D16)."""
    superior, seen = user.superior(), {user.pk, person.pk}
    above = superior
    while above:
        if above.pk in seen:
            return None
        seen.add(above.pk)
        above = above.reports_to
    return superior


@transaction.atomic
def replace_delegate(*, user: User, to: User, today: date, by: User) -> list[Absence]:
    """Absences of today and later in which `user` stands in get another delegate (D16).

    `to`, or the absent person's superior when `to` is the absent one or away at that time.
    StaffError when nobody is left.
    """
    rows = Absence.objects.filter(delegate=user, ends_on__gte=today).select_related("user")
    moved = list(rows.order_by("pk"))
    for absence in moved:
        delegate = next((p for p in (to, absence.user.superior()) if _fits(p, absence)), None)
        if delegate is None or delegate.pk == user.pk:
            raise StaffError(f"请先为{absence.user}的缺勤另选代理人。")
        Absence.objects.filter(pk=absence.pk).update(delegate=delegate)
        changes = {"delegate": [str(user), str(delegate)]}
        audit.record(verb="absence.changed", target=absence, by=by, changes=changes)
    return moved


def _fits(person: User | None, absence: Absence) -> bool:
    if person is None or person.pk == absence.user_id:
        return False
    return not person.absences.overlapping(absence.starts_on, absence.ends_on).exists()


@transaction.atomic
def end_own_absences(*, user: User, today: date) -> None:
    """Who has left is absent no more: nobody stands in for the account."""
    user.absences.filter(starts_on__gte=today).delete()
    user.absences.filter(ends_on__gte=today).update(ends_on=today)
