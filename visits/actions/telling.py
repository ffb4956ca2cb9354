"""What the timeline of the customer says of visits, letters and promises; one entry for each."""

from accounts.actions import timeline
from accounts.actions.contacts import note_contacted
from core import clock
from visits.models import (
    Commitment,
    CustomerIssue,
    InboundLetter,
    LetterReply,
    RecordAddendum,
    ThankYouLetter,
    Visit,
)

Kind = timeline.Kind


def tell_visit(visit: Visit, *, by) -> None:
    """An ended visit: whom we met, what was agreed once it is written down, and its state."""
    met = list(visit.contacts.all())
    note_contacted(contacts=met, at=visit.ended_at)
    people = "、".join(contact.name for contact in met)
    parts = [f"见了{people}" if people else "", _agreed(visit), visit.get_state_display()]
    timeline.note(
        customer=visit.customer,
        kind=Kind.VISIT,
        title=f"{visit.get_mode_display()}：{visit.purpose}",
        detail="；".join(part for part in parts if part),
        path=visit.get_absolute_url(),
        at=visit.ended_at,
        actor=visit.owner,
        source=f"visit:{visit.pk}",
    )


def _agreed(visit: Visit) -> str:
    record = getattr(visit, "record", None)
    return "，".join(record.summary_points.splitlines()) if record else ""


def tell_addendum(addendum: RecordAddendum, *, by) -> None:
    """Something was added to the accepted record of a visit (R11)."""
    timeline.note(
        customer=addendum.visit.customer,
        kind=Kind.VISIT,
        title="补充拜访记录",
        detail=addendum.text,
        path=addendum.visit.get_absolute_url(),
        at=addendum.written_at,
        actor=by,
        source=f"addendum:{addendum.pk}",
    )


def tell_thanks(letter: ThankYouLetter, *, by) -> None:
    """A thank-you letter that has left the house (R8)."""
    timeline.note(
        customer=letter.visit.customer,
        kind=Kind.LETTER,
        title="送出感谢函",
        detail=f"{letter.get_channel_display()}，收件人 {letter.recipient}",
        path=letter.get_absolute_url(),
        at=letter.sent_at,
        actor=by,
        source=f"thanks:{letter.pk}",
    )


def tell_letter(letter: InboundLetter, *, by) -> None:
    """A customer's letter has come in (R13)."""
    if letter.contact:
        note_contacted(contacts=[letter.contact], at=letter.received_at)
    timeline.note(
        customer=letter.customer,
        kind=Kind.LETTER,
        title=f"收到来函《{letter.subject}》",
        detail=letter.summary,
        path=letter.get_absolute_url(),
        at=letter.received_at,
        actor=by,
        source=f"letter:{letter.pk}",
    )


def tell_reply(reply: LetterReply, *, by) -> None:
    """It was answered in writing, at first or for good (R13)."""
    timeline.note(
        customer=reply.letter.customer,
        kind=Kind.LETTER,
        title=f"{reply.get_kind_display()}来函《{reply.letter.subject}》",
        detail=f"{reply.number} {reply.get_channel_display()}",
        path=reply.letter.get_absolute_url(),
        at=reply.sent_at,
        actor=by,
        source=f"reply:{reply.pk}",
    )


def tell_promise(promise: Commitment, *, by) -> None:
    """A promise was made (R12)."""
    timeline.note(
        customer=promise.customer,
        kind=Kind.COMMITMENT,
        title=f"承诺：{promise.content}",
        detail=f"{promise.due_on:%Y-%m-%d} 前兑现，负责人 {promise.owner}",
        path=promise.get_absolute_url(),
        at=promise.created_at,
        actor=by,
        source=f"promise:{promise.pk}",
    )


def tell_issue(issue: CustomerIssue, *, by) -> None:
    """A problem came to light, and how it stands (R22)."""
    parts = [issue.get_state_display(), issue.resolution, f"负责人 {issue.owner}"]
    timeline.note(
        customer=issue.customer,
        kind=Kind.TICKET,
        title=f"问题：{issue.description}"[:200],
        detail="；".join(part for part in parts if part),
        path=issue.get_absolute_url(),
        at=issue.created_at,
        actor=by,
        source=f"issue:{issue.pk}",
    )


def tell_kept(promise: Commitment, *, by) -> None:
    """A promise was kept (R12)."""
    timeline.note(
        customer=promise.customer,
        kind=Kind.COMMITMENT,
        title=f"兑现承诺：{promise.content}",
        detail=promise.evidence,
        path=promise.get_absolute_url(),
        at=promise.fulfilled_at,
        actor=by,
        source=f"promise-kept:{promise.pk}",
    )


def tell_broken(promise: Commitment, *, by) -> None:
    """A promise was not kept: it stays in the customer view (R12)."""
    timeline.note(
        customer=promise.customer,
        kind=Kind.COMMITMENT,
        title=f"未兑现承诺：{promise.content}",
        detail=promise.ended_reason,
        path=promise.get_absolute_url(),
        at=clock.now(),
        actor=by,
        source=f"promise-broken:{promise.pk}",
    )
