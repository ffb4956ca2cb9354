"""Targets, roll-up, adjustments, allotments, targets out and in (R41, R45)."""

import io

from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from planning.actions import importing, starting, targets
from planning.models import MarketingPlan, PlanTargetLine
from planning.views.target_files import SALT
from staff.models import User
from tests.authz.asking import Ask
from tests.topics.opps import both

YEAR = 2031
HERE = "planning.forms.targets"


def make(customer, word, manager, participant, pks) -> dict[str, int]:
    """A customer's plan with a win-back line that may go, and the industry's plan above it."""
    heads = User.objects.filter(role="dept_head", department=manager.department)
    head = heads.order_by("pk").first()
    above = _industry_plan(customer, head)
    plan = starting.start_plan(kind="key_customer", year=YEAR, by=manager, customer=customer)
    line = targets.add_win_back(
        version=plan.current, business_line="data", from_operator="other", by=manager
    )
    told = targets.add_adjustment(
        version=above.current, by=head, kind="increment", business_line="data", from_operator="",
        q1=3, q2=0, q3=0, q4=0, reason="新开园区",
    )  # fmt: skip
    return {
        "targets_plan": plan.pk,
        "targets_line": line.pk,
        "targets_above": above.pk,
        "targets_adjustment": told.pk,
    }


def _industry_plan(customer, head) -> MarketingPlan:
    """The one of this year: an industry has one plan, however many customers a world makes."""
    known = {"kind": "key_industry", "year": YEAR, "branch": customer.branch}
    plan = MarketingPlan.objects.filter(industry=customer.industry, **known).first()
    return plan or starting.start_plan(by=head, author=head, industry=customer.industry, **known)


def _plan(estate) -> MarketingPlan:
    return MarketingPlan.objects.select_related("current").get(pk=estate.pks["targets_plan"])


def cells(world, estate):
    line = _plan(estate).current.targets.get(kind="stock", business_line="voice")
    return {
        f"edit_{line.pk}": line.edit, f"was_q1_{line.pk}": "", f"q1_{line.pk}": "15",
    }  # fmt: skip


def win_back(world, estate):
    return {"from_operator": "unicom", "business_line": "video"}


def edit(world, estate):
    return {"edit": "0"}


def adjustment(world, estate):
    return {
        "kind": "increment", "business_line": "voice", "from_operator": "", "q1": "1", "q2": "2",
        "q3": "", "q4": "-1", "reason": "新客户还没有建计划", "edit": "0",
    }  # fmt: skip


def asked(world, estate):
    return {"stock_q1": "10", "increment_q4": "5.5", "note": "按上年完成情况", "seen_at": ""}


def table(world, estate):
    book = Workbook()
    book.active.append(importing.HEADER)
    book.active.append(("存量", "话音", "", 15, 15, 15, 15))
    out = io.BytesIO()
    book.save(out)
    return {"upload": SimpleUploadedFile("目标.xlsx", out.getvalue())}


def token(world, estate):
    version = _plan(estate).current
    line = PlanTargetLine.objects.get(version=version, kind="stock", business_line="voice")
    told = {"version": version.pk, "lines": [[line.pk, {"q1": ["0.00", "15.00"]}]]}
    return {"token": signing.dumps(told, salt=SALT, compress=True)}


LINE, ADJUSTMENT = {"line": "targets_line"}, {"line": "targets_adjustment"}
ASKS = {
    "planning:targets": both("targets_plan", cells),
    "planning:win_back_add": {"POST": Ask("targets_plan", win_back)},
    "planning:win_back_remove": {"POST": Ask("targets_plan", edit, also=LINE)},
    "planning:targets_xlsx": {"POST": Ask("targets_plan")},
    "planning:targets_import": both("targets_plan", table),
    "planning:targets_import_confirm": {"POST": Ask("targets_plan", token)},
    "planning:rollup": {"GET": Ask("targets_above")},
    "planning:adjustment_new": both("targets_above", adjustment),
    "planning:adjustment_edit": both("targets_above", adjustment, also=ADJUSTMENT),
    "planning:adjustment_remove": {"POST": Ask("targets_above", edit, also=ADJUSTMENT)},
    "planning:allotments": {"GET": Ask("targets_above")},
    "planning:allot": both("targets_plan", asked),
}
FORMS = {
    f"{HERE}.AdjustmentForm": ("planning:adjustment_new", "dept_head"),
    f"{HERE}.AllotForm": ("planning:allot", "dept_head"),
    f"{HERE}.WinBackForm": ("planning:win_back_add", "owner"),
    f"{HERE}.TargetImportForm": ("planning:targets_import", "owner"),
}
NOTHING_REQUIRED = {"planning:allot"}  # nothing handed down is an answer too
# Nothing is written yet: what would change is only shown.
WITHOUT_EVENT = {"planning:targets_import"}
NO_PAGES = {
    "planning:win_back_add", "planning:win_back_remove", "planning:targets_xlsx",
    "planning:targets_import_confirm", "planning:adjustment_remove",
}  # fmt: skip
NO_ROWS = {
    "planning:targets", "planning:targets_import", "planning:adjustment_new",
    "planning:adjustment_edit", "planning:allot",
}  # fmt: skip
QUERIES = {"planning:rollup": ("", "?by=line", "?show=counted", "?show=not", "?show=x")}
