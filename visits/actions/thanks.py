"""The thank-you letter of a visit (R8): opened with its duty, drafted, sent or waived."""

from datetime import date, datetime
from hashlib import sha256

from django.db import transaction

from accounts.actions.above import is_director_of, is_head_of
from core import audit, clock, uploads
from core.rules import local_date
from reminders.actions import DutyError, fulfil_duty, open_duty, waive_duty
from reminders.models import DutyKind, Obligation
from staff.models import User
from visits import letter_rules
from visits.actions import authority, telling, wordings
from visits.actions.errors import VisitError
from visits.actions.numbers import take_number
from visits.models import LetterNumber, LintWord, ThankYouLetter, Visit

State = ThankYouLetter.State
UNSENT = (State.PENDING, State.DRAFTED)


@transaction.atomic
def open_letter(*, visit: Visit, by: User | None) -> ThankYouLetter:
    """Make the empty letter and its 48-hour duty, running from the actual end of the visit (R8).

    Called in the transaction that ends the visit; a second call returns the first letter.
    """
    letter, is_new = ThankYouLetter.objects.get_or_create(visit=visit)
    if is_new:
        letter.contacts.set(visit.contacts.all())
        audit.record(verb="thanks.opened", target=letter, by=by)
    open_duty(
        kind=DutyKind.THANK_YOU_LETTER,
        subject=letter,
        owner=visit.owner,
        started_at=visit.ended_at,
        title=f"给 {visit.customer} 送出感谢函",
        customer_name=visit.customer.name,
        customer_ref=visit.customer_id,
        path=letter.get_absolute_url(),
        by=by,
    )
    return letter


@transaction.atomic
def save_draft(
    *,
    letter: ThankYouLetter,
    contacts,
    salutation: str,
    body: str,
    letter_on: date,
    by: User,
    seen: str | None = None,
) -> None:
    """Keep the edited text, under a number from now on. Refused once it was sent or waived.

    `seen` is wordings.mark_of what the form was drawn from: VisitError when it says something else
    by now. None: nobody looked at a form.
    """
    stored = ThankYouLetter.objects.select_for_update().get(pk=letter.pk)
    if seen is not None and stored.state in UNSENT:
        wanted = {"salutation": salutation, "body": body, "letter_on": letter_on}
        wordings.check_same(stored, wanted | {"contacts": contacts}, seen)
    _move(letter, State.DRAFTED, salutation=salutation, body=body, letter_on=letter_on)
    number_letter(letter=letter, year=letter_on.year)
    letter.contacts.set(contacts)
    audit.record(verb="thanks.drafted", target=letter, by=by)


@transaction.atomic
def number_letter(*, letter: ThankYouLetter, year: int) -> None:
    """Give the letter its number when its text is kept, printed or sent for the first time.

    It keeps this number for good: a waived letter stands in the register as void (§4.6).
    """
    locked = ThankYouLetter.objects.select_for_update().filter(pk=letter.pk)
    if not locked.filter(number=None).exists():
        letter.refresh_from_db(fields=["number"])
        return
    branch = letter.visit.customer.branch
    letter.number = take_number(branch=branch, year=year, series=LetterNumber.Series.THANKS)
    letter.save(update_fields=["number"])


@transaction.atomic
def send_letter(
    *,
    letter: ThankYouLetter,
    channel: str,
    recipient: str,
    sent_at: datetime,
    by: User,
    proof=None,
    text=None,
    pdf: bytes = b"",
) -> Obligation | None:
    """Record that the letter left the house, with evidence; ends the 48-hour duty (R8, D5).

    `sent_at` counts to the second, from the end of the visit until now. `proof` is a cleaned
    upload. `text` (salutation, body, letter_on) is what was printed, kept if nothing was saved;
    `pdf` is the sheet as it was printed, kept as it is.
    """
    if text and not letter.body:
        letter.salutation, letter.body = text.salutation, text.body
        letter.letter_on = text.letter_on
    _check_sending(letter, sent_at)
    authority.check_thanks(letter, by=by, text=letter)
    number_letter(letter=letter, year=(letter.letter_on or local_date(sent_at)).year)
    sent = {"channel": channel, "recipient": recipient, "sent_at": sent_at, "sent_by": by}
    evidence = _mark_sent(letter, sent, proof, pdf)
    audit.record(verb="thanks.sent", target=letter, by=by, changes=evidence)
    telling.tell_thanks(letter, by=by)
    return fulfil_duty(
        kind=DutyKind.THANK_YOU_LETTER, subject=letter, at=sent_at, evidence=evidence, by=by
    )


