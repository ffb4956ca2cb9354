"""Customers and everything open about them change hands in one transaction (R1, R32)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.actions import AccountError, assign_manager
from accounts.actions.succession import backups_of, pass_backup, pass_industries
from accounts.models import Customer, HandoverRecord
from core import audit
from opportunities.actions.handover import (
    hand_over_opportunities,
    hand_over_solutions,
    owned_by,
)
from planning.actions.handing_over import follow_duty, hand_over_other_plans, hand_over_plans
from planning.actions.retention_cases import hand_over_actions
from planning.actions.six_handover import hand_over_six
from reminders.actions import reassign_duties
from reminders.models import Obligation
from staff.actions.people import leave
from staff.actions.succession import end_own_absences, move_reports, replace_delegate
from staff.models import User
from visits.actions.handover import (
    drafts_left,
    hand_over_duty,
    hand_over_work,
    pass_drafts,
    work_of,
)

Reason = HandoverRecord.Reason
ENTERED = "已确认接收，不用重复操作。"


@dataclass
class Batch:
    """What one receiver gets from one person."""

    giver: User
    receiver: User
    items: list[dict] = field(default_factory=list)


@transaction.atomic
def pass_duty(*, duty: Obligation, to: User, by: User, reason: str) -> None:
    """One open duty to somebody else, with the letter, visit, plan or action that it is about.

    DutyError, VisitError or PlanError when `to` has left or would not see it.
    """
    hand_over_duty(duty=duty, to=to, by=by, reason=reason)
    follow_duty(duty=duty, to=to, by=by, reason=reason)


@transaction.atomic
def reassign_customer(
    *, customer: Customer, to: User, by: User, reason: str, seen: User | None = None
) -> HandoverRecord:
    """Another manager for one customer; open visits, letters, promises and duties follow (R1).

    `seen` is the manager whom the page showed. AccountError as of assign_manager.
    """
    batch = Batch(seen or customer.manager, to)
    _move_customer(customer, batch, by=by, reason=reason)
    return _keep(batch, Reason.REASSIGNMENT, reason, by)


@transaction.atomic
def bulk_assign(
    *, customers: Iterable[Customer], to: User, by: User, reason: str
) -> list[HandoverRecord]:
    """The same for many: all or none; one record for each former manager.

    Customers that `to` manages already stay as they are; AccountError when nothing is left.
    """
    batches: dict[int, Batch] = {}
    for customer in customers:
        if customer.manager_id == to.pk:
            continue
        batch = batches.setdefault(customer.manager_id, Batch(customer.manager, to))
        _move_customer(customer, batch, by=by, reason=reason)
    if not batches:
        raise AccountError(f"所选客户都已经由 {to} 负责。")
    return [_keep(batch, Reason.REASSIGNMENT, reason, by) for batch in batches.values()]


def _move_customer(customer: Customer, batch: Batch, *, by: User, reason: str) -> None:
    old, to = batch.giver, batch.receiver
    # As who edits it: first the customer, then its plans, so that neither waits for the other.
    Customer.objects.select_for_update(no_key=True, of=("self",)).get(pk=customer.pk)
    batch.items.append({"kind": "customer", "id": customer.pk, "text": str(customer)})
    # Before the manager changes: that step moves the duties, which belong on the list.
    batch.items += _pass_work(customer, old, to, by, reason)
    batch.items += hand_over_plans(customer=customer, old=old, to=to, by=by, reason=reason)
    batch.items += hand_over_actions(customer=customer, old=old, to=to, by=by, reason=reason)
    batch.items += hand_over_six(customer=customer, old=old, to=to, by=by, reason=reason)
    assign_manager(customer=customer, to=to, by=by, reason=reason, seen=old)


def _pass_work(customer: Customer, old: User, to: User, by: User, reason: str) -> list[dict]:
    told = {"customer": customer, "old": old, "to": to, "by": by, "reason": reason}
    return hand_over_work(**told) + hand_over_opportunities(**told)


def _keep(batch: Batch, reason: str, note: str, by: User) -> HandoverRecord:
    record = HandoverRecord.objects.create(
        from_user=batch.giver,
        to_user=batch.receiver,
        reason=reason,
        note=note,
        items=batch.items,
        made_by=by,
    )
    changes = {"客户经理": [str(batch.giver), str(batch.receiver)]}
    audit.record(verb="handover.made", target=record, by=by, changes=changes, reason=note)
    return record


@transaction.atomic
def hand_over_person(
    *,
    user: User,
    to: User,
    by: User,
    reason: str,
    note: str,
    receivers: dict[int, User] | None = None,
    left_on: date | None = None,
) -> list[HandoverRecord]:
    """Everything that `user` answers for goes to `to`; `receivers` names others for customers.

    Work for customers of other managers goes to those managers. With `left_on` the account is
    closed as well. Returns a record for each receiver. AccountError, DutyError or StaffError.
    """
    if to.pk == user.pk or not to.is_active:
        raise AccountError("请选择另一位在职的接收人。")
    user = User.objects.select_for_update(of=("self",)).select_related("branch").get(pk=user.pk)
    batches = _Batches(user)
    for customer in _customers_of(user, by):
        receiver = (receivers or {}).get(customer.pk, to)
        _move_customer(customer, batches[receiver], by=by, reason=note)
    _pass_backups(user, to, batches, by, note)
    _pass_rest(user, to, batches, by, note)
    if left_on:
        _close(user, to, batches, by, note, left_on)
    return [_keep(batch, reason, note, by) for batch in batches.values() if batch.items]


class _Batches(dict):
    """{receiver: Batch}, made when first asked for."""

    def __init__(self, giver: User):
        super().__init__()
        self.giver = giver

    def __missing__(self, receiver: User) -> Batch:
        self[receiver] = batch = Batch(self.giver, receiver)
        return batch


def _customers_of(user: User, by: User):
    mine = Customer.objects.visible_to(by).filter(manager=user)
    return mine.select_related("manager").order_by("code", "pk")


def _pass_backups(user, to, batches, by, note) -> None:
    for backup in backups_of(user):
        pass_backup(backup=backup, to=to, by=by, reason=note)
        item = {"kind": "backup", "id": backup.customer_id, "text": str(backup.customer)}
        batches[to].items.append(item)


def _pass_rest(user, to, batches, by, note) -> None:
    """Work for customers whose manager is somebody else, and duties about no customer."""
    work = work_of(user, Customer.objects.all())
    rows = (*work.visits, *work.letters, *work.commitments, *work.issues)
    left = {row.customer_id for row in rows}
    left |= {duty.customer_ref for duty in work.duties}
    left |= {row.customer_id for row in owned_by(user, Customer.objects.all())}
    for customer in Customer.objects.filter(pk__in=left).select_related("manager").order_by("pk"):
        fit = customer.manager if _may_take(customer.manager, user) else to
        batches[fit].items += _pass_work(customer, user, fit, by, note)
    batches[to].items += hand_over_other_plans(old=user, to=to, by=by, reason=note)
    batches[to].items += hand_over_actions(customer=None, old=user, to=to, by=by, reason=note)
    batches[to].items += hand_over_six(old=user, to=to, by=by, reason=note)
    loose = Obligation.objects.filter(owner=user).open()
    items = [{"kind": "duty", "id": duty.pk, "text": str(duty)} for duty in loose]
    items += hand_over_solutions(old=user, to=to, by=by, reason=note)
    reassign_duties(duties=loose, to=to, by=by, reason=note)
    if items:
        batches[to].items += items


def _may_take(manager: User, user: User) -> bool:
    return manager.is_active and manager.pk != user.pk


def _close(user, to, batches, by, note, left_on) -> None:
    """The account ends: what no customer carries, then the person (staff.actions.leave)."""
    people = move_reports(user=user, by=by, reason=note)
    absences = replace_delegate(user=user, to=to, today=timezone.localdate(), by=by)
    industries = pass_industries(user=user, to=to, by=by, reason=note)
    items = [{"kind": "report", "id": one.pk, "text": str(one)} for one in people]
    items += [{"kind": "absence", "id": one.pk, "text": str(one)} for one in absences]
    items += [{"kind": "industry", "id": one.pk, "text": str(one)} for one in industries]
    items += pass_drafts(drafts_left(user), to)
    if items:
        batches[to].items += items
    end_own_absences(user=user, today=timezone.localdate())
    leave(user=user, left_on=left_on, by=by, reason=note)


@transaction.atomic
def confirm_handover(*, record: HandoverRecord, by: User) -> None:
    """The receiver says that everything has arrived (R32). Once; AccountError the second time."""
    rows = HandoverRecord.objects.filter(pk=record.pk, to_user=by, confirmed_at=None)
    if not rows.update(confirmed_at=timezone.now()):
        raise AccountError(ENTERED)
    record.refresh_from_db()
    audit.record(verb="handover.confirmed", target=record, by=by)
