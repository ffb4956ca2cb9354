"""Letters as they stand on paper, and what their pages show beside them. Read-only."""

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from core.models import AuditEvent
from core.pdf import count_pages, render_pdf
from core.rules import local_date
from reminders.actions import compute_deadline
from reminders.models import DutyKind, Obligation
from reminders.rules import say_due
from staff.access import may
from visits import letter_rules, reply_rules
from visits.actions import authority, correspondence, replying, thanks
from visits.models import (
    InboundLetter,
    LetterNumber,
    LetterReply,
    LintWord,
    ThankYouLetter,
    Visit,
)
from visits.rules import day_text

THANKS, REPLY = "visits/pdf/thank_you.html", "visits/pdf/reply.html"


# --- thank-you letters ------------------------------------------------------------------------
def meeting_of(visit: Visit, contacts) -> letter_rules.Meeting:
    """What the letter of `visit` is made from; a visit without record gives what it has (§B.6)."""
    record = getattr(visit, "record", None)
    # one that waits for a decision was not made, one that was taken back does not stand (R12)
    promises = visit.commitments.exclude(state__in=authority.NOT_PROMISED).select_related("owner")
    return letter_rules.Meeting(
        met_on=local_date(visit.ended_at or visit.scheduled_start),
        place=visit.location,
        topic=visit.purpose,
        is_phone=visit.mode == Visit.Mode.PHONE,
        your_side=letter_rules.your_side(visit.customer.name),
        addressees=len(contacts),
        points=tuple(line for line in record.summary_points.splitlines() if line.strip())
        if record
        else (),
        promises=tuple(letter_rules.Promised(p.content, str(p.owner), p.due_on) for p in promises),
        next_step=record.next_step if record else "",
    )


@dataclass(frozen=True)
class ThanksText:
    salutation: str
    body: str
    letter_on: date


def proposed_thanks(letter: ThankYouLetter) -> ThanksText:
    """The text drafted from the visit as it stands now; nothing is saved."""
    contacts = list(letter.contacts.all()) or list(letter.visit.contacts.all())
    names = [letter_rules.polite_name(c.name, c.salutation, c.title) for c in contacts]
    body = letter_rules.thank_you_body(meeting_of(letter.visit, contacts))
    return ThanksText(letter_rules.salutation(names), body, timezone.localdate())


def thanks_text(letter: ThankYouLetter) -> ThanksText:
    """The saved text, or the proposal while nothing is saved."""
    if not letter.body:
        return proposed_thanks(letter)
    return ThanksText(letter.salutation, letter.body, letter.letter_on or timezone.localdate())


def thanks_findings(letter: ThankYouLetter) -> tuple[letter_rules.Finding, ...]:
    """Doubtful places of the text as it would be sent, and facts of the record it lacks."""
    text = thanks_text(letter)
    body = text.body
    meeting = meeting_of(letter.visit, letter.contacts.all())
    return thanks.lint(letter, text) + letter_rules.missing_facts(body, meeting)


def _thanks_sheet(letter: ThankYouLetter, *, is_small: bool) -> dict:
    text, owner = thanks_text(letter), letter.visit.owner
    branch = owner.branch
    position = owner.title or owner.get_role_display()
    contact = [
        f"地址：{branch.address}" if branch.address else "",
        f"电话：{branch.phone}" if branch.phone else "",
    ]
    return {
        "title": f"感谢函（{letter.visit.customer}）",
        "unit": branch.letter_name,
        "number": _thanks_number(letter, branch, text.letter_on),
        "foot": "　　".join(part for part in contact if part),
        "salutation": text.salutation,
        "paragraphs": reply_rules.paragraphs(text.body),
        "signer": f"{owner.department or ''}{position}　{owner.name}",
        "signer_phone": owner.phone,
        "day": day_text(text.letter_on),
        "is_small": is_small,
    }


def _thanks_number(letter: ThankYouLetter, branch, day: date) -> str:
    """Its number, with an open place until the text is kept (§B.6)."""
    head = LetterNumber.head(branch, LetterNumber.Series.THANKS)
    return str(letter.number or f"{head}〔{day.year}〕　　号")


