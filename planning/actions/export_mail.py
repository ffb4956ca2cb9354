"""The sweep that tells heads and directors that their weekly file is there: a link, no content.

Whoever wins the compare-and-set sends; `tries` is the token of the lease. Sent comes before marked:
a worker that dies between the two costs one copy with the same Message-ID, never a loss (ADR 0004).
"""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import DatabaseError
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse

from core import clock
from planning.export_rules import week_words
from planning.models import ExportNotice, PlanExport
from reminders.actions.mailing import Mailer, Refusal, classify

State = ExportNotice.State
LEASE = timedelta(seconds=120)
BATCH = 50
USEFUL_FOR = timedelta(days=7)
RETRY_MINUTES = (1, 5, 15, 60)
MOST_TRIES = 75
NO_ADDRESS = "收件人没有填写邮箱。"
NOT_THEIRS = "收件人已不负责这个范围。"
TOO_OLD = "周报已过期，不再发送。"


def send_notices(*, now: datetime) -> int:
    """Send what waits; the number of messages sent. Safe to repeat and to overlap."""
    if not settings.EMAIL_HOST:
        return 0
    ids = list(_claimable(now).order_by("next_try_at", "pk").values_list("pk", flat=True)[:BATCH])
    sent, mailer = 0, Mailer()
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
    return ExportNotice.objects.filter(waiting | abandoned)


def claim(pk: int, now: datetime) -> ExportNotice | None:
    """The row, if this caller won it. The predicate stands in the UPDATE itself."""
    mine = _claimable(now).filter(pk=pk)
    until = clock.now() + LEASE
    if not mine.update(state=State.SENDING, claimed_until=until, tries=F("tries") + 1):
        return None
    rows = ExportNotice.objects.select_related("recipient", "export__branch", "export__department")
    return rows.get(pk=pk)


def _send(row: ExportNotice, mailer: Mailer) -> Refusal | None:
    if reason := _why_not(row):
        _mark(row, State.FAILED, error=reason)
        return None
    try:
        mailer.send(compose(row))
    except DatabaseError:
        raise
    except Exception as error:
        refusal = classify(error)
        _refused(row, refusal, f"{type(error).__name__}: {error}"[:200])
        return refusal
    _mark(row, State.SENT, sent_at=clock.now(), error="")
    return None


def _why_not(row: ExportNotice) -> str:
    """Asked in the moment of sending: whoever may not open the file is not told of it."""
    if not row.recipient.email:
        return NO_ADDRESS
    if row.export.finished_at < clock.now() - USEFUL_FOR:
        return TOO_OLD
    seen = PlanExport.objects.visible_to(row.recipient).filter(pk=row.export_id)
    return "" if row.recipient.is_active and seen.exists() else NOT_THEIRS


def _mark(row: ExportNotice, state: str, **fields) -> bool:
    """Only the holder of the lease may mark."""
    held = ExportNotice.objects.filter(pk=row.pk, state=State.SENDING, tries=row.tries)
    if not held.update(state=state, claimed_until=None, **fields):
        return False
    row.state = state
    return True


def _refused(row: ExportNotice, refusal: Refusal, reason: str) -> None:
    if refusal == Refusal.NEVER or row.tries >= MOST_TRIES:
        _mark(row, State.FAILED, error=reason)
        return
    minutes = RETRY_MINUTES[min(row.tries, len(RETRY_MINUTES)) - 1]
    at = clock.now() + timedelta(minutes=minutes)
    _mark(row, State.WAITING, error=reason, next_try_at=at)


def compose(row: ExportNotice) -> EmailMultiAlternatives:
    export = row.export
    link = settings.SITE_URL + reverse("planning:weekly_detail", args=[export.pk])
    context = {"export": export, "week": week_words(export.monday), "link": link, "row": row}
    host = urlsplit(settings.SITE_URL).hostname or ""
    return EmailMultiAlternatives(
        subject=f"【周报】{export.about()} {export.monday:%Y-%m-%d} 第 {export.version} 版",
        body=render_to_string("planning/mail/weekly.txt", context),
        to=[row.recipient.email],
        headers={"Message-ID": f"<weekly-{row.pk}@{host}>", "Auto-Submitted": "auto-generated"},
    )
