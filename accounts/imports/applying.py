"""Write a batch of plans: rows, audit events, revisions, timeline, search keys, quality of views.

Call it inside one transaction, with plans that were made inside it under lock.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import models
from django.urls import reverse
from django.utils import timezone

from accounts.actions import moved, quality, revisions, searching
from accounts.actions.timeline import cut, source_of
from accounts.imports.checking import Plan, Verdict
from accounts.models import (
    BillLine,
    Contact,
    Customer,
    CustomerAssignment,
    CustomerViewRevision,
    ImportJob,
    MonthlyBill,
    ServiceContract,
    TimelineEntry,
)
from core import audit, bulk, pinyin

CHUNK = 500
Kind = TimelineEntry.Kind
REVISED = (
    "customer_id", "section", "target", "target_text", "field", "field_label", "old", "new",
    "reason", "state", "changed_by_id", "changed_at", "raw",
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    """Where the rows of a kind of import belong; the verbs are those of the pages' actions."""

    model: type[models.Model]
    noun: str
    section: str  # of the customer page, and of accounts.rules.LABELS
    timeline: str
    is_searched: bool = False


TARGETS: Mapping[str, Target] = {
    "customers": Target(Customer, "customer", "file", Kind.CHANGE, True),
    "contacts": Target(Contact, "contact", "people", Kind.CHANGE, True),
    "bills": Target(MonthlyBill, "monthlybill", "business", Kind.BILL),
    "contracts": Target(ServiceContract, "servicecontract", "contracts", Kind.CONTRACT),
}


def write(job: ImportJob, plans: list[Plan], reserved: set[str]) -> Counter:
    """Carry the plans out for the owner of the job; returns how many of each verdict.

    `reserved` are the customer codes of the whole file: new numbers keep clear of them.
    """
    if not any(plan.writes for plan in plans):
        return Counter(str(plan.verdict) for plan in plans)
    first_row = plans[0].line.number
    target = TARGETS[job.kind]
    new = [plan for plan in plans if plan.verdict == Verdict.CREATED]
    old = [plan for plan in plans if plan.verdict == Verdict.UPDATED]
    _create(target.model, new, reserved)
    for plan in old:
        _update(target.model, plan)
        if target.model is Customer:
            moved.announce_differences(plan.row, plan.found, by=job.owner)
    _write_lines(new + old)
    written = [plan for plan in plans if plan.writes]
    _record(job, target, written)
    _revise(job, target, written)
    _tell(job, target, written, first_row)
    customers = {plan.customer.pk: plan.customer for plan in written}
    if target.is_searched:
        searching.index_customers(customers.values())
    quality.refresh(customers)
    return Counter(str(plan.verdict) for plan in plans)


def _create(model, plans: list[Plan], reserved: set[str]) -> None:
    rows = [plan.row for plan in plans]
    if model is Customer:
        _number(rows, reserved)
        for row in rows:
            row.name_pinyin, row.name_initials = pinyin.keys(row.name)
    model.objects.bulk_create(rows, batch_size=CHUNK)
    if model is Customer:
        today = timezone.localdate()
        CustomerAssignment.objects.bulk_create(
            CustomerAssignment(customer=row, user=row.manager, valid_from=today) for row in rows
        )


def _number(rows: list[Customer], reserved: set[str]) -> None:
    """Codes for those that came with a credit code only."""
    nameless = [row for row in rows if not row.code]
    if not nameless:
        return
    taken = {row.code for row in rows} | reserved
    last = int(Customer.objects.next_code()[1:])
    for row in nameless:
        while f"C{last:04d}" in taken:
            last += 1
        row.code = f"C{last:04d}"
        taken.add(row.code)


def _update(model, plan: Plan) -> None:
    values = {name: value for name, value in plan.values.items() if name in _fields(model)}
    if model is Customer:
        values["updated_at"] = timezone.now()
        if "name" in values:
            values["name_pinyin"], values["name_initials"] = pinyin.keys(values["name"])
    if values:
        model.objects.filter(pk=plan.row.pk).update(**values)
    for name, value in values.items():
        setattr(plan.row, name, value)


def _fields(model) -> set[str]:
    return {f.name for f in model._meta.concrete_fields}


def _write_lines(plans: list[Plan]) -> None:
    rows = [
        BillLine(bill=plan.row, item=item, amount=amount)
        for plan in plans
        for item, amount in plan.lines.items()
    ]
    BillLine.objects.bulk_create(
        rows,
        batch_size=CHUNK,
        update_conflicts=True,
        unique_fields=["bill", "item"],
        update_fields=["amount"],
    )


def _record(job: ImportJob, target: Target, plans: list[Plan]) -> None:
    """The trail says who imported; whom the file names as author is a fact of the row alone."""
    reason = reason_of(job)
    audit.record_many(
        audit.event(
            verb=f"{target.noun}.{plan.verdict}",
            target=plan.row,
            by=job.owner,
            changes=revisions.as_changes(plan.found),
            reason=reason,
        )
        for plan in plans
    )


def _revise(job: ImportJob, target: Target, plans: list[Plan]) -> None:
    reason, now = cut(reason_of(job), 200), timezone.now()
    bulk.insert(
        CustomerViewRevision,
        REVISED,
        (
            (plan.customer.pk, target.section, source_of(plan.row), cut(str(plan.row), 100),
             one.field, cut(one.label, 40), one.old, one.new, reason, "applied", job.owner_id,
             now, "{}")
            for plan in plans
            for one in plan.found
        ),
    )  # fmt: skip


def _tell(job: ImportJob, target: Target, plans: list[Plan], first_row: int) -> None:
    """One entry for each customer of the batch; the same batch again rewrites it."""
    together: dict[int, list[Plan]] = {}
    for plan in plans:
        together.setdefault(plan.customer.pk, []).append(plan)
    title = TITLES[job.kind]
    now = timezone.now()
    TimelineEntry.objects.bulk_create(
        (
            TimelineEntry(
                customer_id=pk,
                at=now,
                kind=target.timeline,
                title=cut(title(same), 150),
                detail=cut(_detail(same, job), 300),
                path=reverse("accounts:customer_section", args=[pk, target.section]),
                actor=job.owner,
                source=f"import:{job.pk}:{first_row}",
            )
            for pk, same in together.items()
        ),
        batch_size=CHUNK,
    )


def _counted(noun: str) -> Callable[[list[Plan]], str]:
    def title(plans: list[Plan]) -> str:
        new = sum(plan.verdict == Verdict.CREATED for plan in plans)
        counts = (("新增", new), ("更新", len(plans) - new))
        return f"导入{noun}：{'，'.join(f'{word} {n} 条' for word, n in counts if n)}"

    return title


def _of_customer(plans: list[Plan]) -> str:
    plan = plans[0]
    if plan.verdict == Verdict.CREATED:
        return "由导入建立客户资料"
    return f"导入更新客户资料：{'、'.join(one.label for one in plan.found)}"


TITLES = {
    "customers": _of_customer,
    "contacts": _counted("联系人"),
    "bills": _counted("月账单"),
    "contracts": _counted("合同"),
}


def _detail(plans: list[Plan], job: ImportJob) -> str:
    """Who wrote the rows down originally, where the file says so."""
    names = dict.fromkeys(getattr(plan.row, "entered_by", "") for plan in plans)
    original = "、".join(name for name in names if name)
    return f"{job.upload.name}" + (f"；原录入人：{original}" if original else "")


def reason_of(job: ImportJob) -> str:
    return f"批量导入 {job.upload.name}（导入 {job.pk}）"