def _mark_sent(letter: ThankYouLetter, sent: dict, proof, pdf: bytes) -> dict:
    """Fix text, fingerprint and files in the row; returns what the duty keeps as evidence."""
    text = {name: getattr(letter, name) for name in ("salutation", "body", "letter_on")}
    digest = sha256(f"{letter.salutation}：\n{letter.body}".encode()).hexdigest()
    _move(letter, State.SENT, body_sha256=digest, **sent, **text)
    if proof:
        letter.proof = uploads.store(proof, by=letter.sent_by)
    if pdf:
        name = f"感谢函_{letter.visit.customer}_{letter.letter_on:%Y%m%d}.pdf"
        letter.sent_pdf = uploads.store_pdf(pdf, name, by=letter.sent_by)
    letter.save(update_fields=["proof", "sent_pdf"])
    return {
        "number": str(letter.number),
        "channel": letter.get_channel_display(),
        "recipient": letter.recipient,
        "body_sha256": digest,
        "proof_sha256": letter.proof.sha256 if letter.proof else "",
        "pdf_sha256": letter.sent_pdf.sha256 if letter.sent_pdf else "",
    }


def lint(letter: ThankYouLetter, text) -> tuple[letter_rules.Finding, ...]:
    """Doubtful places of `text` (`salutation`, `body`); approved prices are none (§B.6)."""
    return letter_rules.lint(
        text.body,
        prices_block=True,
        words=LintWord.objects.watched(),
        opening=text.salutation,
        approved=_approved_prices(letter, text.body),
    )


def _approved_prices(letter: ThankYouLetter, body: str) -> list[str]:
    """Words that may stand in the letter, and lines that a decision of a superior covers (R14)."""
    lines = [line for line in body.splitlines() if letter_rules.says_price(line)]
    if not lines:
        return []
    granted = [line for line in lines if authority.is_granted(letter, line)]
    return [*authority.approved_words(letter), *granted]


def _check_sending(letter: ThankYouLetter, sent_at: datetime) -> None:
    if not letter.body:
        raise VisitError("请先保存感谢函的正文，再登记送出。")
    blocking = [f for f in lint(letter, letter) if f.is_blocking]
    if blocking:
        raise VisitError(f"{blocking[0].place}：{blocking[0].advice}，请修改后再送出。")
    if letter.visit.ended_at is None or sent_at < letter.visit.ended_at:
        raise VisitError("送出时间不能早于拜访结束的时间。")
    if sent_at > clock.now():
        raise VisitError("送出时间不能晚于现在。")


def may_waive(letter: ThankYouLetter, by: User) -> bool:
    """Only the head of the customer's own department, or who stands in for that head (R8, D4).

    Not a head who merely came along, and nobody the letter of the own visit: the letter of a
    department head goes to the director of the branch (D16).
    """
    customer, owner = letter.visit.customer, letter.visit.owner
    if owner.pk == by.pk:
        return False
    others = [person for person in by.acting_for() if person.pk != owner.pk]
    if owner.role == User.Role.DEPT_HEAD:
        return any(is_director_of(person, customer) for person in others)
    return any(is_head_of(person, customer) for person in others)


@transaction.atomic
def waive_letter(*, letter: ThankYouLetter, reason: str, by: User) -> None:
    """Excuse the letter, with a reason. Who may: `may_waive` (R8, D4, D16); the view checks."""
    _move(letter, State.WAIVED, waived_by=by, waived_reason=reason)
    audit.record(verb="thanks.waived", target=letter, by=by, reason=reason)
    try:
        waive_duty(kind=DutyKind.THANK_YOU_LETTER, subject=letter, reason=reason, by=by)
    except DutyError as error:
        raise VisitError(str(error)) from error


def _move(letter: ThankYouLetter, state: str, **fields) -> None:
    """Compare-and-set from not sent; a sent or waived letter never changes again."""
    moved = ThankYouLetter.objects.filter(pk=letter.pk, state__in=UNSENT).update(
        state=state, updated_at=clock.now(), **fields
    )
    if not moved:
        raise VisitError("这封感谢函已经送出或豁免，不能再改。请刷新页面。")
    letter.refresh_from_db()
