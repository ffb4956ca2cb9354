"""How a version takes a step: locked, checked for state and person, compare-and-set (R46)."""

from planning import review_rules as rules
from planning.actions.counting import lock, recount
from planning.actions.errors import PlanError
from planning.actions.rights import may_review, may_write
from planning.models import PlanVersion
from staff.models import User

NOT_WRITER = "这份计划不由您编写，不能由您{}。"
NOT_REVIEWER = (
    "这一版不由您审核：编写、提交过的人不能审核自己的计划，部门经理的计划由分公司主任审核。"
)


def begin(verb: str, version: PlanVersion, by: User) -> PlanVersion:
    """The locked version, if its state is the one that `by` saw and allows the verb to `by`."""
    move = rules.MOVES[verb]
    if not rules.is_legal(verb, version.state):  # as the caller knows it: nothing to look up
        raise PlanError(rules.refusal(verb, version.get_state_display()))
    held = lock(version)
    if held.state != version.state:
        raise PlanError(rules.refusal(verb, held.get_state_display()))
    if move.who == rules.WRITER and not may_write(held.plan, by):
        raise PlanError(NOT_WRITER.format(move.label))
    if move.who == rules.REVIEWER and not may_review(held, by):
        raise PlanError(NOT_REVIEWER)
    return held


def go(verb: str, held: PlanVersion, version: PlanVersion, to: str, **fields) -> None:
    """The compare-and-set; then the version that the caller holds is as it stands now."""
    same = PlanVersion.objects.filter(pk=held.pk, state=held.state, sha256=held.sha256)
    if not same.update(state=to, **fields):
        held.refresh_from_db()
        raise PlanError(rules.refusal(verb, held.get_state_display()))
    recount(held.plan)
    version.refresh_from_db()
