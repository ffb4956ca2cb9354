"""Calendar invitations to the customer, asked for with the booking (R4). The row is the queue."""

from django.db import transaction
from django.db.models import F, Q

from accounts.models import Contact
from core import audit, clock
from staff.models import User
from visits.actions import authority
from visits.actions.errors import VisitError
from visits.models import Visit, VisitInvitation

Method, State = VisitInvitation.Method, VisitInvitation.State
ALIVE = (Visit.State.PLANNED, Visit.State.BOOKED)
REACHED = (State.SENDING, State.SENT)
"""What the customer may have in the calendar."""


def series_of(visit: Visit) -> int:
    """The key that names the event in every calendar, however often it was rescheduled."""
    return visit.series or visit.pk


def of_series(visit: Visit):
    """All invitations to this appointment and to those it was moved from."""
    root = series_of(visit)
    return VisitInvitation.objects.filter(Q(visit=root) | Q(visit__series=root))


def reachable(visit: Visit) -> list[Contact]:
    """Whom an invitation can be sent to: those we meet who have an e-mail address."""
    return [contact for contact in visit.contacts.all() if contact.email]


def is_invited(visit: Visit) -> bool:
    """Somebody was invited and may have it in the calendar, or will get it in a minute."""
    waiting = (State.WAITING, *REACHED)
    return of_series(visit).filter(method=Method.REQUEST, state__in=waiting).exists()


def has_changed(visit: Visit) -> None:
    """What calendars show is another than before: the next message is newer than all others."""
    Visit.objects.filter(pk=visit.pk).update(
        invite_sequence=F("invite_sequence") + 1, updated_at=clock.now()
    )
    visit.refresh_from_db(fields=["invite_sequence", "updated_at"])
    _supersede(visit)


def _supersede(visit: Visit) -> None:
    of_series(visit).filter(state=State.WAITING).update(state=State.SUPERSEDED)


@transaction.atomic
def invite(*, visit: Visit, by: User) -> int:
    """Queue an invitation for everyone we meet who has an address; twice is once."""
    if visit.state not in ALIVE:
        raise VisitError("只有已计划或已预约的拜访才能发日历邀请。")
    authority.check_place(visit, by=by)
    same = visit.invitations.filter(sequence=visit.invite_sequence, method=Method.REQUEST)
    known = set(same.values_list("contact", flat=True))
    new = [(one, one.email) for one in reachable(visit) if one.pk not in known]
    _queue(visit, new, Method.REQUEST, by)
    return len(new)


@transaction.atomic
def call_off(*, visit: Visit, by: User, keep=()) -> int:
    """Queue a CANCEL for everyone who may have it in the calendar, but for the contacts `keep`."""
    latest = {row.contact_id: row for row in of_series(visit).order_by("sequence", "pk")
              .filter(state__in=REACHED).select_related("contact")}  # fmt: skip
    gone = [
        (row.contact, row.email)
        for row in latest.values()
        if row.method == Method.REQUEST and row.contact_id not in keep
    ]
    _queue(visit, gone, Method.CANCEL, by)
    return len(gone)


def call_off_old(*, old: Visit, new: Visit, by: User) -> None:
    """Nobody is invited to the new time yet: the old one goes from the calendars of the invited.

    An invitation to the new time that is sent later is newer than this message.
    """
    if to_call_off(old):
        has_changed(old)
        call_off(visit=old, by=by)
        Visit.objects.filter(pk=new.pk).update(invite_sequence=old.invite_sequence + 1)
        new.refresh_from_db(fields=["invite_sequence"])


def to_call_off(visit: Visit) -> bool:
    """Whether there is anybody to be told that it is off."""
    return of_series(visit).filter(method=Method.REQUEST, state__in=REACHED).exists()


@transaction.atomic
def tell_edited(*, visit: Visit, by: User) -> None:
    """Place, way or people were changed: whoever was invited is told (R4)."""
    was_invited = is_invited(visit)
    has_changed(visit)
    if was_invited:
        invite(visit=visit, by=by)
        call_off(visit=visit, by=by, keep={contact.pk for contact in reachable(visit)})


def _queue(visit: Visit, guests: list[tuple[Contact, str]], method: str, by: User) -> None:
    """Rows for the sweep, (contact, address). What still waits for the same people is outdated."""
    if not guests:
        return
    ids = [contact.pk for contact, _ in guests]
    of_series(visit).filter(state=State.WAITING, contact__in=ids).update(state=State.SUPERSEDED)
    now = clock.now()
    VisitInvitation.objects.bulk_create(
        VisitInvitation(
            visit=visit,
            contact=contact,
            email=email,
            method=method,
            sequence=visit.invite_sequence,
            next_try_at=now,
            created_by=by,
        )
        for contact, email in guests
    )
    names = "、".join(contact.name for contact, _ in guests)
    verb = "visit.invited" if method == Method.REQUEST else "visit.invitation_cancelled"
    audit.record(verb=verb, target=visit, by=by, changes={"recipient": names})


@transaction.atomic
def try_again(*, invitation: VisitInvitation, by: User) -> None:
    """A failed message is sent again, to the address that the contact has now."""
    visit = invitation.visit
    if invitation.sequence != visit.invite_sequence:
        raise VisitError("拜访后来又有改动，这封邀请已经过时。")
    failed = VisitInvitation.objects.filter(pk=invitation.pk, state=State.FAILED)
    if not failed.update(
        state=State.WAITING,
        email=invitation.contact.email or invitation.email,
        tries=0,
        error="",
        next_try_at=clock.now(),
    ):
        raise VisitError("这封邀请不在失败状态，请刷新后查看。")
    audit.record(verb="visit.invitation_retried", target=visit, by=by)
