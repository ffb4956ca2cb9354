"""Pattern texts filled with what the visit or the customer's letter says. Read-only (§B.6)."""

from collections.abc import Mapping

from core.rules import local_date
from visits import letter_reports, letter_rules, reply_rules, template_rules
from visits.models import InboundLetter, LetterReply, LetterTemplate, ThankYouLetter
from visits.rules import day_text, numbered

INTERIM_KINDS = (LetterTemplate.Kind.INTERIM, LetterTemplate.Kind.HOLDING)
GIVEN = ("policy_ref", "alternatives", "promised_on", "interim_reason")
"""Fields that no row knows: whoever leads here may pass them in the address."""


HELD_BACK = "超出了经办人员的权限，需要向上级报告"
"""Why an answer that must be reported upwards cannot be full yet (R14)."""


def _of_manager(person) -> dict[str, str]:
    return {"am_name": person.name, "am_phone": person.phone or person.branch.phone}


def reply_values(letter: InboundLetter, given: Mapping[str, str]) -> dict[str, str]:
    contact = letter.contact
    values = {
        "customer": letter.customer.name,
        "your_side": letter_rules.your_side(letter.customer.name),
        "contact": contact.name if contact else "",
        "title": contact.title if contact else "",
        "letter_ref": reply_rules.cited(letter_reports.incoming_of(letter)),
        "letter_date": day_text(letter.letter_on) if letter.letter_on else "",
    }
    known = {name: given.get(name, "")[:300].replace("\x00", "") for name in GIVEN}
    return values | _of_manager(letter.owner) | known


def thanks_values(letter: ThankYouLetter) -> dict[str, str]:
    """Only promises that were made: none that waits for a decision or was withdrawn (R12)."""
    visit, contacts = letter.visit, list(letter.contacts.all())
    meeting = letter_reports.meeting_of(visit, contacts)
    promises = (
        f"{day_text(p.due_on)}前，{p.content.rstrip('。')}（责任人：{p.owner}）。"
        for p in meeting.promises
    )
    values = {
        "customer": visit.customer.name,
        "your_side": meeting.your_side,
        "contact": "、".join(contact.name for contact in contacts),
        "title": "、".join(contact.title for contact in contacts if contact.title),
        "visit_date": day_text(local_date(visit.ended_at or visit.scheduled_start)),
        "place": meeting.place,
        "topic": meeting.topic.rstrip("。"),
        "summary_points": numbered(meeting.points),
        "commitments": numbered(promises),
        "next_step": meeting.next_step.rstrip("。"),
    }
    return values | _of_manager(visit.owner)


def proposed_reply(
    letter: InboundLetter, template: LetterTemplate | None, given: Mapping[str, str] | None = None
) -> dict:
    """First values of the reply form; without a template only the reference to the letter."""
    values = reply_values(letter, given or {})
    body = template.body if template else "{letter_ref}\n特此函复。"
    kind = template.kind if template else ""
    is_interim = kind in INTERIM_KINDS
    return {
        "kind": LetterReply.Kind.INTERIM if is_interim else LetterReply.Kind.FINAL,
        "title": reply_rules.reply_title(letter.subject)[:60],
        "addressee": letter.customer.name,
        "body": template_rules.merge(body, values),
        "interim_reason": HELD_BACK if kind == LetterTemplate.Kind.HOLDING else "",
    }


def thanks_body(letter: ThankYouLetter, template: LetterTemplate) -> str:
    return template_rules.merge(template.body, thanks_values(letter))


def default_template() -> LetterTemplate | None:
    """What a new reply starts from: the first general pattern that is in use."""
    return LetterTemplate.objects.for_replies().filter(kind=LetterTemplate.Kind.REPLY).first()
