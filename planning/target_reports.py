"""What a version plans and what the bills say (R45). No sum of several plans is stored."""

from django.db.models import Sum
from django.db.models.functions import Coalesce, Round

from planning import target_rules as rules
from planning.models import PlanVersion


def quarter_sums() -> dict[str, Coalesce]:
    """Aggregates of q1 … q4 to annotate with, in this order; 0 of nothing.

    SQLite adds floating-point numbers: -2.61, 1.83 and 0.78 come to a little more than nothing.
    """
    return {
        f"{name}_sum": Coalesce(Round(Sum(name), precision=2), rules.ZERO)
        for name in rules.QUARTERS
    }


def sums_of(version: PlanVersion) -> dict[str, rules.Five]:
    """{kind: (q1, q2, q3, q4, year)} of the version's own lines in 万元. One query."""
    rows = version.targets.order_by().values_list("kind").annotate(**quarter_sums())
    return rules.totals((row[0], row[1:]) for row in rows)
