"""The one way a visit changes its state: compare-and-set against the table in rules (R3)."""

from core import audit, clock
from staff.models import User
from visits import rules
from visits.actions import rhythm
from visits.actions.errors import STALE, VisitError
from visits.models import Visit


def move(visit: Visit, verb: str, *, by: User, reason: str = "", **fields) -> None:
    """Take `visit` to the state that `verb` leads to and set `fields`; audited.

    Only one of many simultaneous callers wins; VisitError for the others and for every pair of
    state and verb that rules.MOVES does not list. Call it inside a transaction.
    """
    old, target = visit.state, rules.MOVES[verb].target
    sources = rules.sources(verb, is_formal=visit.is_formal)
    moved = Visit.objects.filter(pk=visit.pk, state__in=sources, is_formal=visit.is_formal).update(
        **({"state": target, "updated_at": clock.now()} | fields)
    )
    if not moved:
        raise VisitError(_refusal(visit, verb))
    visit.refresh_from_db()
    audit.record(
        verb=f"visit.{verb}", target=visit, by=by, changes={"state": [old, target]}, reason=reason
    )
    rhythm.follow(visit)


def _refusal(visit: Visit, verb: str) -> str:
    visit.refresh_from_db(fields=["state", "is_formal"])
    if visit.state == Visit.State.PLANNED and verb in rules.NEED_BOOKING:
        return "正式拜访要先登记预约，再开始拜访；预约时间可以补填。"
    return f"该拜访现在是「{visit.get_state_display()}」，{STALE}"
