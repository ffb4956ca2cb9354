"""Who is responsible for a customer: one primary manager at any time, at most one backup (R1)."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.actions import moved, timeline
from accounts.actions.errors import AccountError
from accounts.models import Customer, CustomerAssignment
from core import audit
from reminders.actions import reassign_duties
from reminders.models import Obligation
from staff.models import User

Role = CustomerAssignment.Role


@transaction.atomic
def assign_manager(
    *,
    customer: Customer,
    to: User,
    by,
    reason: str,
    on: date | None = None,
    seen: User | None = None,
) -> None:
    """Hand the customer over: history, current manager, department and open duties move together.

    `on` is the first day of the new manager, today by default, never in the future. `seen` is the
    manager whom the page showed: AccountError when somebody else has changed it meanwhile.
    """
    on = on or timezone.localdate()
    old = seen or customer.manager
    _check_handover(old, to, on)
    written = Customer.objects.filter(pk=customer.pk, manager=old).update(
        manager=to, department=to.department, updated_at=timezone.now()
    )
    if not written:
        raise AccountError("客户归属已被他人变更，请刷新后重试。")
    _end_backup_of(customer, to, on)
    _succeed(customer, to, on, reason)
    customer.refresh_from_db()
    audit.record(
        verb="customer.assigned",
        target=customer,
        by=by,
        changes={"客户经理": [str(old), str(to)]},
        reason=reason,
    )
    _tell(customer, f"客户经理由 {old} 换为 {to}", by, detail=reason)
    moved.announce(customer, by=by)
    _move_duties(customer, old, to, by, reason)


def _check_handover(old, to, on) -> None:
    if on > timezone.localdate():
        raise AccountError("换人从当天起生效，不能写以后的日期。")
    if to.pk == old.pk:
        raise AccountError(f"{to} 已经是这个客户的客户经理。")
    if not to.is_active or to.department_id is None:
        raise AccountError("接手人已离职或没有所属部门，请另选一位。")


def _succeed(customer, to, on, reason) -> None:
    primary = CustomerAssignment.objects.select_for_update().filter(
        customer=customer, role=Role.PRIMARY, valid_to=None
    )
    current = primary.get()
    if on < current.valid_from:
        raise AccountError(f"开始日期不能早于现任的开始日期 {current.valid_from:%Y-%m-%d}。")
    if on == current.valid_from:
        # Handed over on its first day: a period of no days cannot be kept, the audit trail can.
        primary.update(user=to, reason=reason)
        return
    primary.update(valid_to=on - timedelta(days=1))
    CustomerAssignment.objects.create(
        customer=customer, user=to, role=Role.PRIMARY, valid_from=on, reason=reason
    )


def _end_backup_of(customer, user, on) -> None:
    """The backup who takes over is backup no longer."""
    rows = CustomerAssignment.objects.active(on).filter(
        customer=customer, role=Role.BACKUP, user=user
    )
    rows.filter(valid_from__lt=on).update(valid_to=on - timedelta(days=1))
    rows.filter(valid_from=on).delete()


def _move_duties(customer, old, to, by, reason) -> None:
    mine = Obligation.objects.of_customer(customer.pk).filter(owner=old)
    reassign_duties(duties=mine, to=to, by=by, reason=f"客户换人：{reason}")


@transaction.atomic
def add_backup(
    *,
    customer: Customer,
    user: User,
    by,
    valid_from: date,
    valid_to: date | None = None,
    reason: str = "",
) -> CustomerAssignment:
    """Name the second person (AB 角), who sees and does the same for that time. One at a time."""
    _check_backup(customer, user, valid_from, valid_to)
    backup = CustomerAssignment.objects.create(
        customer=customer,
        user=user,
        role=Role.BACKUP,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason,
    )
    audit.record(
        verb="customer.backup_added",
        target=customer,
        by=by,
        changes={"备岗": ["", f"{user} {valid_from}—{valid_to or ''}"]},
        reason=reason,
    )
    until = f" 至 {valid_to}" if valid_to else " 起"
    _tell(customer, f"备岗：{user}，{valid_from}{until}", by, detail=reason)
    return backup


def _tell(customer, title, by, *, detail="") -> None:
    timeline.note(
        customer=customer,
        kind=timeline.Kind.ASSIGNMENT,
        title=title,
        detail=detail,
        path=customer.get_absolute_url(),
        actor=by,
    )


def _check_backup(customer, user, valid_from, valid_to) -> None:
    if user.pk == customer.manager_id:
        raise AccountError("主责客户经理不能同时备岗。")
    if not user.is_active:
        raise AccountError("备岗人已离职，请另选一位。")
    if valid_to and valid_to < valid_from:
        raise AccountError("结束日期不能早于开始日期。")
    Customer.objects.select_for_update().get(pk=customer.pk)  # two heads at once wait here
    clash = CustomerAssignment.objects.overlapping(customer, Role.BACKUP, valid_from, valid_to)
    other = clash.select_related("user").first()
    if other:
        raise AccountError(f"这段时间已有备岗：{other.user}，请先结束原来的备岗。")


@transaction.atomic
def end_backup(*, assignment: CustomerAssignment, by, on: date | None = None) -> None:
    """End a backup; `on` is the last day, today by default. One that has not begun is removed."""
    on = on or timezone.localdate()
    rows = CustomerAssignment.objects.filter(pk=assignment.pk, role=Role.BACKUP)
    if rows.filter(valid_from__gt=on).delete()[0] == 0:
        still = rows.filter(valid_from__lte=on).exclude(valid_to__lte=on)
        if not still.update(valid_to=on):
            raise AccountError("这段备岗已经结束，请刷新后重试。")
    audit.record(
        verb="customer.backup_ended",
        target=assignment.customer,
        by=by,
        changes={"备岗": [str(assignment.user), ""]},
    )
    _tell(assignment.customer, f"备岗结束：{assignment.user}", by)
