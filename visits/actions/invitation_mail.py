"""The sweep that sends calendar invitations, and what they say (R4).

Whoever wins the compare-and-set sends; `tries` is the token of the lease, so that a worker that
lost it cannot mark. Sent comes before marked: a worker that dies between the two costs one more
copy with the same UID, SEQUENCE and Message-ID, never a loss.
"""

import smtplib
from datetime import datetime, timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import DatabaseError
from django.db.models import F, Q
from django.template.loader import render_to_string

from core import clock
from reminders.actions.mailing import Mailer, Refusal, classify
from visits import ics_rules, ics_text
from visits.actions import authority
from visits.actions.invitations import ALIVE, Method, State, series_of
from visits.models import Visit, VisitInvitation

LEASE = timedelta(seconds=120)
BATCH = 50
OVER = "约定的时间已过，不再发送。"
GIVEN_UP = "多次没有送达，已停止。"
BAD_FORM = "邮件没有写成，请联系系统管理员。"
NO_SERVER = "连不上邮件服务器。"


def send_invitations(*, now: datetime) -> int:
    """Send what waits; the number of messages sent. Safe to repeat and to overlap."""
    if not settings.EMAIL_HOST:
        return 0
    sent, mailer = 0, Mailer()
    ids = list(_claimable(now).order_by("next_try_at", "pk").values_list("pk", flat=True)[:BATCH])
    try:
        for pk in ids:
            row = claim(pk, now)
            refusal = _send(row, mailer) if row else None
            sent += bool(row) and row.state == State.SENT
            if refusal in (Refusal.SERVER, Refusal.ACCOUNT):
                break
    finally:
        mailer.close()
    return sent


def _claimable(now: datetime):
    waiting = Q(state=State.WAITING, next_try_at__lte=now)
    abandoned = Q(state=State.SENDING, claimed_until__lt=now)
    return VisitInvitation.objects.filter(waiting | abandoned)


def claim(pk: int, now: datetime) -> VisitInvitation | None:
    """The row, if this caller won it. The predicate stands in the UPDATE itself."""
    won = (
        _claimable(now)
        .filter(pk=pk)
        .update(state=State.SENDING, claimed_until=clock.now() + LEASE, tries=F("tries") + 1)
    )
    if not won:
        return None
    rows = VisitInvitation.objects.select_related("visit__customer", "visit__owner", "contact")
    return rows.get(pk=pk)


def _send(row: VisitInvitation, mailer: Mailer) -> Refusal | None:
    """Send or give up one claimed row; what the server said when it refused."""
    state, reason = _out_of_date(row)
    if state:
        _mark(row, state, error=reason)
        return None
    try:
        mailer.send(compose(row))
    except DatabaseError:
        raise
    except Exception as error:
        refusal = classify(error)
        _refused(row, refusal, _say(error, refusal))
        return refusal
    _mark(row, State.SENT, sent_at=clock.now(), error="")
    return None


def _out_of_date(row: VisitInvitation) -> tuple[str, str]:
    """The state to leave it in and why, or nothing: it is still to be sent."""
    if row.method == Method.CANCEL:
        return "", ""
    if row.visit.state not in ALIVE or row.sequence < row.visit.invite_sequence:
        return State.SUPERSEDED, ""
    if row.visit.scheduled_start <= clock.now():
        return State.FAILED, OVER
    why = authority.refusal(authority.check_place, row.visit, by=row.visit.owner)
    return (State.FAILED, ics_rules.one_line(why, 200)) if why else ("", "")


def _mark(row: VisitInvitation, state: str, **fields) -> bool:
    """Only the holder of the lease may mark."""
    held = VisitInvitation.objects.filter(pk=row.pk, state=State.SENDING, tries=row.tries)
    if not held.update(state=state, claimed_until=None, **fields):
        return False
    row.state = state
    return True


def _refused(row: VisitInvitation, refusal: Refusal, reason: str) -> None:
    if refusal == Refusal.NEVER:
        _mark(row, State.FAILED, error=reason)
    elif row.tries >= ics_rules.MOST_TRIES:
        _mark(row, State.FAILED, error=ics_rules.one_line(f"{GIVEN_UP}{reason}", 200))
    else:
        at = ics_rules.retry_at(row.tries, clock.now())
        _mark(row, State.WAITING, error=reason, next_try_at=at)


def _say(error: Exception, refusal: Refusal) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, text = error.smtp_code, error.smtp_error
    else:
        return NO_SERVER if refusal == Refusal.SERVER else BAD_FORM
    text = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return ics_rules.one_line(f"对方服务器答复：{code} {text}", 200)


def compose(row: VisitInvitation) -> EmailMultiAlternatives:
    """Text and calendar as two forms of one message. Nothing internal: no purpose, no key point."""
    visit, owner = row.visit, row.visit.owner
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    context = {"visit": visit, "owner": owner, "row": row, "title": ics_rules.TITLES[visit.mode]}
    name = ics_rules.TITLES[visit.mode]
    message = EmailMultiAlternatives(
        subject=f"{'已取消：' if row.method == Method.CANCEL else ''}{name}",
        body=render_to_string("visits/mail/invitation.txt", context),
        to=[row.email],
        reply_to=[owner.email] if owner.email else None,
        headers={"Message-ID": f"<invitation-{row.pk}-{row.method}@{_host()}>"},
    )
    calendar = ics_text.invitation(
        event_of(row),
        method=row.method.upper(),
        organizer=ics_rules.Person(owner.name, owner.email or sender),
        attendee=ics_rules.Person(row.contact.name, row.email),
    )
    kind = f"text/calendar; method={row.method.upper()}"
    message.attach_alternative(calendar.decode(), kind)
    return message


def event_of(row: VisitInvitation) -> ics_rules.Event:
    visit, owner = row.visit, row.visit.owner
    phone = f"，电话 {owner.phone}" if owner.phone else ""
    return ics_rules.Event(
        uid=ics_rules.uid("visit", series_of(visit), _host()),
        sequence=row.sequence,
        title=ics_rules.TITLES[visit.mode],
        start=visit.scheduled_start,
        end=visit.scheduled_end,
        modified=row.created_at,
        location=visit.location if visit.mode == Visit.Mode.ON_SITE else "",
        description=f"联系人：{owner.name}{phone}",
        is_cancelled=row.method == Method.CANCEL,
    )


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or ""
