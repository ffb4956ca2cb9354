"""The rows that hang on a customer: products, bills, needs, events… one way to write them all.

Each write is one transaction: the row, its audit event, a revision per field, an entry in the
timeline and the quality of the view.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils.crypto import salted_hmac

from accounts.actions import quality, revisions, timeline
from accounts.actions.errors import AccountError
from accounts.models import (
    Customer,
    CustomerEvent,
    CustomerInfoItem,
    CustomerNeed,
    MonthlyBill,
    Operator,
    OperatorUsage,
    TimelineEntry,
)
from core import audit, clock

AUTHOR = {CustomerInfoItem: "collected_by", CustomerNeed: "created_by"}
"""Who wrote the row is part of the row."""

TAKEN = "这条记录与已有的记录重复，请检查后重试。"
STALE = "这条记录已被他人修改，请核对现在的内容；再次保存将以您填写的为准。"
STALE_DELETE = "这条记录已被他人修改，没有删除。请核对现在的内容；再次点「删除」，删除的就是它。"


@dataclass(frozen=True)
class Place:
    """Where a kind of row belongs: section code, what people call it, kind of timeline entry."""

    section: str
    label: str
    timeline: str = TimelineEntry.Kind.CHANGE


def version_of(row: models.Model) -> str:
    """A mark of the row's stored content; another one means somebody has changed it."""
    content = {f.attname: f.value_to_string(row) for f in row._meta.concrete_fields}
    if isinstance(row, MonthlyBill):
        content["lines"] = {item: str(amount) for item, amount in lines_of(row).items()}
    text = json.dumps(content, sort_keys=True)
    return salted_hmac("accounts.item", text, algorithm="sha256").hexdigest()


def lines_of(bill: MonthlyBill) -> dict:
    """{item code: amount} of a bill."""
    return dict(bill.lines.values_list("item", "amount"))


def changes_to(
    stored: models.Model, values: Mapping, lines: Mapping | None = None
) -> list[revisions.Difference]:
    """What `values` (and the `lines` of a bill) say otherwise than `stored`, as people read it."""
    old_lines = lines_of(stored) if lines is not None else {}
    return revisions.differences(stored, values) + _line_differences(old_lines, lines)


def content_of(row: models.Model) -> list[revisions.Difference]:
    """All that the stored row says (`new`), the items of a bill as well."""
    skipped = {"id", "customer"}
    values = {f.name: getattr(row, f.name) for f in row._meta.fields if f.name not in skipped}
    lines = lines_of(row) if isinstance(row, MonthlyBill) else None
    return revisions.differences(None, values, of=type(row)) + _line_differences({}, lines)


@transaction.atomic
def create_item(
    *,
    model: type[models.Model],
    customer: Customer,
    place: Place,
    by,
    values: Mapping,
    lines: Mapping | None = None,
    reason: str = "",
    visit_ref: int | None = None,
) -> models.Model:
    """A new row. `lines`: the items of a bill. AccountError when it exists already."""
    values = dict(values)
    row = model(**values)
    if model in AUTHOR:
        setattr(row, AUTHOR[model], by)
    if hasattr(model, "customer"):
        row.customer = customer
    if hasattr(row, "visit_ref"):
        row.visit_ref = visit_ref
    _save(row, lines)
    found = revisions.differences(None, values, of=model) + _line_differences({}, lines)
    write = _Write(customer, place, row, by, reason, visit_ref)
    _keep(write, "created", found, f"新增{place.label}：{row}")
    return row


@transaction.atomic
def update_item(
    *,
    row: models.Model,
    customer: Customer,
    place: Place,
    by,
    values: Mapping,
    seen: str,
    lines: Mapping | None = None,
    reason: str = "",
    visit_ref: int | None = None,
) -> bool:
    """Write `values` when the stored row is still the one of `seen` (version_of).

    False when nothing differs. AccountError when somebody changed or deleted it meanwhile.
    A verified information item is no longer verified when it says something else.
    """
    stored = _locked(row)
    if version_of(stored) != seen:
        raise AccountError(STALE)
    found = changes_to(stored, values, lines)
    if not found:
        return False
    for name, value in values.items():
        setattr(stored, name, value)
    if isinstance(stored, CustomerInfoItem):
        stored.verified_by = stored.verified_at = None
    _save(stored, lines)
    labels = "、".join(one.label for one in found)
    write = _Write(customer, place, stored, by, reason, visit_ref)
    _keep(write, "updated", found, f"修改{place.label}「{stored}」：{labels}")
    return True


