"""What a merge looks at: rows that hang on a customer, rows that exclude each other, fields."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models

from accounts.models import (
    BillLine,
    Customer,
    CustomerAssignment,
    RecentCustomer,
    SearchKey,
    ViewQuality,
)

DERIVED = (SearchKey, ViewQuality)
"""Made anew from the rest."""
DROPPED = (CustomerAssignment, RecentCustomer)
"""Of the customer that goes: kept in the journal only. Its manager is the same by then."""
PARTS = (BillLine,)
"""Nothing without their row: they go with it and never change it for another.

A model of an app above says the same of itself with `merge_part = True`.
"""
IDENTITY = (
    "id",
    "code",
    "branch",
    "department",
    "manager",
    "parent",
    "tree_path",
    "is_training_case",
)
WRITTEN = ("name_pinyin", "name_initials", "created_at", "updated_at")


@dataclass(frozen=True)
class Rival:
    """Two rows for one place, `ours` of the kept customer and `theirs` of the other."""

    ours: models.Model
    theirs: models.Model

    @property
    def label(self) -> str:
        return self.ours._meta.label_lower

    @property
    def kind(self) -> str:
        return str(self.ours._meta.verbose_name)


def children_of(model: type[models.Model]) -> list:
    """Every relation that points at `model`, hidden ones too, in a steady order."""
    found = [
        relation
        for relation in model._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete and not relation.many_to_many
    ]
    return sorted(found, key=lambda one: (one.related_model._meta.label, one.field.attname))


def is_part(model: type[models.Model]) -> bool:
    return model in PARTS or getattr(model, "merge_part", False)


def parts_of(row: models.Model) -> Iterator[models.Model]:
    for relation in children_of(type(row)):
        if is_part(relation.related_model):
            rows = relation.related_model._base_manager
            yield from rows.filter(**{relation.field.attname: row.pk}).order_by("pk")


def references_to(row: models.Model) -> Iterator[tuple[models.Model, str]]:
    """(row, attname) of what points at `row` and is no part of it."""
    for relation in children_of(type(row)):
        if not is_part(relation.related_model):
            attname = relation.field.attname
            rows = relation.related_model._base_manager.filter(**{attname: row.pk})
            yield from ((one, attname) for one in rows.order_by("pk"))


def rivals(kept: Customer, gone: Customer) -> list[Rival]:
    """Pairs that a unique constraint would not let stand together, each pair once."""
    found: dict[tuple, Rival] = {}
    for relation in children_of(Customer):
        model = relation.related_model
        if model in (*DERIVED, *DROPPED):
            continue
        for constraint in model._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint):
                for rival in _rivals_by(constraint, relation, kept, gone):
                    found.setdefault((model, rival.theirs.pk), rival)
    return list(found.values())


def _rivals_by(constraint, relation, kept, gone) -> Iterator[Rival]:
    owner = relation.field.name
    if owner not in constraint.fields:
        return
    others = [name for name in constraint.fields if name != owner]
    rows = relation.related_model._base_manager.order_by("pk")
    if constraint.condition is not None:
        rows = rows.filter(constraint.condition)
    ours = {tuple(getattr(row, n) for n in others): row for row in rows.filter(**{owner: kept})}
    for row in rows.filter(**{owner: gone}):
        place = tuple(getattr(row, name) for name in others)
        if place in ours:
            yield Rival(ours[place], row)


def editable_fields() -> list[models.Field]:
    skipped = {*IDENTITY, *WRITTEN}
    return [field for field in Customer._meta.concrete_fields if field.name not in skipped]


def merged_values(kept: Customer, gone: Customer, fields: dict[str, str]) -> dict:
    """{field: value} to write on `kept`: what it lacks, and what was chosen of `gone`."""
    values = {}
    for field in editable_fields():
        ours, theirs = getattr(kept, field.name), getattr(gone, field.name)
        if ours == theirs or theirs in (None, ""):
            continue
        if ours in (None, "") or fields.get(field.name) == "gone":
            values[field.name] = theirs
    return values
