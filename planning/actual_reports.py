"""What was reached of the targets, by quarter, in 万元 (R45). What was billed: bill_facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.models import Parameter
from planning import target_rules as rules

GREEN_KEY, YELLOW_KEY = "plan_green_from", "plan_yellow_from"


@dataclass(frozen=True)
class Reached:
    """`due` is the part of the target that should be reached by now; `light` see target_rules."""

    target: Decimal
    due: Decimal
    actual: Decimal
    percent: Decimal | None
    light: str


@dataclass(frozen=True)
class Scale:
    """From how many percent on the light is green, and yellow."""

    green: Decimal
    yellow: Decimal

    def reached(self, targets: Sequence[Decimal], actual: rules.Five, dues: Sequence[Decimal]):
        """Of the four quarters and the year."""
        due = rules.with_year(dues)
        return [self._one(targets[n], due[n], actual[n]) for n in range(5)]

    def _one(self, target: Decimal, due: Decimal, actual: Decimal) -> Reached:
        percent = rules.achievement(actual, due)
        return Reached(target, due, actual, percent, rules.light(percent, self.green, self.yellow))


def scale() -> Scale:
    """As the administrator set it. One query."""
    found = {row.key: row for row in Parameter.objects.filter(key__in=(GREEN_KEY, YELLOW_KEY))}
    return Scale(found[GREEN_KEY].typed_value(), found[YELLOW_KEY].typed_value())


def reached(
    year: int, targets: Sequence[Decimal], actual: rules.Five, today: date, on: Scale
) -> list[Reached]:
    """Four quarters and the year; of a quarter that runs only the months that are over are due."""
    dues = [rules.due_target(targets[n], rules.months_due(year, n + 1, today)) for n in range(4)]
    return on.reached(targets, actual, dues)
