"""What else hangs on a person who goes: backups and industries (R1, A0)."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.actions.assignments import add_backup, end_backup
from accounts.models import Customer, CustomerAssignment, Industry
from core import audit
from staff.models import User

Role = CustomerAssignment.Role


def backups_of(user: User):
    """Backups of today and later that `user` holds."""
    rows = CustomerAssignment.objects.filter(user=user, role=Role.BACKUP)
    running = rows.exclude(valid_to__lt=timezone.localdate())
    return running.select_related("customer").order_by("customer__code", "pk")


@transaction.atomic
def pass_backup(*, backup: CustomerAssignment, to: User, by, reason: str) -> bool:
    """End a backup and name `to` for the rest of its time; False when `to` is in charge anyway."""
    today = timezone.localdate()
    last, begins = backup.valid_to, max(backup.valid_from, today)
    manager = Customer.objects.values_list("manager", flat=True).get(pk=backup.customer_id)
    if backup.valid_from >= today:
        CustomerAssignment.objects.filter(pk=backup.pk).delete()
        changes = {"备岗": [str(backup.user), ""]}
        audit.record(verb="customer.backup_ended", target=backup.customer, by=by, changes=changes)
    else:
        end_backup(assignment=backup, by=by, on=today - timedelta(days=1))
    if manager == to.pk:
        return False
    add_backup(
        customer=backup.customer, user=to, by=by, valid_from=begins, valid_to=last, reason=reason
    )
    return True


@transaction.atomic
def pass_industries(*, user: User, to: User, by, reason: str) -> list[Industry]:
    """Industries that `user` looks after; `to` gets them when an industry manager."""
    industries = list(Industry.objects.filter(managers=user).order_by("code"))
    for industry in industries:
        industry.managers.remove(user)
        if to.role == User.Role.INDUSTRY_MANAGER:
            industry.managers.add(to)
        after = "、".join(str(person) for person in industry.managers.order_by("username"))
        changes = {"行业经理": [str(user), after]}
        audit.record(
            verb="industry.reassigned", target=industry, by=by, changes=changes, reason=reason
        )
    return industries
