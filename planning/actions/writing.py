"""Texts and tables of a version are written: nobody's words are ever lost (issue 6).

Every save says on which edit it began. Who began on an older one is joined with what was written
meanwhile; where both wrote at one place nothing is saved and both texts come back. Edits are
counted anew in each version: a page that was opened in an earlier one begins on a text of that one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef

from core import audit, clock
from planning import table_rules
from planning.actions.errors import PlanError
from planning.conflict_rules import Joined, join_fields
from planning.models import (
    WRITABLE,
    PlanRow,
    PlanSection,
    PlanState,
    PlanVersion,
    RowCells,
    SectionText,
)
from planning.outline_rules import Table, tables_of
from staff.models import User

LONGEST_TEXT = 15_000
LONGEST_REASON = 200
ONE_SITTING = timedelta(minutes=10)
"""Saves of one person in one place within this time are one event of the audit trail."""
GONE = "这一行已被删除。"
NOT_WHOLE = "页面不完整，请刷新后再保存。"


class CellsRefused(PlanError):
    """A cell does not fit its column. `faults` are {column: text}."""

    def __init__(self, faults: Mapping[str, str]):
        super().__init__("；".join(faults.values()))
        self.faults = dict(faults)


@dataclass(frozen=True)
class Saved:
    """What stands there now. `is_joined`: somebody else's words were joined with these."""

    row: PlanSection | PlanRow
    is_joined: bool = False


@dataclass(frozen=True)
class Conflict:
    """Nothing was saved. {field: text} of the one who comes late, of now, and where both began.

    `current` is None when the row was deleted meanwhile. `edit` is what the next save begins on, in
    row `pk` of this version; `joined` holds every word of both.
    """

    mine: dict[str, str]
    current: dict[str, str] | None
    base: dict[str, str]
    joined: Joined
    edit: int
    by: User | None = None
    at: datetime | None = None
    pk: int | None = None


# --- the version ----------------------------------------------------------------------------------
def hold(version: PlanVersion) -> PlanVersion:
    """The version, locked until the transaction ends. PlanError when it is not writable (now).

    Whoever moves the version to another state waits for this lock, and this for them: nothing is
    written into a plan that was handed in a moment ago.
    """
    rows = PlanVersion.objects.select_for_update(of=("self",))
    held = rows.select_related("plan__customer", "plan__industry", "plan__branch").get(
        pk=version.pk
    )
    if not held.is_writable:
        state = PlanState(held.state).label
        raise PlanError(f"第 {held.number} 版现在是「{state}」，不能再修改。")
    return held


def still_writable() -> Exists:
    """A condition on a section, row or target line, for the UPDATE that changes it."""
    versions = PlanVersion.objects.filter(pk=OuterRef("version_id"), state__in=WRITABLE)
    return Exists(versions)


# --- sections -------------------------------------------------------------------------------------
@transaction.atomic
def save_section(
    *,
    version: PlanVersion,
    code: str,
    text: str,
    none_reason: str,
    base_edit: int,
    by: User,
    base_number: int | None = None,
) -> Saved | Conflict:
    """The text of one section, or why it has none (R44). PlanError when that is not possible.

    `base_number` says of which version `base_edit` is an edit; of this one without.
    """
    held = hold(version)
    section = PlanSection.objects.filter(version=held, code=code).first()
    if section is None:
        raise PlanError("这份计划没有这一节。")
    section.version = held
    mine = {"text": text.replace("\r\n", "\n"), "none_reason": none_reason.strip()}
    _check_text(mine)
    now = {"text": section.text, "none_reason": section.none_reason}
    is_joined = False
    began = _section_begun_on(section, base_number)
    if (began.pk, base_edit) != (section.pk, section.edit):
        base = _text_at(began, base_edit)
        joined = join_fields(base, mine, now)
        if joined.clashes:
            return Conflict(
                mine, now, base, joined, section.edit, section.updated_by, section.updated_at
            )
        is_joined, mine = joined.fields != mine, joined.fields
        _check_text(mine)
    if mine == now:
        return Saved(section, is_joined)
    return _write_section(held, section, mine, is_joined, by)


