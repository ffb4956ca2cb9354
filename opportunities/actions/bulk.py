"""Several opportunities at once: each by the very action that one alone would take."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from opportunities import stage_rules
from opportunities.actions.errors import OpportunityError
from opportunities.actions.moving import move
from opportunities.actions.sharing import change_owner
from opportunities.models import Opportunity
from staff.models import User


@dataclass(frozen=True)
class Outcome:
    """What became of one row; `refusal` is empty when it was done."""

    opportunity: Opportunity
    refusal: str


def move_all(
    *, opportunities: Iterable[Opportunity], seen: Mapping[int, str], by: User
) -> list[Outcome]:
    """One step forward each. `seen`: the stage that the page showed, by key (R77, §B.4)."""
    return [_moved(row, seen.get(row.pk, ""), by) for row in opportunities]


def _moved(row: Opportunity, seen: str, by: User) -> Outcome:
    target = stage_rules.next_stage(row.stage)
    if not target:
        return Outcome(row, "这个阶段没有下一步。")
    try:
        return Outcome(move(opportunity=row, to=target, by=by, seen=seen or row.stage), "")
    except OpportunityError as error:
        return Outcome(row, str(error))


def change_owners(
    *, opportunities: Iterable[Opportunity], to: User, reason: str, by: User
) -> list[Outcome]:
    """Another owner for each; a row that cannot be given stays and says why."""
    found = []
    for row in opportunities:
        try:
            change_owner(opportunity=row, to=to, reason=reason, by=by)
        except OpportunityError as error:
            found.append(Outcome(row, str(error)))
        else:
            found.append(Outcome(row, ""))
    return found
