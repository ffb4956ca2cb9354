"""The way of a version from its outline to the archive: who may move it from where (R46, D29).

Standard library only. The states are those of planning.models.PlanState.
"""

from dataclasses import dataclass

WRITER, REVIEWER = "writer", "reviewer"
"""WRITER: planning.actions.rights.may_write; REVIEWER: may_review, never who wrote in it."""

OUTLINE, DEPARTMENT, DIRECTOR = "outline", "department", "director"
"""Steps of a review (PlanReview.Step); the last two are the two levels that end it."""

REVIEW_WORKDAYS = 5
"""R46 [P]; reminders.DUTIES counts with it."""

REWORK_WORKDAYS = 5
"""What was returned comes back as soon as it was to be reviewed, our own default [P]."""

IN_REVIEW = ("submitted", "dept_review", "director_review")


@dataclass(frozen=True)
class Move:
    """`target` is None where it depends on the decision or on the level."""

    verb: str
    label: str
    sources: tuple[str, ...]
    target: str | None
    who: str


_MOVES = (
    Move("send_outline", "送审提纲", ("preparing",), "outline_review", WRITER),
    Move("review_outline", "审核提纲", ("outline_review",), None, REVIEWER),
    Move("submit", "提交审核", ("drafting", "returned"), "submitted", WRITER),
    Move("recall", "撤回", ("submitted",), "drafting", WRITER),
    Move("take_up", "开始审核", ("submitted",), None, REVIEWER),
    Move("approve", "批准", IN_REVIEW, "approved", REVIEWER),
    Move("return_", "退回", IN_REVIEW, "returned", REVIEWER),
    Move("amend", "修订", ("approved", "in_execution", "discarded"), None, WRITER),
    Move("discard", "作废", ("preparing", "drafting", "returned"), "discarded", WRITER),
    Move("begin_execution", "开始执行", ("approved",), "in_execution", WRITER),
    Move("close", "结束执行", ("in_execution",), "closed", REVIEWER),
    Move("archive", "归档", ("closed",), "archived", REVIEWER),
)
MOVES = {move.verb: move for move in _MOVES}
"""{verb: Move}. `amend` leaves the version where it is and makes the next one; what was discarded
can be begun again only where no other version is left."""

NOT_WRITING = (
    "plan.outline_approved",
    "plan.outline_returned",
    "plan.taken_up",
    "plan.approved",
    "plan.returned",
    "plan.superseded",
    "plan.in_execution",
    "plan.closed",
    "plan.archived",
    "plan.viewed",
    "plan.printed",
    "plan.exported",
    "plan.commented",
    "plan.comment_resolved",
)
"""Events about a version that do not make their actor one of its writers. Anything else does."""


def is_legal(verb: str, state: str) -> bool:
    return state in MOVES[verb].sources


def legal_verbs(state: str) -> list[str]:
    """What the state allows, in the order of the way."""
    return [move.verb for move in _MOVES if state in move.sources]


def review_state(level: str) -> str:
    """The state of a version that was taken up at this level."""
    return "director_review" if level == DIRECTOR else "dept_review"


def refusal(verb: str, state_words: str) -> str:
    return f"这一版现在是「{state_words}」，不能{MOVES[verb].label}。请刷新页面后再看。"


def named_sections(comments: dict[str, str], known: tuple[str, ...]) -> dict[str, str]:
    """The comments that say something, of sections that the plan has."""
    said = {code: comments[code].strip() for code in known if code in comments}
    return {code: text for code, text in said.items() if text}
