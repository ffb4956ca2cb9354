"""Complete plans for tests of the review, and the people around one."""

from decimal import Decimal
from types import SimpleNamespace

from accounts.tests.factories import make_customer
from core import clock
from planning import outline_rules
from planning.actions import moving
from planning.models import PlanRow, PlanSection, PlanTargetLine
from planning.tests.factories import make_plan
from staff.tests.factories import make_department, make_user

FILLED = {"money": "10.00", "percent": "60", "date": "2027-03-01"}


def cells_of(table) -> dict[str, str]:
    """A line with every cell filled in as its column asks."""
    return {
        column.code: column.choices[0][0] if column.choices else FILLED.get(column.kind, "有")
        for column in table.columns
    }


def fill(plan, *, by=None, q1="10.00") -> None:
    """Everything that R44 asks for, in the current version: written by `by`, the author."""
    version, by, now = plan.current, by or plan.author, clock.now()
    names = {"updated_by": by, "updated_at": now}
    PlanSection.objects.filter(version=version).update(text="写好了。", **names)
    PlanRow.objects.bulk_create(
        PlanRow(version=version, table=code, position=1, cells=cells_of(table), **names)
        for code, table in outline_rules.tables_of(plan.kind).items()
    )
    amounts = {"q1": Decimal(q1), "q2": 20, "q3": 30, "q4": 40}
    if plan.kind == "key_customer":
        lines = PlanTargetLine.objects.filter(version=version, business_line="data")
        lines.update(**amounts, **names)
        return
    PlanTargetLine.objects.create(
        version=version, kind="increment", business_line="data", is_adjustment=True,
        reason="新开园区", **amounts, **names,
    )  # fmt: skip


def world() -> SimpleNamespace:
    """Two departments of a branch with their heads, a director, and a filled plan of a manager."""
    here, there = make_department(), make_department()
    people = {
        "author": make_user(department=here),
        "colleague": make_user(department=here),
        "industry_manager": make_user("industry_manager", department=here),
        "head": make_user("dept_head", department=here),
        "other_head": make_user("dept_head", department=there),
        "director": make_user("branch_director"),
        "auditor": make_user("auditor"),
    }
    plan = make_plan(customer=make_customer(manager=people["author"]))
    fill(plan)
    return SimpleNamespace(plan=plan, version=plan.current, here=here, there=there, **people)


def submitted(plan, *, by=None):
    """The plan's current version, handed in."""
    moving.submit(version=plan.current, by=by or plan.author)
    return plan.current


def approved(plan, *, by):
    version = submitted(plan)
    moving.approve(version=version, seen_sha256=version.sha256, by=by)
    return version