def _fitting_sheet(letter: ThankYouLetter) -> tuple[dict, int]:
    """The sheet in the larger type if it fits one page, else in the smaller; and its pages."""
    sheet = _thanks_sheet(letter, is_small=False)
    if count_pages(THANKS, {"sheet": sheet}) == 1:
        return sheet, 1
    sheet = _thanks_sheet(letter, is_small=True)
    return sheet, count_pages(THANKS, {"sheet": sheet})


def thanks_pages(letter: ThankYouLetter) -> int:
    """Pages of the letter as it would be printed; more than one is too long (§4.6)."""
    return _fitting_sheet(letter)[1]


def thanks_print(letter: ThankYouLetter) -> tuple[bytes, int]:
    """The letter as PDF, and its pages."""
    sheet, pages = _fitting_sheet(letter)
    return render_pdf(THANKS, {"sheet": sheet}), pages


def thanks_pdf(letter: ThankYouLetter) -> bytes:
    return thanks_print(letter)[0]


# --- replies ----------------------------------------------------------------------------------
def incoming_of(letter: InboundLetter) -> reply_rules.Incoming:
    return reply_rules.Incoming(
        subject=letter.subject,
        your_side=letter_rules.your_side(letter.customer.name),
        letter_on=letter.letter_on,
        customer_ref=letter.customer_ref,
    )


def reply_pdf(reply: LetterReply) -> bytes:
    """The reply in letter format; before it is issued its number has an open place."""
    branch = reply.letter.customer.branch
    owner = reply.letter.owner
    day = reply.issued_on or timezone.localdate()
    sheet = {
        "title": reply.title,
        "unit": branch.letter_name,
        "number": str(reply.number or f"{branch.letter_prefix}〔{day.year}〕　　号"),
        "title_lines": reply_rules.title_lines(reply.title),
        "addressee": reply.addressee,
        "paragraphs": reply_rules.paragraphs(reply.body),
        "day": day_text(day),
        "contact_name": owner.name,
        "contact_phone": owner.phone or branch.phone,
        "is_void": reply.state == LetterReply.State.VOID,
    }
    return render_pdf(REPLY, {"sheet": sheet})


def why_due(letter: InboundLetter) -> str:
    """The due date in words: which days were skipped and why (R13, D2)."""
    return compute_deadline(DutyKind.LETTER_REPLY, letter.received_at).explanation


def due_sentence(letter: InboundLetter) -> str:
    """「请在 11月24日 18:00 前书面答复（…）。」"""
    duty = Obligation.objects.of(DutyKind.LETTER_REPLY, letter).get()
    about = "，暂估" if duty.is_provisional else ""
    return f"请在 {say_due(duty.due_at)} 前书面答复（{why_due(letter)}{about}）。"


# --- lists ------------------------------------------------------------------------------------
def with_duties(rows, kind: str) -> list:
    """`rows` with their duty of `kind` as `.duty` (None without one). One query."""
    rows = list(rows)
    model = InboundLetter if kind == DutyKind.LETTER_REPLY else ThankYouLetter
    duties = Obligation.objects.filter(
        kind=kind,
        content_type=ContentType.objects.get_for_model(model),
        object_id__in=[row.pk for row in rows],
    )
    by_row = {duty.object_id: duty for duty in duties}
    for row in rows:
        row.duty = by_row.get(row.pk)
    return rows


# --- the page of one letter -------------------------------------------------------------------
EVENT_NAMES = {
    "letter.registered": "登记来函",
    "letter.assigned": "分派",
    "letter.closed": "办结",
    "reply.drafted": "起草复函",
    "reply.submitted": "提交审核",
    "reply.returned": "退回修改",
    "reply.approved": "同意签发",
    "reply.issued": "签发",
    "reply.voided": "作废复函",
    "reply.sent": "送出复函",
}
STEPS = ("收件", "起草", "审核", "签发", "送出")
PLACE = {"draft": 1, "returned": 1, "pending_approval": 2, "approved": 3, "issued": 4, "sent": 5}
"""The step that a reply in this state waits for; 5 is the end."""


@dataclass(frozen=True)
class Step:
    name: str
    mark: str  # CSS class: is-done, is-now or nothing


