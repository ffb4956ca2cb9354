"""执行情况: the table of rates, the rows behind one of them, and both as files (§B.7)."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from core import audit, clock, exports
from core.htmx import is_htmx
from core.paging import keyset_page
from staff.access import may, requires
from staff.models import User
from visits import kpi_reports, kpi_row_reports, kpi_sets, kpi_waiting_reports
from visits.kpi_rules import BASE, METRICS, PARTS, Metric, read_month

PEOPLE_SHOWN = 25
ROWS_SHOWN = 50
MOST_ROWS = 20_000
LEVEL = "密级：内部"
FIRST_METRIC = "thanks"
DEPARTMENTS = "departments"


@dataclass(frozen=True)
class Asked:
    """What the address asks for, within the scope of the reader."""

    now: datetime
    month: date
    metric: Metric
    people: object
    person: User | None
    department: kpi_sets.Group | None

    @property
    def month_text(self) -> str:
        """As it stands in an address: 「2026-11」."""
        return f"{self.month:%Y-%m}"


def _asked(request, default: str = "") -> Asked:
    """404 for a person or department out of scope, and for a metric that does not exist."""
    now = clock.now()
    month = read_month(request.GET.get("month", ""), now)
    metric = METRICS.get(request.GET.get("metric", default))
    if metric is None:
        raise Http404
    people = kpi_sets.people_of(request.user, month)
    person = _chosen(people, request.GET.get("person", ""))
    department = _department(request, people)
    return Asked(now, month, metric, people, person, department)


def _department(request, people) -> kpi_sets.Group | None:
    """Only one that the reader oversees: what is shown as its number is all of it."""
    if not (key := request.GET.get("department", "")):
        return None
    group = kpi_sets.groups_of(request.user, people).get(key)
    if group is None:
        raise Http404
    return group


def _chosen(rows, text: str):
    """The row that `text` names; None for no text."""
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Http404
    return get_object_or_404(rows, pk=text)


@require_GET
@requires("kpi.view")
def kpi(request):
    """People by metrics for a month; for an account manager the own line only."""
    asked, shows = _asked(request, FIRST_METRIC), request.GET.get("show") == DEPARTMENTS
    aims = kpi_reports.targets()
    if shows and is_htmx(request):
        departments = _departments(request.user, asked, aims)
        context = {"asked": asked, "metrics": METRICS.values(), "departments": departments}
        return render(request, "visits/_kpi_departments.html", context)
    history = kpi_reports.past(request.user, asked.month)
    shown = _narrowed(asked).select_related("department")
    page = keyset_page(shown, request, keys=("username", "pk"), size=PEOPLE_SHOWN)
    lines = kpi_reports.people_lines(page.rows, asked.month, asked.now, history, aims)
    is_whole = not (page.next_url or page.previous_url or asked.department)
    whole = kpi_reports.all_together(lines, aims) if is_whole else None
    context = {
        "asked": asked,
        "metrics": METRICS.values(),
        "months": kpi_reports.choices_of_months(asked.now),
        "page": page,
        "lines": lines,
        "whole": whole,
        "rows": [*lines, whole] if whole else lines,
        "has_departments": len(_groups(request.user, asked)) > 1,
        "shows_departments": shows,
        "departments": _departments(request.user, asked, aims) if shows else [],
        "departments_url": _departments_url(asked),
        "counted_at": history.counted_at,
        "waiting": kpi_waiting_reports.waiting(request.user, asked.now),
        "sees_team": may(request.user, "team.view"),
        "charts": _charts(request.user, asked, history, aims),
    }
    return render(request, "visits/kpi.html", context)


def _departments(viewer: User, asked: Asked, aims) -> list:
    """Side by side, for whoever oversees several and does not look into one of them.

    Every row of the month in scope is counted for it, so the page is there first and asks for it.
    """
    groups = _groups(viewer, asked)
    if len(groups) < 2:
        return []
    return kpi_reports.department_lines(groups.values(), asked.people, asked.month, asked.now, aims)


def _groups(viewer: User, asked: Asked) -> dict[str, kpi_sets.Group]:
    return {} if asked.department else kpi_sets.groups_of(viewer, asked.people)


def _departments_url(asked: Asked) -> str:
    query = {"month": asked.month_text, "metric": asked.metric.code, "show": DEPARTMENTS}
    return "?" + urlencode(query)


def _narrowed(asked: Asked):
    if not asked.department:
        return asked.people
    return kpi_sets.people_in(asked.department, asked.people)


def _charts(viewer: User, asked: Asked, history, aims) -> list:
    """The chosen metric over a year, and all metrics of whom it is about."""
    oversees = may(viewer, "team.view")
    person = asked.person or (None if oversees else viewer)
    ways = [kpi_reports.way_of_all(history, "全部" if oversees else "本部门")]
    if person:
        ways.insert(0, kpi_reports.way_of_person(person, history.months, asked.now))
    else:
        ways += kpi_reports.ways_of_departments(history)
    target = aims[asked.metric.code]
    return [
        kpi_reports.line_of(asked.metric, ways, history.months, target),
        kpi_reports.field_of(ways[0], history.months),
    ]


@require_GET
@requires("kpi.view")
def kpi_rows(request):
    """Exactly the rows that one number counts."""
    asked, part = _asked(request), _part(request)
    found = kpi_row_reports.with_results(
        _rows(asked, part), asked.metric.code, asked.month, asked.now
    )
    order = kpi_sets.POOL_OF[asked.metric.code].order
    page = keyset_page(found, request, keys=(order, "pk"), size=ROWS_SHOWN)
    counts = {name: _rows(asked, name).count() for name in PARTS}
    context = {
        "asked": asked,
        "metric": asked.metric,
        "part": part,
        "tabs": _tabs(asked.metric, counts),
        "page": page,
        "rows": kpi_row_reports.rows(page.rows, asked.metric.code, request.user),
        "is_due": order == "due_at",
    }
    return render(request, "visits/kpi_rows.html", context)


def _tabs(metric: Metric, counts: dict[str, int]) -> list[tuple[str, str, int]]:
    labels = {"base": "全部", "hit": metric.hit, "miss": metric.miss}
    return [(name, label, counts[name]) for name, label in labels.items()]


def _part(request) -> str:
    part = request.GET.get("part", BASE)
    return part if part in PARTS else BASE


def _rows(asked: Asked, part: str):
    people = asked.people.filter(pk=asked.person.pk) if asked.person else _narrowed(asked)
    return kpi_sets.rows_of(asked.metric.code, asked.month, asked.now, people=people, part=part)


@require_POST
@requires("kpi.view")
def kpi_rows_export(request):
    """The rows of the page with the same query string; audited."""
    asked, part = _asked(request), _part(request)
    found = kpi_row_reports.with_results(
        _rows(asked, part), asked.metric.code, asked.month, asked.now
    )
    rows = kpi_row_reports.rows(found[:MOST_ROWS], asked.metric.code, request.user)
    name = f"{asked.metric.label} {asked.month:%Y-%m} 明细（内部）"
    return _file(request, name, kpi_row_reports.HEADER, [row.values() for row in rows])


@require_POST
@requires("kpi.view")
def kpi_export(request):
    """Everybody in scope by every metric: rate, so many, of so many; audited."""
    asked = _asked(request, FIRST_METRIC)
    aims, history = kpi_reports.targets(), kpi_reports.past(request.user, asked.month)
    people = _narrowed(asked).select_related("department").order_by("username")
    lines = kpi_reports.people_lines(people, asked.month, asked.now, history, aims)
    header = ["姓名", "部门"]
    for metric in METRICS.values():
        header += [f"{metric.label}（%）", metric.hit, "应做"]
    rows = [_table_row(line) for line in lines]
    return _file(request, f"执行情况 {asked.month:%Y-%m}（内部）", header, rows)


def _table_row(line) -> list:
    row = [line.name, line.person.department.name if line.person.department else ""]
    for cell in line.cells:
        row += [cell.tally.rate, cell.tally.hits, cell.tally.base]
    return row


def _file(request, name: str, header: list[str], rows: list):
    changes = {"行数": ["", str(len(rows))], "密级": ["", "内部"], "内容": ["", name]}
    audit.record(verb="kpi.exported", target=request.user, by=request.user, changes=changes)
    return exports.xlsx_response(name, header, rows, note=LEVEL)
