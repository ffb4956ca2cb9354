"""A customer enters the book, and its file is kept true (R1, R69)."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actions.changes import changed
from accounts.actions.errors import AccountError
from accounts.actions.searching import index_customer
from accounts.models import Customer, CustomerAssignment
from core import audit, pinyin
from staff.models import User


@transaction.atomic
def create_customer(
    *, name: str, manager: User, by, code: str = "", valid_from: date | None = None, **facts
) -> Customer:
    """A new customer with its open primary assignment (R1). An empty `code` takes the next one.

    `department` defaults to the manager's; `facts` are fields of Customer. AccountError when the
    code is taken or the manager has left.
    """
    if not manager.is_active:
        raise AccountError("客户经理已离职，请另选一位。")
    facts["department"] = facts.get("department") or manager.department
    if facts["department"] is None:
        raise AccountError("客户经理没有所属部门，请先由管理员补上。")
    customer = Customer(
        code=code or Customer.objects.next_code(),
        name=name,
        branch=manager.branch,
        manager=manager,
        **facts,
    )
    customer.name_pinyin, customer.name_initials = pinyin.keys(name)
    _save_new(customer)
    CustomerAssignment.objects.create(
        customer=customer, user=manager, valid_from=valid_from or timezone.localdate()
    )
    index_customer(customer)
    audit.record(
        verb="customer.created", target=customer, by=by, changes={"客户经理": ["", str(manager)]}
    )
    return customer


def _save_new(customer: Customer) -> None:
    try:
        with transaction.atomic():
            customer.save()
    except IntegrityError as error:
        raise AccountError(f"客户编码「{customer.code}」已被使用，请换一个。") from error


@transaction.atomic
def update_customer(*, customer: Customer, by, expected: datetime | None = None, **values) -> bool:
    """Write the given fields, audited with old and new. False when nothing differs.

    `expected` is the `updated_at` the editor saw: AccountError when somebody saved since.
    """
    stored = Customer.objects.get(pk=customer.pk)
    changes = changed(stored, values)
    if not changes:
        return False
    if "name" in values:
        values["name_pinyin"], values["name_initials"] = pinyin.keys(values["name"])
    seen = Customer.objects.filter(pk=customer.pk, updated_at=expected or stored.updated_at)
    if not seen.update(updated_at=timezone.now(), **values):
        raise AccountError("该客户资料已被他人修改，请刷新后重试。")
    customer.refresh_from_db()
    index_customer(customer)
    audit.record(verb="customer.updated", target=customer, by=by, changes=changes)
    return True
