"""What one person has in hand for a customer goes to another: visits, letters, promises (R1)."""

from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Customer
from core import audit, clock
from core.models import Draft
from reminders.actions import reassign_duties
from reminders.models import DutyKind, Obligation
from staff.models import User
from visits.actions.correspondence import ANSWERABLE, assign_letter, who_may_answer
from visits.actions.errors import VisitError
from visits.models import (
    Commitment,
    CustomerIssue,
    InboundLetter,
    ThankYouLetter,
    Visit,
    VisitParticipant,
    VisitRecord,
)

OPEN_VISITS = (
    Visit.State.DRAFT,
    Visit.State.PLANNED,
    Visit.State.BOOKED,
    Visit.State.IN_PROGRESS,
    Visit.State.HELD,
)
"""Visits that still need their owner: to take place, or to be recorded (R9)."""
DRAFTS = {
    "visits:letter_register": "来函登记",
    "visits:plan": "拜访计划",
    "visits:quick_log": "快速记录",
    "visits:record": "拜访记录",
    "visits:reply": "复函",
    "visits:resubmit": "被退回的拜访记录",
    "visits:thank_you": "感谢函",
}


@dataclass
class Work:
    """Open work of one person, of one customer or of all; every list is ordered."""

    visits: list[Visit] = field(default_factory=list)
    letters: list[InboundLetter] = field(default_factory=list)
    commitments: list[Commitment] = field(default_factory=list)
    issues: list[CustomerIssue] = field(default_factory=list)
    duties: list[Obligation] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)


def work_of(owner: User, customers: QuerySet[Customer]) -> Work:
    """What `owner` has in hand for these customers. Seven queries."""
    visits = Visit.objects.filter(owner=owner, state__in=OPEN_VISITS, customer__in=customers)
    letters = InboundLetter.objects.filter(
        owner=owner, state__in=ANSWERABLE, customer__in=customers
    )
    promises = Commitment.objects.filter(
        owner=owner, state__in=Commitment.RUNNING, customer__in=customers
    )
    issues = CustomerIssue.objects.unended().filter(owner=owner, customer__in=customers)
    duties = Obligation.objects.filter(owner=owner, customer_ref__in=customers.values("pk"))
    return Work(
        visits=list(visits.select_related("customer").order_by("scheduled_start", "pk")),
        letters=list(letters.select_related("customer").order_by("received_at", "pk")),
        commitments=list(promises.select_related("customer").order_by("due_on", "pk")),
        issues=list(issues.select_related("customer").order_by("found_on", "pk")),
        duties=list(duties.open().order_by("due_at", "pk")),
        drafts=_drafts(owner, customers),
    )


def _drafts(owner: User, customers: QuerySet[Customer]) -> list[Draft]:
    """Forms begun about visits, records and letters of these customers: their key has the number
    in the third place, and behind it at most the version that is changed."""
    mine = list(
        Draft.objects.filter(user=owner, form__regex=r"^\w+:\w+:\d+(:\d+)?$").order_by("form")
    )
    returned = VisitRecord.objects.filter(state=VisitRecord.State.RETURNED)
    subjects = {
        "visits:record": Visit.objects.filter(customer__in=customers),
        "visits:resubmit": returned.filter(visit__customer__in=customers),
        "visits:thank_you": Visit.objects.filter(customer__in=customers),
        "visits:reply": InboundLetter.objects.filter(customer__in=customers),
        "visits:letter_register": customers,
    }
    found = []
    for draft in mine:
        form, key = _kind_of(draft), draft.form.split(":")[2]
        if form in subjects and subjects[form].filter(pk=key).exists():
            found.append(draft)
    return found


def drafts_left(owner: User) -> list[Draft]:
    """Everything that `owner` has typed and not sent."""
    return list(Draft.objects.filter(user=owner).order_by("form"))


