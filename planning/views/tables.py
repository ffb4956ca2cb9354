"""A table of a plan as a grid: typed, pasted from a spreadsheet, taken from the customer view."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from core import drafts
from opportunities.forms.drafting import as_posted
from planning import plan_facts, plan_reports, table_rules
from planning.actions import facts, writing
from planning.actions.errors import PlanError
from planning.actions.rights import may_write
from planning.actions.writing import CellsRefused, Conflict
from planning.forms import grid
from planning.models import PlanRow
from planning.views.scope import plan_or_404, table_or_404, writable_or_403
from staff.access import requires

SPARE = grid.BLANK_ROWS


@requires("plans.view")
@require_http_methods(["GET", "POST"])
def table(request, pk, code):
    """GET shows the grid (what was typed and not saved first); POST saves what can be saved."""
    if request.method == "POST":
        return _posted(request, pk, code)
    plan = plan_or_404(request, pk)
    section, shape = table_or_404(plan, code)
    stored = _stored(plan, code)
    writes = may_write(plan, request.user) and plan.current.is_writable
    typed = drafts.load(request.user, _draft_key(plan, code)) if writes else None
    rows = grid.stored(shape, stored.values(), SPARE if writes else 0)
    if typed:
        rows = grid.posted(shape, as_posted(typed), stored) or rows
    return _page(request, plan, section, shape, rows, is_draft=bool(typed))


def _stored(plan, code) -> dict[int, PlanRow]:
    rows = PlanRow.objects.filter(version=plan.current, table=code)
    return {row.pk: row for row in rows.order_by("position", "pk")}


def _draft_key(plan, code) -> str:
    return f"planning:table:{plan.pk}:{code}"


def _page(request, plan, section, shape, rows, *, is_draft=False, fault="", pasted="", status=200):
    writes = may_write(plan, request.user) and plan.current.is_writable
    lines = plan_reports.grid_of(shape, _stored(plan, shape.code).values())
    drifts = plan_reports.drifts(plan.current, lines)
    for row in rows:
        row.drift = drifts.get(row.pk)
    context = {
        "plan": plan,
        "version": plan.current,
        "tab": "sections",
        "section": section,
        "table": shape,
        "rows": rows,
        "lines": lines,
        "drifts": drifts,
        "may_write": writes,
        "is_draft": is_draft,
        "fault": fault,
        "pasted": pasted,
        "may_pull": writes and shape.code in plan_facts.pulled(plan),
        "origin": plan_facts.origin(plan),
        "draft_key": _draft_key(plan, shape.code),
        "has_conflicts": any(row.conflict for row in rows),
        "has_faults": any(cell.fault for row in rows for cell in row.cells),
    }
    return render(request, "planning/table.html", context, status=status)


def _posted(request, pk, code):
    plan = writable_or_403(request, pk)
    section, shape = table_or_404(plan, code)
    stored = _stored(plan, code)
    rows = grid.posted(shape, request.POST, stored)
    pasted = request.POST.get("pasted", "")
    if pasted.strip():
        try:
            rows = _with_pasted(shape, rows, pasted)
        except ValueError as error:
            return _page(
                request, plan, section, shape, rows, fault=str(error), pasted=pasted, status=422
            )
    try:
        left = _save(plan, shape, rows, stored, request.user)
    except PlanError as error:
        return _page(request, plan, section, shape, rows, fault=str(error), status=409)
    if left:
        return _page(request, plan, section, shape, _shown(shape, plan, left), status=409)
    drafts.discard(request.user, _draft_key(plan, code))
    messages.success(request, f"「{shape.title}」已保存。")
    if request.POST.get("more"):
        return redirect("planning:table", pk=plan.pk, code=code)
    return redirect("planning:section", pk=plan.pk, code=section.code)


def _with_pasted(shape, rows, pasted):
    """Typed rows and, after them, the pasted ones."""
    kept = [row for row in rows if row.pk or not row.is_blank]
    first = 1 + max((int(row.key[1:]) for row in kept if row.pk is None), default=0)
    block = table_rules.read_block(shape, pasted)
    return [*kept, *grid.typed_rows(shape, [line.typed for line in block], first)]


@transaction.atomic
def _save(plan, shape, rows, stored, user) -> list[grid.GridRow]:
    """Save every row that can be saved; the rows that need another look come back."""
    left = []
    for row in rows:
        if row.pk is None and row.is_blank:
            continue
        if _is_untouched(row, stored.get(row.pk)):
            continue
        try:
            result = _save_one(plan, shape, row, user)
        except CellsRefused as refusal:
            row.set_faults(refusal.faults)
            left.append(row)
            continue
        if isinstance(result, Conflict):
            _show_conflict(row, result)
            left.append(row)
    return left


def _is_untouched(row, old: PlanRow | None) -> bool:
    if old is None or row.is_deleted or row.edit != old.edit:
        return False
    return all(old.cells.get(code, "") == text for code, text in row.typed.items())


def _save_one(plan, shape, row, user):
    place = {"version": plan.current, "table": shape.code, "by": user}
    if row.is_deleted:
        return writing.delete_row(pk=row.pk, base_edit=row.edit, **place)
    if row.pk is not None and row.is_blank:  # emptied by hand: the same wish
        return writing.delete_row(pk=row.pk, base_edit=row.edit, **place)
    return writing.save_row(pk=row.pk, cells=row.typed, base_edit=row.edit, **place)


def _show_conflict(row: grid.GridRow, conflict: Conflict) -> None:
    """The row is put to the user again: with every word of both, on the edit of now."""
    row.conflict = [
        (
            cell.column.label,
            table_rules.shown(cell.column, conflict.base.get(cell.column.code, "")),
            table_rules.shown(cell.column, (conflict.current or {}).get(cell.column.code, "")),
            table_rules.shown(cell.column, conflict.mine.get(cell.column.code, cell.value)),
            cell.column.code in conflict.joined.clashes,
        )
        for cell in row.cells
    ]
    row.edit, row.is_deleted = conflict.edit, False
    row.faults = [str(conflict.by or "")] if conflict.current is not None else [writing.GONE]
    if conflict.pk is not None:  # perhaps another than on a page of an earlier version
        row.pk, row.key = conflict.pk, f"r{conflict.pk}"
    if conflict.current is None:
        row.pk, row.key = None, f"n{900_000 + int(row.key[1:]) % 90_000}"
    for cell in row.cells:
        cell.name = f"{row.key}-{cell.column.code}"
        is_clash = cell.column.code in conflict.joined.clashes
        mine = conflict.mine.get(cell.column.code, cell.value)
        joined = conflict.joined.fields.get(cell.column.code, cell.value)
        cell.value = joined if cell.is_long or not is_clash else mine


def _shown(shape, plan, left) -> list[grid.GridRow]:
    """All rows as they stand now, those to look at again in their place, new ones at the end."""
    by_key = {row.pk: row for row in left if row.pk}
    stored = grid.stored(shape, _stored(plan, shape.code).values(), 0)
    known = {row.pk for row in stored}
    others = [row for row in left if row.pk not in known]  # new, or of an earlier version
    return [*(by_key.get(row.pk, row) for row in stored), *others]


@requires("plans.write")
@require_POST
def pull(request, pk, code):
    """What today's facts have and this table has not."""
    plan = writable_or_403(request, pk)
    table_or_404(plan, code)
    try:
        count = facts.pull_facts(version=plan.current, table=code, by=request.user)
        origin = plan_facts.origin(plan)
        words = f"已从{origin}带入 {count} 行。" if count else f"{origin}里没有新的内容。"
        messages.success(request, words)
    except PlanError as error:
        messages.error(request, str(error))
    return redirect(reverse("planning:table", args=[plan.pk, code]))


@requires("plans.write")
@require_POST
def refresh(request, pk, row):
    """Today's facts into one row."""
    plan = writable_or_403(request, pk)
    found = get_object_or_404(PlanRow, pk=row, version=plan.current)
    try:
        facts.refresh_row(version=plan.current, row=found, by=request.user)
        messages.success(request, f"已换成{plan_facts.origin(plan)}今天的内容。")
    except PlanError as error:
        messages.error(request, str(error))
    return redirect(reverse("planning:table", args=[plan.pk, found.table]))
