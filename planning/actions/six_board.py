"""The board of three phases: what goes on it, and where it stands (R76)."""

from django.db import transaction
from django.db.models import F

from core import audit
from planning import six_rules as rules
from planning.actions.errors import PlanError
from planning.actions.six_steps import hold, touch
from planning.models import (
    CooperationOpportunity,
    CustomerPlanning,
    ImplementationItem,
    SolutionMeasure,
)
from staff.models import User

PROFIT_OF = {"low": 2, "mid": 3, "high": 5}
SURE, COMPETITION = 4, 3
"""What a feasible measure begins with; everybody corrects it on the board."""
UP, DOWN = "up", "down"
Phase = ImplementationItem.Phase


def ready_for_board(planning: CustomerPlanning) -> tuple[list, list]:
    """(feasible measures, feasible cooperations) that no item of the board comes from yet."""
    measures = SolutionMeasure.objects.filter(planning=planning, feasible=True)
    measures = measures.filter(is_historical=False, items=None).order_by("pk")
    cooperations = CooperationOpportunity.objects.filter(planning=planning, feasible=True)
    return list(measures), list(cooperations.filter(items=None).order_by("pk"))


@transaction.atomic
def fill_board(*, planning: CustomerPlanning, by: User) -> int:
    """Put every feasible measure and cooperation on the board, in the phase that R76 suggests."""
    held = hold(planning)
    measures, cooperations = ready_for_board(held)
    rows = [_item(PROFIT_OF.get(one.benefit, 3), measure=one, title=one.text) for one in measures]
    rows += [
        _item(COMPETITION, cooperation=one, title=one.name, kind="cooperation")
        for one in cooperations
    ]
    position = held.items.count()
    for number, row in enumerate(rows, position + 1):
        row.planning, row.position = held, number
        row.save()
    if rows:
        touch(held)
        changes = {"实施事项": ["", f"新增 {len(rows)} 项"]}
        audit.record(verb="six.board_filled", target=held, by=by, changes=changes)
    return len(rows)


def _item(profit: int, **values) -> ImplementationItem:
    phase = rules.suggested_phase(profit, COMPETITION, SURE)
    return ImplementationItem(
        profit_score=profit, competition_score=COMPETITION, feasibility_score=SURE, phase=phase,
        **values,
    )  # fmt: skip


@transaction.atomic
def move_item(*, item: ImplementationItem, to: str, seen: str, by: User) -> None:
    """To another phase (at its end), or one place `up` or `down` within the phase.

    `seen` is the phase that the page showed: PlanError when somebody has moved it since.
    """
    held = hold(item.planning)
    item = ImplementationItem.objects.get(pk=item.pk)
    if item.phase != seen:
        raise PlanError("这一项刚被他人移动，请看现在的位置。")
    if to in (UP, DOWN):
        _swap(item, to)
    elif to in Phase.values:
        _to_phase(held, item, to)
    else:
        raise PlanError("没有这个阶段。")
    touch(held)
    if to in Phase.values and to != seen:
        changes = {item.title: [Phase(seen).label, Phase(to).label]}
        audit.record(verb="six.item_moved", target=held, by=by, changes=changes)


def _to_phase(planning: CustomerPlanning, item: ImplementationItem, to: str) -> None:
    if to == item.phase:
        return
    last = planning.items.order_by("-position").values_list("position", flat=True).first()
    ImplementationItem.objects.filter(pk=item.pk).update(
        phase=to, position=last + 1, is_source_uncertain=False, edit=F("edit") + 1
    )


def _swap(item: ImplementationItem, to: str) -> None:
    rows = list(
        ImplementationItem.objects.filter(planning=item.planning_id, phase=item.phase).order_by(
            "position", "pk"
        )
    )
    here = next(number for number, row in enumerate(rows) if row.pk == item.pk)
    there = here + (-1 if to == UP else 1)
    if not 0 <= there < len(rows):
        return
    rows[here], rows[there] = rows[there], rows[here]
    places = sorted(row.position for row in rows)
    for place, row in zip(_apart(places), rows, strict=True):
        ImplementationItem.objects.filter(pk=row.pk).update(position=place)


def _apart(places: list[int]) -> list[int]:
    """The same order without two in one place."""
    found: list[int] = []
    for place in places:
        found.append(max(place, found[-1] + 1) if found else place)
    return found
