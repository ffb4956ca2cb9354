"""来函: registered with its duty, assigned, closed (R13). The replies are in `replying`."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.actions.above import is_head_of
from accounts.actions.contacts import note_contacted
from accounts.models import Contact, Customer, CustomerAssignment
from core import audit, clock, uploads
from core.rules import local_date
from reminders.actions import open_duty, reassign_duties
from reminders.models import DutyKind, Obligation
from staff.access import FRONT
from staff.models import User
from visits.actions import telling
from visits.actions.errors import STALE, VisitError
from visits.actions.numbers import take_number
from visits.models import InboundLetter, LetterNumber

State = InboundLetter.State
OPEN_STATES = (State.RECEIVED, State.ASSIGNED, State.DRAFTING, State.PENDING_APPROVAL)
ANSWERABLE = (*OPEN_STATES, State.INTERIM_REPLIED)


def who_may_answer(customer: Customer):
    """Active staff in a front role who see this customer: the people a letter may be given to."""
    backing = CustomerAssignment.objects.active(timezone.localdate()).filter(customer=customer)
    heads = User.objects.filter(role=User.Role.DEPT_HEAD, branch=customer.branch_id)
    above = [h.pk for h in heads.select_related("department") if is_head_of(h, customer)]
    scope = (
        Q(pk=customer.manager_id)
        | Q(pk__in=backing.values("user"))
        | Q(role=User.Role.INDUSTRY_MANAGER, industries=customer.industry_id)
        | Q(pk__in=above)
    )
    people = User.objects.active().filter(role__in=FRONT, branch=customer.branch_id)
    return people.filter(scope).distinct()


@transaction.atomic
def register_letter(
    *,
    customer: Customer,
    subject: str,
    received_at: datetime,
    received_channel: str,
    category: str,
    by: User,
    contact: Contact | None = None,
    customer_ref: str = "",
    letter_on: date | None = None,
    summary: str = "",
    owner: User | None = None,
    scan=None,
) -> InboundLetter:
    """Enter a customer's letter and open its duty of two working days from the receipt (R13, D2).

    `owner` is the customer's manager if left out; `scan` is a cleaned upload.
    """
    if received_at > clock.now():
        raise VisitError("收到时间不能晚于现在。")
    letter = InboundLetter.objects.create(
        number=take_number(
            branch=customer.branch,
            year=local_date(received_at).year,
            series=LetterNumber.Series.IN,
        ),
        customer=customer,
        contact=contact,
        subject=subject,
        customer_ref=customer_ref,
        letter_on=letter_on,
        received_at=received_at,
        received_channel=received_channel,
        category=category,
        summary=summary,
        owner=owner or customer.manager,
        state=State.ASSIGNED if owner else State.RECEIVED,
        registered_by=by,
    )
    open_reply_duty(letter, by)
    changes = {"number": str(letter.number)}
    audit.record(verb="letter.registered", target=letter, by=by, changes=changes)
    telling.tell_letter(letter, by=by)
    if contact:
        note_contacted(contacts=[contact], at=received_at)
    if scan:
        letter.scan = uploads.store(scan, by=by)
        letter.save(update_fields=["scan"])
    return letter


def open_reply_duty(letter: InboundLetter, by: User | None) -> Obligation:
    """Two working days after the day of receipt (R13). Once: a second call returns the first."""
    return open_duty(
        kind=DutyKind.LETTER_REPLY,
        subject=letter,
        owner=letter.owner,
        started_at=letter.received_at,
        title=f"书面答复 {letter.customer}《{letter.subject}》"[:200],
        customer_name=letter.customer.name,
        path=letter.get_absolute_url(),
        by=by,
    )


@transaction.atomic
def assign_letter(*, letter: InboundLetter, to: User, by: User, reason: str = "") -> None:
    """Give the letter and its open duty to another person who sees the customer."""
    if not who_may_answer(letter.customer).filter(pk=to.pk).exists():
        raise VisitError("这位同事看不到该客户，请另选一位。")
    old = str(letter.owner)
    letters = InboundLetter.objects.filter(pk=letter.pk)
    if not letters.filter(state__in=ANSWERABLE).update(owner=to):
        raise VisitError(f"来函{STALE}")
    letters.filter(state=State.RECEIVED).update(state=State.ASSIGNED)
    _move_duties(letter, to, by, reason or "来函改派")
    letter.refresh_from_db()
    changes = {"owner": [old, str(to)]}
    audit.record(verb="letter.assigned", target=letter, by=by, changes=changes, reason=reason)


def _move_duties(letter: InboundLetter, to: User, by: User, reason: str) -> None:
    """The reply and, after an interim one, the promised final answer."""
    promised = letter.commitments.running()
    duties = Obligation.objects.of(DutyKind.LETTER_REPLY, letter)
    for promise in promised:
        duties |= Obligation.objects.of(DutyKind.COMMITMENT, promise)
    promised.update(owner=to)
    reassign_duties(duties=duties, to=to, by=by, reason=reason)


@transaction.atomic
def close_letter(*, letter: InboundLetter, by: User, note: str = "") -> None:
    """File an answered letter away (R13): only after a final written reply was sent."""
    move_letter(letter, (State.REPLIED,), State.CLOSED)
    audit.record(verb="letter.closed", target=letter, by=by, reason=note)


def move_letter(letter: InboundLetter, allowed, state: str) -> None:
    """Compare-and-set of the letter's state; VisitError when it was not in `allowed`."""
    moved = InboundLetter.objects.filter(pk=letter.pk, state__in=allowed).update(state=state)
    if not moved:
        raise VisitError(f"来函{STALE}")
    letter.refresh_from_db()
