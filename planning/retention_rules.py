"""Steps, cycles and money of a retention case (R47, R48). Standard library only."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

DRAFT, APPROVED, MONITORING, TRIGGERED, EXECUTING = (
    "draft", "approved", "monitoring", "triggered", "executing",
)  # fmt: skip
RETAINED, PARTIALLY_LOST, LOST, REVIEWED = "retained", "partially_lost", "lost", "reviewed"
OUTCOMES = (RETAINED, PARTIALLY_LOST, LOST)
STEPS: dict[str, tuple[str, ...]] = {
    DRAFT: (APPROVED,),
    APPROVED: (MONITORING,),
    MONITORING: (TRIGGERED,),
    TRIGGERED: (EXECUTING,),
    EXECUTING: OUTCOMES,
    RETAINED: (REVIEWED,),
    PARTIALLY_LOST: (REVIEWED,),
    LOST: (REVIEWED,),
    REVIEWED: (),
}
BY_HEAD = frozenset({APPROVED, REVIEWED})
"""Steps that the head takes, never who wrote the case."""
NEEDS_NOTE = frozenset({TRIGGERED, *OUTCOMES, REVIEWED})
CYCLE_MONTHS = {"key": 1, "important": 3, "general": 6}
"""Key tier monthly, important quarterly [P]; the rest half-yearly, our own default."""
FEBRUARY_LAST = 28


def may_step(state: str, to: str) -> bool:
    return to in STEPS.get(state, ())


def next_review(tier: str, day: date) -> date:
    """When the case is looked at again, counted from `day` (R47)."""
    index = day.year * 12 + day.month - 1 + CYCLE_MONTHS[tier]
    return date(index // 12, index % 12 + 1, min(day.day, FEBRUARY_LAST))


def sooner_review(tier: str, planned: date, today: date) -> date:
    """A higher tier brings the look at the case forward; no tier puts it off (R47)."""
    return min(planned, next_review(tier, today))


def lacking(objective: str, trigger: str, actions: int) -> list[str]:
    """What a case still needs before it can be approved."""
    asked = ((objective, "保有目标"), (trigger, "触发条件"), (actions, "至少一项行动"))
    return [name for value, name in asked if not value]


def left_of(budget: Decimal, approved: Iterable[Decimal]) -> Decimal:
    """元 of the budget that no approved resource has taken."""
    return budget - sum(approved, Decimal(0))


def shortfall(branch: Decimal, departments: Iterable[Decimal]) -> Decimal:
    """元 that the departments together lack of the branch's target; 0 when they reach it (R48)."""
    return max(branch - sum(departments, Decimal(0)), Decimal(0))
