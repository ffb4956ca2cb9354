"""Letters as they stand on paper, and what their pages show beside them. Read-only."""

from dataclasses import dataclass
from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from core.pdf import count_pages, render_pdf
from core.rules import local_date
from reminders.actions import compute_deadline
from reminders.models import DutyKind, Obligation
from visits import letter_rules, reply_rules
from visits.models import InboundLetter, LetterReply, ThankYouLetter, Visit
from visits.rules import day_text

THANKS, REPLY = "visits/pdf/thank_you.html", "visits/pdf/reply.html"


# --- thank-you letters ------------------------------------------------------------------------
def meeting_of(visit: Visit, contacts) -> letter_rules.Meeting:
    """What the letter of `visit` is made from; a visit without record gives what it has (§B.6)."""
    record = getattr(visit, "record", None)
    promises = visit.commitments.select_related("owner")
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
    body = thanks_text(letter).body
    meeting = meeting_of(letter.visit, letter.contacts.all())
    return letter_rules.lint(body, prices_block=True) + letter_rules.missing_facts(body, meeting)


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
        "foot": "　　".join(part for part in contact if part),
        "salutation": text.salutation,
        "paragraphs": reply_rules.paragraphs(text.body),
        "signer": f"{owner.department or ''}{position}　{owner.name}",
        "signer_phone": owner.phone,
        "day": day_text(text.letter_on),
        "is_small": is_small,
    }


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


def thanks_pdf(letter: ThankYouLetter) -> bytes:
    return render_pdf(THANKS, {"sheet": _fitting_sheet(letter)[0]})


# --- replies ----------------------------------------------------------------------------------
def incoming_of(letter: InboundLetter, promised_on: date | None = None) -> reply_rules.Incoming:
    return reply_rules.Incoming(
        subject=letter.subject,
        your_side=letter_rules.your_side(letter.customer.name),
        letter_on=letter.letter_on,
        customer_ref=letter.customer_ref,
        promised_on=promised_on,
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
    }
    return render_pdf(REPLY, {"sheet": sheet})


def why_due(letter: InboundLetter) -> str:
    """The due date in words: which days were skipped and why (R13, D2)."""
    return compute_deadline(DutyKind.LETTER_REPLY, letter.received_at).explanation


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
