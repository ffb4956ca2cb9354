"""A customer enters the book, and its file is kept true (R1, R69)."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions import moved, quality, revisions, timeline
from accounts.actions.errors import AccountError
from accounts.actions.searching import index_customer
from accounts.models import Customer, CustomerAssignment
from core import audit, pinyin
from staff.models import User

TAKEN = "这个统一社会信用代码已经登记。"
STALE = "该客户资料已被他人修改，请核对现在的内容；再次保存将以您填写的为准。"


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
    found = revisions.differences(None, facts, of=Customer)
    _keep(customer, found, f"建立客户，客户经理 {manager}", by, kind=timeline.Kind.ASSIGNMENT)
    return customer


def _save_new(customer: Customer) -> None:
    try:
        with transaction.atomic():
            customer.save()
    except IntegrityError as error:
        if customer.credit_code and not Customer.objects.filter(code=customer.code).exists():
            raise AccountError(TAKEN) from error
        raise AccountError(f"客户编码「{customer.code}」已被使用，请换一个。") from error


@transaction.atomic
def update_customer(
    *,
    customer: Customer,
    by,
    expected: datetime | None = None,
    reason: str = "",
    visit_ref: int | None = None,
    **values,
) -> bool:
    """Write the given fields: audited, a revision for each (R17). False when nothing differs.

    `expected` is the `updated_at` the editor saw: AccountError when somebody saved since.
    `visit_ref` is the visit in which it was learnt.
    """
    stored = Customer.objects.get(pk=customer.pk)
    found = revisions.differences(stored, values)
    if not found:
        return False
    if "name" in values:
        values["name_pinyin"], values["name_initials"] = pinyin.keys(values["name"])
    seen = Customer.objects.filter(pk=customer.pk, updated_at=expected or stored.updated_at)
    if not _written(seen, values):
        raise AccountError(STALE)
    customer.refresh_from_db()
    index_customer(customer)
    audit.record(
        verb="customer.updated",
        target=customer,
        by=by,
        changes=revisions.as_changes(found),
        reason=reason,
    )
    labels = "、".join(one.label for one in found)
    _keep(customer, found, f"修改档案：{labels}", by, reason=reason, visit_ref=visit_ref)
    moved.announce_differences(customer, found, by=by)
    return True


def _written(rows, values) -> int:
    try:
        with transaction.atomic():
            return rows.update(updated_at=timezone.now(), **values)
    except IntegrityError as error:  # between the form's look and this write
        raise AccountError(TAKEN) from error


def _keep(
    customer, found, title, by, *, kind=timeline.Kind.CHANGE, reason="", visit_ref=None
) -> None:
    revisions.revise(
        customer=customer,
        section="file",
        row=customer,
        found=found,
        by=by,
        reason=reason,
        visit_ref=visit_ref,
    )
    path = reverse("accounts:customer_section", args=[customer.pk, "file"])
    timeline.note(customer=customer, kind=kind, title=title, detail=reason, path=path, actor=by)
    quality.refresh([customer.pk])
