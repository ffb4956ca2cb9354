"""`manage.py backfill_timeline`: put what happened before the timeline was kept into it.

Repeatable: every entry has a source, the same source is rewritten and never doubled.
"""

from django.core.management.base import BaseCommand

from accounts.actions import quality
from accounts.actions.contacts import note_contacted
from accounts.models import Customer
from visits.actions import telling
from visits.models import (
    Commitment,
    InboundLetter,
    LetterReply,
    RecordAddendum,
    ThankYouLetter,
    Visit,
)

ENDED = (Visit.State.HELD, Visit.State.RECORDED, Visit.State.CLOSED)
CHUNK = 500


class Command(BaseCommand):
    help = "把已有的拜访、信函和承诺补入客户时间线，并计算视图质量（可重复执行）"

    def handle(self, **options):
        total = sum(self._tell(rows, tell, who) for rows, tell, who in _stories())
        for visit in (
            Visit.objects.filter(state__in=ENDED)
            .prefetch_related("contacts")
            .iterator(chunk_size=CHUNK)
        ):
            note_contacted(contacts=visit.contacts.all(), at=visit.ended_at)
        customers = quality.refresh(Customer.objects.order_by("pk").values_list("pk", flat=True))
        self.stdout.write(f"时间线 {total} 条，视图质量 {customers} 个客户。")

    def _tell(self, rows, tell, who) -> int:
        count = 0
        for row in rows.iterator(chunk_size=CHUNK):
            tell(row, by=getattr(row, who))
            count += 1
        return count


def _stories():
    """(rows, how they are told, the field of who did it)."""
    visits = Visit.objects.filter(state__in=ENDED).select_related("customer", "owner", "record")
    thanks = ThankYouLetter.objects.filter(state=ThankYouLetter.State.SENT)
    replies = LetterReply.objects.filter(state=LetterReply.State.SENT)
    promises = Commitment.objects.select_related("customer", "owner", "visit", "letter")
    letters = InboundLetter.objects.select_related("customer", "registered_by")
    kept = promises.filter(state=Commitment.State.FULFILLED)
    addenda = RecordAddendum.objects.select_related("visit__customer", "written_by")
    return [
        (addenda, telling.tell_addendum, "written_by"),
        (visits.prefetch_related("contacts"), telling.tell_visit, "owner"),
        (thanks.select_related("visit__customer", "sent_by"), telling.tell_thanks, "sent_by"),
        (letters, telling.tell_letter, "registered_by"),
        (replies.select_related("letter__customer", "sent_by"), telling.tell_reply, "sent_by"),
        (promises, telling.tell_promise, "created_by"),
        (kept, telling.tell_kept, "owner"),
    ]