@transaction.atomic
def delete_item(
    *, row: models.Model, customer: Customer, place: Place, by, reason: str, seen: str
) -> None:
    """Take a wrong row away; its content stays in the trail and in the revisions.

    AccountError when the stored row is not the one of `seen` (version_of), and when other rows
    stand on it (the bills of an account, what a need led to).
    """
    stored = _locked(row)
    if version_of(stored) != seen:
        raise AccountError(STALE_DELETE)
    if isinstance(stored, CustomerNeed) and stored.deeper.exists():
        raise AccountError("这条需求下面还有引出的内容，请先删除下层，再删除这一条。")
    found = [_reversed(one) for one in content_of(stored)]
    write = _Write(customer, place, stored, by, reason, None)
    source = timeline.source_of(stored)
    pk = stored.pk
    try:
        with transaction.atomic():
            stored.delete()
    except ProtectedError as error:
        raise AccountError("还有其他记录引用这一条，不能删除。") from error
    stored.pk = pk
    timeline.forget(customer=customer, source=source)
    _keep(write, "deleted", found, f"删除{place.label}：{stored}", is_gone=True)


@transaction.atomic
def verify_item(*, item: CustomerInfoItem, place: Place, by) -> None:
    """核实: a second person has checked the item against its source (R17).

    Who collected it answers for it already (R25): AccountError for that one.
    """
    if item.collected_by_id == by.pk:
        raise AccountError("不能核实自己收集的信息，请由同事或主管核对来源后核实。")
    rows = CustomerInfoItem.objects.filter(pk=item.pk, verified_at=None, content=item.content)
    if not rows.update(verified_by=by, verified_at=clock.now()):
        raise AccountError("这条信息已经核实过，或内容已被他人修改，请刷新后重试。")
    item.refresh_from_db()
    found = [revisions.Difference("verified_by", "核实人", "", str(by))]
    write = _Write(item.customer, place, item, by, "", None)
    _keep(write, "verified", found, f"核实{place.label}：{item}")


@transaction.atomic
def confirm_section(*, customer: Customer, section: str, label: str, by) -> None:
    """Somebody has read a section and found that it still holds: it is fresh again (R17)."""
    found = [revisions.Difference("", "整体核对", "", "内容无变化")]
    revisions.revise(customer=customer, section=section, row=customer, found=found, by=by)
    audit.record(
        verb="customer.section_confirmed",
        target=customer,
        by=by,
        changes={label: ["", "内容无变化"]},
    )
    quality.refresh([customer.pk])


@dataclass(frozen=True)
class _Write:
    customer: Customer
    place: Place
    row: models.Model
    by: object
    reason: str
    visit_ref: int | None


def _keep(write: _Write, verb: str, found, title: str, *, is_gone: bool = False) -> None:
    row, place = write.row, write.place
    name = row._meta.model_name
    audit.record(
        verb=f"{name}.{verb}",
        target=row,
        by=write.by,
        changes=revisions.as_changes(found),
        reason=write.reason,
    )
    section = _section_of(place, row)
    revisions.revise(
        customer=write.customer,
        section=section,
        row=row,
        found=found,
        by=write.by,
        reason=write.reason,
        visit_ref=write.visit_ref,
    )
    _tell(write, section, title, is_gone)
    quality.refresh([write.customer.pk])


def _tell(write: _Write, section: str, title: str, is_gone: bool) -> None:
    row = write.row
    path = reverse("accounts:customer_section", args=[write.customer.pk, write.place.section])
    entry = {"kind": write.place.timeline, "path": path, "actor": write.by}
    if isinstance(row, CustomerEvent) and not is_gone:
        timeline.note(
            customer=write.customer,
            title=f"{row.when_text()} {row.title}",
            detail=row.text,
            at=timeline.start_of(row.happened_on),
            source=timeline.source_of(row),
            **entry,
        )
        return
    timeline.note(customer=write.customer, title=title, detail=write.reason, **entry)


def _section_of(place: Place, row) -> str:
    """What rivals sell to the customer is known of the competition (§B.8)."""
    if isinstance(row, OperatorUsage) and row.operator != Operator.TELECOM:
        return "competition"
    return place.section


def _locked(row: models.Model) -> models.Model:
    stored = type(row)._default_manager.select_for_update().filter(pk=row.pk).first()
    if stored is None:
        raise AccountError("这条记录已被他人删除，请返回后刷新。")
    return stored


def _reversed(one: revisions.Difference) -> revisions.Difference:
    return revisions.Difference(one.field, one.label, one.new, one.old)


def _save(row: models.Model, lines: Mapping | None) -> None:
    try:
        with transaction.atomic():
            row.save()
            _write_lines(row, lines)
    except IntegrityError as error:
        raise AccountError(TAKEN) from error


def _write_lines(row, lines: Mapping | None) -> None:
    if lines is None:
        return
    row.lines.exclude(item__in=lines).delete()
    for item, amount in lines.items():
        row.lines.update_or_create(item=item, defaults={"amount": amount})


def _line_differences(old: Mapping, new: Mapping | None) -> list[revisions.Difference]:
    if new is None:
        return []
    labels = dict(MonthlyBill._meta.get_field("lines").related_model.Item.choices)
    return [
        revisions.Difference(f"line_{item}", label, _money(old.get(item)), _money(new.get(item)))
        for item, label in labels.items()
        if old.get(item) != new.get(item)
    ]


def _money(amount) -> str:
    return "" if amount is None else f"{amount:.2f}"
