"""Rows of a workbench are added, changed and taken away (R68, R73–R76)."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from accounts.actions.items import version_of
from core import audit
from planning.actions import six_support
from planning.actions.errors import PlanError
from planning.actions.six_steps import hold, touch
from planning.models import (
    CustomerPlanning,
    ImplementationItem,
    SolutionLine,
    SolutionMeasure,
    SupportAssessment,
)
from staff.models import User

STALE = "这一行刚被他人修改，请对照现在的内容再保存。"
TAKEN = "已有同样的一行。"


@transaction.atomic
def add_row(
    *, planning: CustomerPlanning, model: type[models.Model], values: Mapping, by: User
) -> models.Model:
    """One row of `model` in the workbench. PlanError when a rule of the row refuses."""
    held = hold(planning)
    row = model(planning=held, **values)
    if isinstance(row, ImplementationItem):
        row.position = held.items.count() + 1
    _store(row, None, by)
    audit.record(verb="six.row_added", target=held, by=by, changes=_said(row))
    return row


@transaction.atomic
def change_row(*, row: models.Model, values: Mapping, seen: str, by: User) -> models.Model:
    """`seen` is accounts.actions.items.version_of the row that the form was drawn from."""
    held = hold(row.planning)
    old = type(row).objects.filter(pk=row.pk).first()
    if old is None or version_of(old) != seen:
        raise PlanError(STALE)
    new = type(row).objects.get(pk=row.pk)
    new.planning = held
    for name, value in values.items():
        setattr(new, name, value)
    _store(new, old, by)
    changes = _said(new) | {
        str(new._meta.get_field(name).verbose_name): [str(getattr(old, name)), str(value)]
        for name, value in values.items()
        if getattr(old, name) != value
    }
    audit.record(verb="six.row_changed", target=held, by=by, changes=changes)
    return new


@transaction.atomic
def delete_row(*, row: models.Model, by: User) -> None:
    """The row goes with what hangs on it; what it said stays in the audit trail."""
    held = hold(row.planning)
    if isinstance(row, SupportAssessment):
        six_support.end_duty(row, by=by)
    words = {
        str(field.verbose_name): [str(getattr(row, field.name)), ""]
        for field in row._meta.concrete_fields
        if not field.is_relation and field.editable and getattr(row, field.name) not in (None, "")
    }
    row.delete()
    touch(held)
    audit.record(verb="six.row_deleted", target=held, by=by, changes=words)


def _store(row: models.Model, old: models.Model | None, by: User) -> None:
    _check_place(row)
    if isinstance(row, SupportAssessment):
        six_support.check_improvement(old, row)
    try:
        row.validate_constraints()
        with transaction.atomic():
            row.save()
    except ValidationError as error:
        raise PlanError(" ".join(error.messages)) from error
    except IntegrityError as error:
        raise PlanError(TAKEN) from error
    touch(row.planning)
    if isinstance(row, SupportAssessment):
        six_support.keep_duty(row, by=by)


def _check_place(row: models.Model) -> None:
    """What a row points at belongs to the same workbench."""
    for name in ("line", "measure", "cooperation"):
        other = getattr(row, name, None)
        if isinstance(other, models.Model) and other.planning_id != row.planning_id:
            raise PlanError("请从本客户的内容里选择。")
    measure = getattr(row, "measure", None)
    if isinstance(measure, SolutionMeasure) and measure.is_historical:
        raise PlanError("这项措施仅供了解，不得实施。")


def _said(row: models.Model) -> dict:
    name = str(row._meta.verbose_name)
    if isinstance(row, SolutionMeasure):
        name = f"{row.line}的措施"
    return {name: ["", str(row)]}


def lines_of(planning: CustomerPlanning):
    return SolutionLine.objects.filter(planning=planning).prefetch_related("measures")
