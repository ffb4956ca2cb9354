"""What a merge would do, before it is done. Reads only."""

from dataclasses import dataclass

from accounts.actions.merge_parts import (
    DERIVED,
    DROPPED,
    children_of,
    editable_fields,
    rivals,
)
from accounts.actions.merging import obstacle
from accounts.actions.revisions import shown
from accounts.models import Customer


@dataclass(frozen=True)
class Field:
    """One field of the file; the texts are as people read them."""

    name: str
    label: str
    ours: str
    theirs: str


@dataclass(frozen=True)
class RivalKind:
    """Rows of one kind of which only one of two can stay, e.g. bills of the same month."""

    label: str
    name: str
    pairs: list[tuple[str, str]]


@dataclass(frozen=True)
class Preview:
    obstacle: str
    moves: list[tuple[str, int]]  # (kind, how many rows)
    fills: list[Field]
    clashes: list[Field]
    rivals: list[RivalKind]


def preview(kept: Customer, gone: Customer) -> Preview:
    """A query for each kind of row that can hang on a customer, whatever their number."""
    problem = obstacle(kept, gone)
    if problem:
        return Preview(problem, [], [], [], [])
    differing = list(_differing(kept, gone))
    return Preview(
        obstacle="",
        moves=_moves(gone),
        fills=[one for one in differing if not one.ours],
        clashes=[one for one in differing if one.ours],
        rivals=_rival_kinds(kept, gone),
    )


def _differing(kept: Customer, gone: Customer):
    for field in editable_fields():
        ours, theirs = getattr(kept, field.name), getattr(gone, field.name)
        if ours != theirs and theirs not in (None, ""):
            texts = shown(field, ours), shown(field, theirs)
            yield Field(field.name, str(field.verbose_name), *texts)


def _moves(gone: Customer) -> list[tuple[str, int]]:
    counts = []
    for relation in children_of(Customer):
        model = relation.related_model
        if model in (*DERIVED, *DROPPED):
            continue
        name = "下级客户" if model is Customer else str(model._meta.verbose_name)
        rows = model._base_manager.filter(**{relation.field.attname: gone.pk})
        counts.append((name, rows.count()))
    return [(name, count) for name, count in counts if count]


def _rival_kinds(kept: Customer, gone: Customer) -> list[RivalKind]:
    kinds: dict[str, RivalKind] = {}
    for rival in rivals(kept, gone):
        kind = kinds.setdefault(rival.label, RivalKind(rival.label, rival.kind, []))
        kind.pairs.append((_said(rival.ours), _said(rival.theirs)))
    return list(kinds.values())


def _said(row) -> str:
    total = getattr(row, "reported_total", None)
    return str(row) if total is None else f"{row.month:%Y-%m} 总额 {total:,} 元"