def _check_text(fields: Mapping[str, str]) -> None:
    if len(fields["text"]) > LONGEST_TEXT:
        raise PlanError(f"一节最多 {LONGEST_TEXT} 个字，请精简后再保存。")
    if len(fields["none_reason"]) > LONGEST_REASON:
        raise PlanError(f"原因最多 {LONGEST_REASON} 个字。")


def _section_begun_on(section: PlanSection, number: int | None) -> PlanSection:
    """The same section in the version that the page was opened in."""
    version = section.version
    if number in (None, version.number):
        return section
    sections = PlanSection.objects.filter(version__plan=version.plan, code=section.code)
    try:
        return sections.get(version__number=number)
    except PlanSection.DoesNotExist as error:
        raise PlanError(NOT_WHOLE) from error


def _text_at(section: PlanSection, edit: int) -> dict[str, str]:
    """The text that an edit left behind, or the nearest before it; blank before the first."""
    if edit == section.edit:
        return {"text": section.text, "none_reason": section.none_reason}
    found = section.texts.filter(edit__lte=edit).order_by("-edit").first()
    if found is None:
        return {"text": "", "none_reason": ""}
    return {"text": found.text, "none_reason": found.none_reason}


def _write_section(held, section, fields, is_joined, by) -> Saved:
    at, last = clock.now(), section.texts.order_by("-edit").first()
    if last is None and (section.text or section.none_reason):  # came with a copied version
        last = _keep_text(section, section.updated_by or held.created_by, at)
    same = PlanSection.objects.filter(still_writable(), pk=section.pk, edit=section.edit)
    if not same.update(edit=F("edit") + 1, updated_by=by, updated_at=at, **fields):
        raise PlanError("这一节刚被他人修改，请再保存一次。")
    section.refresh_from_db()
    _keep_text(section, by, at)
    if last is None or last.by_id != by.pk or at - last.at > ONE_SITTING:
        _note("plan.section_saved", held, section.code, by)
    return Saved(section, is_joined)


def _keep_text(section: PlanSection, by: User, at: datetime) -> SectionText:
    return SectionText.objects.create(
        section=section,
        edit=section.edit,
        text=section.text,
        none_reason=section.none_reason,
        by=by,
        at=at,
    )


def _note(verb: str, version: PlanVersion, place: str, by: User, changes=()) -> None:
    audit.record(verb=verb, target=version, by=by, changes={"章节": ["", place], **dict(changes)})


# --- rows of tables -------------------------------------------------------------------------------
@transaction.atomic
def save_row(
    *,
    version: PlanVersion,
    table: str,
    pk: int | None,
    cells: Mapping[str, str],
    base_edit: int,
    by: User,
    source: str = "",
) -> Saved | Conflict | None:
    """One row, a new one without `pk`; cells that are not given stay as they are. A row of an
    earlier version is the one that was copied from it; None when that is gone and nothing is asked.

    CellsRefused when a cell does not fit its column; PlanError when that is not possible.
    """
    held = hold(version)
    shape = _shape(held, table)
    clean, faults = table_rules.clean_cells(shape, cells)
    if faults:
        raise CellsRefused(faults)
    if pk is None:
        return _add_row(held, shape, clean, source, by)
    row, base = _row_begun_on(held, table, pk, base_edit)
    if row is None:
        if base and _filled(base | clean) == _filled(base):  # and nothing was changed here
            return None
        return Conflict(clean, None, {}, join_fields({}, clean, {}), 0)
    mine, now, is_joined = base | clean, dict(row.cells), False
    if base != now:
        joined = join_fields(base, mine, now)
        if joined.clashes:
            return _row_conflict(row, base, mine, joined)
        is_joined, mine = joined.fields != mine, joined.fields
    if _filled(mine) == _filled(now):
        return Saved(row, is_joined)
    return _write_row(held, row, mine, is_joined, by)


def _row_begun_on(
    held: PlanVersion, table: str, pk: int, edit: int
) -> tuple[PlanRow | None, dict[str, str]]:
    """(the row as it is in this version, what it said when the page was opened)."""
    rows = PlanRow.objects.filter(version__plan=held.plan, table=table)
    known = rows.select_related("version").filter(pk=pk).first()
    if known is None:
        return None, {}
    return _copy_in(held, known), _cells_at(known, edit)


