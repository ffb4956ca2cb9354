"""The scan of the signed copy, kept with the letter that was sent (§4.6)."""

from django.db import transaction

from core import audit, uploads
from staff.models import User
from visits.actions.errors import VisitError
from visits.models import InboundLetter, LetterReply, ThankYouLetter, Visit

SENT = ("sent",)


def is_shut(letter: LetterReply | ThankYouLetter) -> bool:
    """Closed with its letter or visit: the scan is not replaced any more."""
    if isinstance(letter, LetterReply):
        return letter.letter.state == InboundLetter.State.CLOSED and letter.signed_scan is not None
    return letter.visit.state == Visit.State.CLOSED and letter.signed_scan is not None


@transaction.atomic
def keep_signed(*, letter: LetterReply | ThankYouLetter, scan, by: User) -> None:
    """Keep a cleaned upload as the signed copy; the former one stays in the trace."""
    locked = type(letter).objects.select_for_update(of=("self",)).get(pk=letter.pk)
    if locked.state not in SENT:
        raise VisitError("登记送出以后才能上传签章扫描件。")
    if is_shut(locked):
        raise VisitError("已经办结，签章扫描件不能再换。")
    old = locked.signed_scan
    stored = uploads.store(scan, by=by)
    type(letter).objects.filter(pk=letter.pk).update(signed_scan=stored)
    letter.refresh_from_db()
    changes = {"signed_scan": [_said(old), _said(stored)]}
    verb = "reply.scanned" if isinstance(letter, LetterReply) else "thanks.scanned"
    audit.record(verb=verb, target=letter, by=by, changes=changes)


def _said(file) -> str:
    return f"{file.name}（{file.sha256[:16]}）" if file else ""
