"""Promises made to customers (R12): made with a day, kept with evidence, or said to be broken."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.models import Contact, Customer
from core import audit, clock, uploads
from core.models import Parameter, WorkCalendarDay
from core.rules import close_of_business
from reminders.actions import cancel_duty, fulfil_duty, open_duty
from reminders.actions.duties import move_duty
from reminders.models import DutyKind, Obligation
from reminders.rules import Deadline
from staff.models import User
from visits import promise_rules
from visits.actions import authority, telling
from visits.actions.errors import STALE, VisitError
from visits.authority_rules import Figures, figures_in
from visits.models import Commitment, Escalation, InboundLetter, PromiseRenegotiation, Visit

State = Commitment.State
Source = Commitment.Source


@transaction.atomic
def make_promise(
    *,
    customer: Customer,
    content: str,
    due_on: date,
    owner: User,
    by: User,
    visit: Visit | None = None,
    letter: InboundLetter | None = None,
    source: str = "",
    promised_to: Contact | None = None,
    topic: str = "",
    discount_pct: Decimal | None = None,
    amount: Decimal | None = None,
    term_months: int | None = None,
    is_plain: bool = False,
) -> Commitment:
    """Record a promise; within authority its duty opens, due at close of business of `due_on`.

    Beyond the authority of `by` it is BLOCKED, has no duty and was not made (R12, R14), unless an
    approval for this customer covers it. The larger of fields and text counts; `is_plain` is for a
    text of our own that only names the subject of a letter.
    """
    source = source or (Source.VISIT if visit else Source.LETTER if letter else "")
    if not source:
        raise VisitError("承诺要写明来自哪次拜访、哪封来函或哪次电话。")
    figures = Figures(discount_pct, amount, term_months)
    if not is_plain:
        figures = figures.with_(figures_in(content))
    promise = Commitment(
        customer=customer, visit=visit, letter=letter, source=source, content=content,
        promised_to=promised_to, owner=owner, due_on=due_on, created_by=by, topic=topic,
        discount_pct=figures.discount, amount=figures.amount, term_months=figures.term,
    )  # fmt: skip
    _judge(promise, figures, by)
    promise.save()
    verb = "commitment.blocked" if promise.state == State.BLOCKED else "commitment.made"
    audit.record(verb=verb, target=promise, by=by)
    if promise.state == State.OPEN:
        open_promise_duty(promise, by=by)
        telling.tell_promise(promise, by=by)
    return promise


def _judge(promise: Commitment, figures: Figures, by: User) -> None:
    """Within authority, covered by an approval, or blocked (R14)."""
    over = authority.beyond(by, promise.topic, figures)
    promise.within_authority = not over
    if not over:
        return
    grants = authority.grants_for(
        customer=promise.customer, figures=figures, over=over, about=promise
    )
    tied = [row for row in grants if row.outcome == Escalation.State.CONDITIONAL]
    promise.escalation = next(iter([*tied, *grants]), None)
    promise.state = State.OPEN if grants and not tied else State.BLOCKED


def open_promise_duty(promise: Commitment, *, by: User | None, started_at=None) -> None:
    """Due at close of business of the promised day (R12)."""
    open_duty(
        kind=DutyKind.COMMITMENT,
        subject=promise,
        owner=promise.owner,
        started_at=started_at or promise.created_at,
        due_at=_close_of(promise.due_on),
        title=f"兑现承诺：{promise.content}"[:200],
        customer_name=promise.customer.name,
        path=promise.get_absolute_url(),
        by=by,
    )


def _close_of(day: date) -> datetime:
    return close_of_business(day, Parameter.objects.value("business_close"))


def is_past(day: date) -> bool:
    """Whether a promise for `day` would be late already: the offices have closed (§B.12)."""
    return promise_rules.is_past(day, Parameter.objects.value("business_close"), clock.now())


def measured_day(promise: Commitment) -> date:
    """The day by which it counts as kept: another one only by consent in time (R12)."""
    moves = moves_of(promise)
    return promise_rules.measured_due_on(moves[0].old if moves else promise.due_on, moves)


def may_withdraw(promise: Commitment) -> bool:
    """Consent that came too late does not make a broken promise one that can be taken back."""
    return promise_rules.may_withdraw(promise.state, is_past(measured_day(promise)))


def _move(promise: Commitment, verb: str, **fields) -> None:
    """Compare-and-set by promise_rules.MOVES; VisitError for every other state."""
    sources, target = promise_rules.MOVES[verb]
    same = Commitment.objects.filter(pk=promise.pk, state__in=sources)
    if not same.update(state=target, **fields):
        raise VisitError(f"该承诺{STALE}")
    promise.refresh_from_db()


def is_granted(promise: Commitment) -> bool:
    """Whether approvals cover what the promise says: not a smaller figure, not other conditions."""
    figures = authority.typed(promise).with_(figures_in(promise.content))
    over = authority.beyond(promise.created_by, promise.topic, figures)
    return not over or bool(
        authority.grants_for(customer=promise.customer, figures=figures, over=over, about=promise)
    )


@transaction.atomic
def release_promise(*, promise: Commitment, by: User) -> None:
    """BLOCKED → OPEN after its approval; the duty runs from now, and its day is not over yet."""
    grant = promise.escalation
    if grant is None or grant.outcome not in Escalation.GRANTED:
        raise VisitError("上级还没有同意，这项承诺不能作出。")
    if not is_granted(promise):
        raise VisitError("这项承诺超出了批准的范围或条件，请撤回后按批准的内容另行登记。")
    closes_at = Parameter.objects.value("business_close")
    calendar = WorkCalendarDay.objects.as_calendar()
    due_on = promise_rules.first_day(promise.due_on, closes_at, clock.now(), calendar)
    changes = {"due_on": [str(promise.due_on), str(due_on)]} if due_on != promise.due_on else {}
    _move(promise, "accept", due_on=due_on)
    open_promise_duty(promise, by=by, started_at=clock.now())
    audit.record(verb="commitment.made", target=promise, by=by, changes=changes)
    telling.tell_promise(promise, by=by)


@transaction.atomic
def accept_conditions(*, promise: Commitment, by: User) -> None:
    """The owner accepts what the approval was tied to; only then is the promise made (R14)."""
    grant = promise.escalation
    if grant is None or grant.outcome != Escalation.State.CONDITIONAL:
        raise VisitError("这项承诺没有附条件的批准。")
    if promise.owner_id not in {person.pk for person in by.acting_for()}:
        raise VisitError(f"条件要由负责人 {promise.owner} 确认。")
    release_promise(promise=promise, by=by)
    audit.record(
        verb="commitment.conditions_accepted", target=promise, by=by, reason=grant.conditions
    )


@transaction.atomic
def start_promise(*, promise: Commitment, by: User) -> None:
    """open → in progress."""
    _move(promise, "start")
    audit.record(verb="commitment.started", target=promise, by=by)


@transaction.atomic
def fulfil_promise(
    *, promise: Commitment, evidence: str, at: datetime, by: User, file=None
) -> None:
    """Mark a promise kept, with what was done and when; ends its duty, late or in time (R12)."""
    stored = uploads.store(file, by=by) if file else None
    _move(promise, "fulfil", fulfilled_at=at, evidence=evidence, evidence_file=stored)
    proof = {"text": evidence} | ({"proof_sha256": stored.sha256} if stored else {})
    fulfil_duty(kind=DutyKind.COMMITMENT, subject=promise, at=at, evidence=proof, by=by)
    audit.record(verb="commitment.fulfilled", target=promise, by=by, reason=evidence)
    telling.tell_kept(promise, by=by)


def _own_contact(promise: Commitment, contact: Contact) -> None:
    if contact.customer_id != promise.customer_id:
        raise VisitError("确认人必须是该客户的联系人。")


@transaction.atomic
def confirm_promise(
    *, promise: Commitment, confirmed_by: Contact, confirmed_at: datetime, by: User
) -> None:
    """fulfilled → confirmed by somebody of the customer, at a moment not before it was kept."""
    _own_contact(promise, confirmed_by)
    kept_at = promise.fulfilled_at and promise.fulfilled_at.replace(second=0, microsecond=0)
    if confirmed_at > clock.now() or (kept_at and confirmed_at < kept_at):  # typed to the minute
        raise VisitError("客户确认的时间要在兑现之后，且不能晚于现在。")
    _move(promise, "confirm", confirmed_by=confirmed_by, confirmed_at=confirmed_at)
    audit.record(verb="commitment.confirmed", target=promise, by=by, reason=str(confirmed_by))


def moves_of(promise: Commitment) -> list[promise_rules.Moved]:
    """Its renegotiations, oldest first, as the rules read them."""
    rows = promise.renegotiations.all()
    return [promise_rules.Moved(row.old_due_on, row.new_due_on, row.consent_on) for row in rows]


@transaction.atomic
def renegotiate_promise(
    *,
    promise: Commitment,
    seen_due_on: date,
    new_due_on: date,
    consent_by: Contact,
    consent_on: date,
    consent_how: str,
    reason: str,
    by: User,
) -> PromiseRenegotiation:
    """Another day, with the customer's consent (R12). The first day stays on record.

    Consent by the promised day moves the duty; consent after it does not heal the breach.
    `seen_due_on` is the day that the page showed: of two tabs one is refused.
    """
    _check_renegotiation(promise, new_due_on, consent_by, consent_on)
    for words in (reason, consent_how):
        authority.check_text(by=by, customer=promise.customer, text=words, about=promise)
    old = seen_due_on
    same = Commitment.objects.filter(pk=promise.pk, state__in=Commitment.RUNNING, due_on=old)
    if not same.update(due_on=new_due_on):
        raise VisitError(f"该承诺{STALE}")
    promise.refresh_from_db()
    earlier = moves_of(promise)
    row = PromiseRenegotiation.objects.create(
        commitment=promise, old_due_on=old, new_due_on=new_due_on, consent_by=consent_by,
        consent_on=consent_on, consent_how=consent_how, reason=reason, by=by,
    )  # fmt: skip
    _move_measured(promise, earlier, promise_rules.Moved(old, new_due_on, consent_on), by)
    changes = {"due_on": [str(old), str(new_due_on)]}
    audit.record(
        verb="commitment.renegotiated", target=promise, by=by, changes=changes, reason=reason
    )
    return row


def _check_renegotiation(promise, new_due_on, consent_by, consent_on) -> None:
    today = timezone.localdate()
    if new_due_on == promise.due_on or is_past(new_due_on):
        raise VisitError("新的日期要与原来的不同，且当天还没有下班。")
    if consent_on > today or consent_on < timezone.localdate(promise.created_at):
        raise VisitError("客户同意的日期要在作出承诺之后，且不能晚于今天。")
    _own_contact(promise, consent_by)


def _move_measured(promise: Commitment, earlier, move: promise_rules.Moved, by: User) -> None:
    """Move the duty when the day by which the promise is measured has moved."""
    first = earlier[0].old if earlier else move.old
    before = promise_rules.measured_due_on(first, earlier)
    after = promise_rules.measured_due_on(first, [*earlier, move])
    duty = Obligation.objects.of(DutyKind.COMMITMENT, promise).open().first()
    if after != before and duty:
        to = Deadline(_close_of(after), False, f"客户 {move.agreed_on} 同意改期")
        move_duty(duty=duty, to=to, by=by)


@transaction.atomic
def break_promise(*, promise: Commitment, reason: str, by: User) -> None:
    """Say that it was not kept, and why; it stays visible for good (R12)."""
    _move(promise, "break", ended_reason=reason)
    cancel_duty(
        kind=DutyKind.COMMITMENT, subject=promise, reason=f"承诺未兑现：{reason}"[:300], by=by
    )
    audit.record(verb="commitment.broken", target=promise, by=by, reason=reason)
    telling.tell_broken(promise, by=by)


@transaction.atomic
def withdraw_promise(
    *, promise: Commitment, reason: str, by: User | None, told_how: str = ""
) -> None:
    """Take it back before its day, with the customer told; a blocked one was never made (R12)."""
    if not may_withdraw(promise):
        raise VisitError("兑现期限已过的承诺不能撤回，请如实登记兑现或未兑现。")
    if promise.state != State.BLOCKED and not told_how:
        raise VisitError("撤回已作出的承诺，要先告知客户，并写明怎样告知。")
    text = f"{reason}（已告知客户：{told_how}）" if told_how else reason
    _move(promise, "withdraw", ended_reason=text[:300])
    cancel_duty(kind=DutyKind.COMMITMENT, subject=promise, reason=f"承诺撤回：{text}"[:300], by=by)
    audit.record(verb="commitment.withdrawn", target=promise, by=by, reason=text)
