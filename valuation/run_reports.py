"""What the pages of a run show: counts of the reader's own customers, beside the former run."""

from dataclasses import dataclass

from django.db.models import Count, OuterRef, QuerySet, Subquery

from staff.models import User
from valuation.actions import publishing
from valuation.actions.placing import former_of
from valuation.models import CustomerValuation, ValuationRun

State = ValuationRun.State
Quadrant = CustomerValuation.Quadrant
Cell = CustomerValuation.LoyaltyCell
NONE = ""
NOT_PLACED = "数据不足"
WITH_RESULTS = (State.COMPUTED, State.REVIEWED, *ValuationRun.FINAL)
AXES = (("current", "当前价值"), ("potential", "潜在价值"), ("loyalty", "忠诚度"),
        ("combined", "综合价值轴"))  # fmt: skip
GRADES = ("A", "B", "C", "D")


@dataclass(frozen=True)
class Share:
    """One group, how many are in it now and in the former run (None: there was none)."""

    name: str
    count: int
    before: int | None

    @property
    def change(self) -> int | None:
        return None if self.before is None else self.count - self.before


def offered(user: User) -> QuerySet[ValuationRun]:
    rows = ValuationRun.objects.visible_to(user)
    return rows.select_related("industry", "run_by", "branch")


def results(run: ValuationRun, user: User) -> QuerySet[CustomerValuation]:
    return CustomerValuation.objects.visible_to(user).filter(run=run, is_managed=True)


def context(run: ValuationRun, user: User) -> dict:
    """Everything of a run that has results; a fixed number of queries."""
    if run.state not in WITH_RESULTS:
        return {}
    former = former_of(run)
    mine = results(run, user)
    before = results(former, user) if former else None
    return {
        "former": former,
        "cuts": [(name, run.cuts.get(axis), _cut(former, axis)) for axis, name in AXES],
        "quadrants": _shares(mine, before, "quadrant", Quadrant),
        "cells": _shares(mine, before, "loyalty_cell", Cell),
        "moves": transitions(mine, former, "quadrant", Quadrant) if former else [],
        "cell_moves": transitions(mine, former, "loyalty_cell", Cell) if former else [],
        "groups": [*Quadrant.labels, NOT_PLACED],
        "cell_groups": [*Cell.labels, NOT_PLACED],
        "counted": mine.count(),
        "with_missing": mine.filter(has_missing=True).count(),
        "missing": missing(run),
        "grades": grades(mine),
        "grade_names": GRADES,
    }


def _cut(run: ValuationRun | None, axis: str):
    return run.cuts.get(axis) if run else None


def _shares(mine, before, column: str, choices) -> list[Share]:
    now, then = _counts(mine, column), _counts(before, column) if before is not None else None
    return [
        Share(label, now.get(code, 0), None if then is None else then.get(code, 0))
        for code, label in (*choices.choices, (NONE, NOT_PLACED))
    ]


def _counts(rows, column: str) -> dict[str, int]:
    return dict(rows.order_by().values_list(column).annotate(number=Count("pk")))


def transitions(
    mine, former: ValuationRun, column: str, choices
) -> list[tuple[str, list[tuple[str, int, bool]]]]:
    """Rows: the group then; columns: the group now, of customers that stand in both runs.

    `column`: quadrant or loyalty_cell, with its `choices`.
    """
    then = former.results.filter(customer=OuterRef("customer"), is_managed=True)
    rows = (
        mine.annotate(then=Subquery(then.values(column)[:1]))
        .filter(then__isnull=False)
        .order_by()
        .values_list("then", column)
        .annotate(number=Count("pk"))
    )
    found = {(was, is_now): number for was, is_now, number in rows}
    codes = (*choices.values, NONE)
    names = (*choices.labels, NOT_PLACED)
    return [
        (
            name,
            [
                (to, found.get((was, code), 0), was == code)
                for code, to in zip(codes, names, strict=True)
            ],
        )  # fmt: skip
        for was, name in zip(codes, names, strict=True)
    ]


def missing(run: ValuationRun) -> list[tuple[str, str, int]]:
    """(code, name, number of managed customers of the run without a value), most first."""
    names = {
        one["code"]: one["name"]
        for dimension in run.model_snapshot.get("dimensions", [])
        for one in dimension["indicators"]
    }
    found = [(code, names.get(code, code), n) for code, n in (run.missing or {}).items() if n]
    return sorted(found, key=lambda row: (-row[2], row[0]))


def grades(mine) -> list[tuple[str, list[tuple[str, int, bool]]]]:
    """Rows: the grade in the file, set by people; columns: what the score suggests."""
    rows = mine.order_by().values_list("customer__grade", "grade").annotate(number=Count("pk"))
    found = {(own, suggested): number for own, suggested, number in rows}
    return [
        (own, [(one, found.get((own, one), 0), own == one) for one in GRADES])
        for own in (*GRADES, NONE)
        if own in {key for key, _ in found}
    ]


def verbs(run: ValuationRun, user: User) -> dict[str, bool]:
    """What this person may do with the run now."""
    may = publishing.judges(user, run)
    return {
        "review": run.state == State.COMPUTED and publishing.may_review(user, run),
        "is_own": run.state == State.COMPUTED and may and not publishing.may_review(user, run),
        "publish": may and run.state == State.REVIEWED,
        "recompute": may and run.state in (State.COMPUTED, State.FAILED),
        "discard": may and run.state in publishing.DISCARDABLE,
    }