@transaction.atomic
def hand_over_work(*, customer: Customer, old: User, to: User, by: User, reason: str) -> list[dict]:
    """Move the open work of `old` for this customer to `to`, with its duties and drafts (R1).

    Returns [{"kind", "id", "text"}, …] of what moved. Nothing to move is fine. DutyError when
    `to` has left.
    """
    work = work_of(old, Customer.objects.filter(pk=customer.pk))
    items = _move(work.visits, "visit", old, to, by, reason)
    items += _move(work.letters, "letter", old, to, by, reason)
    items += _move(work.commitments, "commitment", old, to, by, reason)
    items += _move(work.issues, "issue", old, to, by, reason)
    VisitParticipant.objects.filter(visit__in=work.visits, user=to).delete()
    items += [_item("duty", duty) for duty in work.duties]
    duties = Obligation.objects.of_customer(customer.pk).filter(owner=old)
    reassign_duties(duties=duties, to=to, by=by, reason=reason)
    return items + pass_drafts(work.drafts, to)


def who_may_take(duty: Obligation) -> QuerySet[User]:
    """The people who may be given `duty`: they see its customer, so its page opens for them."""
    if duty.customer_ref is None:
        return User.objects.active()
    return who_may_answer(Customer.objects.get(pk=duty.customer_ref))


@transaction.atomic
def hand_over_duty(*, duty: Obligation, to: User, by: User, reason: str) -> None:
    """Give one open duty to `to`, with the letter, promise or unfinished visit that it is about.

    VisitError when `to` does not see the customer; DutyError when `to` has left.
    """
    if to.is_active and not who_may_take(duty).filter(pk=to.pk).exists():
        raise VisitError("这位同事看不到该客户，请另选一位。")
    subject, old = duty.subject, duty.owner
    if isinstance(subject, ThankYouLetter):
        subject = subject.visit
    if isinstance(subject, InboundLetter):
        assign_letter(letter=subject, to=to, by=by, reason=reason)
    elif isinstance(subject, Commitment) and subject.state in Commitment.RUNNING:
        _move([subject], "commitment", subject.owner, to, by, reason)
    elif isinstance(subject, Visit) and subject.state in OPEN_VISITS:
        _move([subject], "visit", subject.owner, to, by, reason)
        VisitParticipant.objects.filter(visit=subject, user=to).delete()
        reassign_duties(duties=_duties_of(subject).filter(owner=old), to=to, by=by, reason=reason)
    reassign_duties(duties=Obligation.objects.filter(pk=duty.pk), to=to, by=by, reason=reason)


def _duties_of(visit: Visit) -> QuerySet[Obligation]:
    """Booking, record and thank-you letter: whoever has the visit has all of them."""
    duties = Obligation.objects.of(DutyKind.VISIT_BOOKING, visit)
    duties |= Obligation.objects.of(DutyKind.VISIT_RECORD, visit)
    for letter in ThankYouLetter.objects.filter(visit=visit):
        duties |= Obligation.objects.of(DutyKind.THANK_YOU_LETTER, letter)
    return duties


def _move(rows, kind: str, old: User, to: User, by: User, reason: str) -> list[dict]:
    moved = []
    for row in rows:
        values = {"owner": to}
        if isinstance(row, Visit):
            values["updated_at"] = clock.now()
        still = type(row).objects.filter(pk=row.pk, owner=old, state=row.state)
        if still.update(**values):
            changes = {"owner": [str(old), str(to)]}
            verb = f"{kind}.reassigned"
            audit.record(verb=verb, target=row, by=by, changes=changes, reason=reason)
            moved.append(_item(kind, row))
    return moved


def pass_drafts(drafts: list[Draft], to: User) -> list[dict]:
    """What was typed and not sent; the receiver's own draft of the same form is never lost."""
    taken = set(Draft.objects.filter(user=to).values_list("form", flat=True))
    free = [draft for draft in drafts if draft.form not in taken]
    Draft.objects.filter(pk__in=[draft.pk for draft in free]).update(user=to)
    return [{"kind": "draft", "id": draft.pk, "text": _draft_name(draft)} for draft in free]


def _draft_name(draft: Draft) -> str:
    return f"未提交的{DRAFTS.get(_kind_of(draft), '表单')}"


def _kind_of(draft: Draft) -> str:
    """「visits:record」 of 「visits:record:12」."""
    return ":".join(draft.form.split(":")[:2])


def _item(kind: str, row) -> dict:
    return {"kind": kind, "id": row.pk, "text": str(row)[:200]}


def who_answers(customer: Customer, person: User) -> User:
    """`person` while they still serve this customer, otherwise its manager of today."""
    serves = Customer.objects.visible_to(person).filter(pk=customer.pk)
    return person if person.is_active and serves.exists() else customer.manager