def letter_steps(reply: LetterReply | None, *, needs_approval: bool) -> list[Step]:
    """Received → draft → approval → issued → sent, with the present place of the newest reply."""
    place = PLACE[reply.state] if reply else 1
    names = [name for name in STEPS if needs_approval or name != "审核"]
    now = STEPS[place] if place < len(STEPS) else ""
    if now == "审核" and not needs_approval:
        now = "签发"
    done = STEPS[:place]
    marks = {name: "is-done" for name in done} | {now: "is-now"}
    return [Step(name, marks.get(name, "")) for name in names]


@dataclass(frozen=True)
class Happening:
    at: datetime
    what: str
    who: str
    note: str


def timeline(letter: InboundLetter, replies) -> list[Happening]:
    """What happened to the letter and its replies, oldest first; written from the audit trail."""
    events = AuditEvent.objects.about(letter)
    for reply in replies:
        events |= AuditEvent.objects.about(reply)
    received = Happening(
        letter.received_at, "收到来函", letter.contact.name if letter.contact else "", ""
    )
    return [received] + [
        Happening(event.at, EVENT_NAMES[event.verb], event.actor_name, _note_of(event))
        for event in events.filter(verb__in=EVENT_NAMES).order_by("at", "pk")
    ]


def _note_of(event: AuditEvent) -> str:
    """The reason, or what the step left behind: the number, the way and moment of sending."""
    left = [event.reason, *(event.changes.get(key) for key in ("number", "channel", "sent"))]
    if event.verb == "letter.assigned":
        left.append(" → ".join(event.changes.get("owner", ())))
    return "，".join(text for text in left if text)


def _reply_findings(reply: LetterReply) -> tuple[letter_rules.Finding, ...]:
    words = LintWord.objects.watched()
    return letter_rules.lint(reply.body, prices_block=False, words=words)


def letter_context(letter: InboundLetter, user) -> dict:
    """Everything the page of one letter shows to `user`; `can` says which steps are open."""
    known = letter.replies.select_related(
        "number__branch", "written_by", "proof", "voided_by", "signed_scan"
    )
    replies = list(known)
    for reply in replies:
        reply.letter = letter  # already here with its customer
    work = next((r for r in replies if r.state not in LetterReply.ENDED), None)
    sent = [r for r in replies if r.state == LetterReply.State.SENT]
    newest = work or (sent[0] if sent else None)
    need = replying.approval_need(work) if work else None
    needs_approval = bool(need and need.is_needed) or bool(newest and newest.approved_at)
    return {
        "letter": letter,
        "duty": Obligation.objects.of(DutyKind.LETTER_REPLY, letter).first(),
        "why_due": why_due(letter),
        "steps": letter_steps(newest, needs_approval=needs_approval),
        "timeline": timeline(letter, replies),
        "reply": work,
        "reply_lines": reply_rules.paragraphs(work.body) if work else (),
        "need": need,
        "findings": _reply_findings(work) if work else (),
        "sent_replies": sent,
        "void_replies": [r for r in replies if r.state == LetterReply.State.VOID],
        "promises": letter.commitments.select_related("owner"),
        "waiting": authority.undecided_about(letter).select_related("approver"),
        "can": _open_steps(letter, work, need, user)
        | {"signed_form": may(user, "letters.write") and _may_sign(letter, sent)},
    }


def _may_sign(letter: InboundLetter, sent: list[LetterReply]) -> bool:
    """A sent reply waits for its signed copy, or may still get a better one."""
    is_closed = letter.state == InboundLetter.State.CLOSED
    return any(not is_closed or reply.signed_scan is None for reply in sent)


def _open_steps(letter, work, need, user) -> dict[str, bool]:
    """Which forms and buttons the page offers: by the state, and by what `user` may do."""
    writes = may(user, "letters.write")
    state = work.state if work else ""
    is_open = letter.state in correspondence.ANSWERABLE
    needs = bool(need and need.is_needed)
    return {
        "draft": writes and is_open and state in ("", *replying.EDITABLE),
        "submit": writes and needs and state in ("draft", "returned"),
        "issue": writes and (state == "approved" or (state == "draft" and not needs)),
        "send_form": writes and state == "issued",
        "void_form": writes and state == "issued",
        "decide_form": state == "pending_approval"
        and may(user, "letters.approve")
        and replying.may_approve(work, user),
        "assign_form": writes and is_open,
        "close_form": writes and letter.state == InboundLetter.State.REPLIED,
    }
