"""Plans as PDF and Word; the weekly file of a branch or department."""

from django.utils import timezone

from planning import export_rules
from planning.actions import exporting
from planning.models import PlanExport
from tests.authz.asking import Ask


def make(customer, word, manager, participant, pks) -> dict[str, int]:
    """A complete weekly file of the customer's department."""
    return {"weekly_export": _complete(customer.branch, customer.department, manager).pk}


def _complete(branch, department, by) -> PlanExport:
    content, now = b"%PDF-1.7\n%%EOF\n", timezone.now()
    monday = export_rules.monday_of(timezone.localdate()) - export_rules.WEEK
    version = PlanExport.objects.of(branch, department).filter(monday=monday).count() + 1
    return PlanExport.objects.create(
        scope="department", branch=branch, department=department, monday=monday, version=version,
        state="done", why="on_demand", requested_by=by, done=4, pages=1, size=len(content),
        sha256="0" * 64, file=exporting._write(content), finished_at=now,
    )  # fmt: skip


def version(world, estate):
    return {"version": "1"}


def scope(world, estate):
    export = PlanExport.objects.get(pk=estate.pks["weekly_export"])
    return {"scope": f"{export.branch_id}-{export.department_id}"}


ASKS = {
    "planning:exports": {"GET": Ask("written_plan")},
    "planning:pdf": {"POST": Ask("written_plan", version)},
    "planning:docx": {"POST": Ask("written_plan", version)},
    "planning:weekly_list": {"GET": Ask()},
    "planning:weekly_make": {"POST": Ask("", scope)},
    "planning:weekly_detail": {"GET": Ask("weekly_export")},
    "planning:weekly_file": {"POST": Ask("weekly_export")},
}
FORMS = {
    "planning.forms.exports.PlanExportForm": ("planning:pdf", "owner"),
    "planning.forms.exports.WeeklyForm": ("planning:weekly_make", "dept_head"),
}
NO_PAGES = {"planning:pdf", "planning:docx", "planning:weekly_make", "planning:weekly_file"}