def _copy_in(held: PlanVersion, row: PlanRow) -> PlanRow | None:
    """What became of a row of an earlier version. A copy stands in the same place and began with
    what the row said when its version was amended."""
    later = held.plan.versions.filter(number__gt=row.version.number, number__lte=held.number)
    for version in later.exclude(state=PlanState.DISCARDED).order_by("number"):
        there = version.rows.filter(table=row.table, position=row.position).order_by("pk")
        copy = next((one for one in there if _cells_at(one, 0) == row.cells), None)
        if copy is None:
            return None
        row = copy
    return row if row.version_id == held.pk else None


def _filled(cells: Mapping[str, str]) -> dict[str, str]:
    return {column: text for column, text in cells.items() if text}


def _row_conflict(row: PlanRow, base: dict, mine: dict, joined: Joined) -> Conflict:
    told = (row.edit, row.updated_by, row.updated_at, row.pk)
    return Conflict(mine, dict(row.cells), base, joined, *told)


def _shape(version: PlanVersion, table: str) -> Table:
    try:
        return tables_of(version.plan.kind)[table]
    except KeyError as error:
        raise PlanError("这份计划没有这张表。") from error


def _add_row(held, shape, cells, source, by) -> Saved:
    if not any(cells.values()):
        raise PlanError("这一行还没有内容。")
    rows = PlanRow.objects.filter(version=held, table=shape.code)
    if rows.count() >= table_rules.MOST_ROWS:
        raise PlanError(f"一张表最多 {table_rules.MOST_ROWS} 行。")
    last, at = rows.aggregate(last=Max("position"))["last"] or 0, clock.now()
    row = PlanRow.objects.create(
        version=held,
        table=shape.code,
        position=last + 1,
        cells=cells,
        source=source,
        edit=1,
        updated_by=by,
        updated_at=at,
    )
    _keep_cells(row, by, at)
    _note("plan.row_saved", held, shape.title, by)
    return Saved(row)


def _cells_at(row: PlanRow, edit: int) -> dict[str, str]:
    if edit == row.edit:
        return dict(row.cells)
    found = row.history.filter(edit__lte=edit).order_by("-edit").first()
    return dict(found.cells) if found else {}


def _write_row(held, row, cells, is_joined, by) -> Saved:
    at, last = clock.now(), row.history.order_by("-edit").first()
    if last is None:  # came with a copied version
        last = _keep_cells(row, row.updated_by or held.created_by, at)
    same = PlanRow.objects.filter(still_writable(), pk=row.pk, edit=row.edit)
    if not same.update(edit=F("edit") + 1, cells=cells, updated_by=by, updated_at=at):
        raise PlanError("这一行刚被他人修改，请再保存一次。")
    row.refresh_from_db()
    _keep_cells(row, by, at)
    if last.by_id != by.pk or at - last.at > ONE_SITTING:
        _note("plan.row_saved", held, _shape(held, row.table).title, by)
    return Saved(row, is_joined)


def _keep_cells(row: PlanRow, by: User, at: datetime) -> RowCells:
    return RowCells.objects.create(row=row, edit=row.edit, cells=row.cells, by=by, at=at)


@transaction.atomic
def save_rows(
    *, version: PlanVersion, table: str, rows: list[Mapping[str, str]], by: User, source: str = ""
) -> int:
    """New rows at once (pasted, taken over): all or none; how many. PlanError as of save_row."""
    held = hold(version)
    for cells in rows:
        save_row(version=held, table=table, pk=None, cells=cells, base_edit=0, by=by, source=source)
    return len(rows)


@transaction.atomic
def delete_row(
    *, version: PlanVersion, table: str, pk: int, base_edit: int, by: User
) -> Conflict | None:
    """Take a row away; its last content stays in the audit trail. None when it is gone.

    A row that somebody changed meanwhile is not deleted: Conflict shows what it says now.
    """
    held = hold(version)
    row, base = _row_begun_on(held, table, pk, base_edit)
    if row is None:
        return None
    if base != row.cells:
        return _row_conflict(row, base, base, join_fields(base, base, row.cells))
    shape = _shape(held, table)
    words = [f"{c.label}：{table_rules.shown(c, row.cells.get(c.code, ''))}" for c in shape.columns]
    row.delete()
    changes = {"内容": ["；".join(word for word in words if not word.endswith("：")), ""]}
    _note("plan.row_deleted", held, shape.title, by, changes)
    return None
