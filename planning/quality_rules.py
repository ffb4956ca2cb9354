"""What is missing in a plan before it can be handed in (R44), and what looks odd.

Standard library only. Works on the plain snapshot of planning.actions.snapshots.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from planning.outline_rules import LINES, OUTLINES, QUARTERS, Section, Table

Snapshot = Mapping[str, Any]
STRICT_TABLES = ("opportunities", "measures", "relationship")
"""Every line of these is complete before the plan is handed in (R44)."""
NEVER_NONE = ("measures", "relationship")
"""At least one line; a reason does not replace it (R44)."""
CUSTOMER = "key_customer"
KINDS = {"stock": "存量", "increment": "增量", "win_back": "策反"}


@dataclass(frozen=True)
class Finding:
    """`section_code` is empty for what belongs to no section; `place` says where it is put right:
    "section", "table", "targets", "tasks", "rollup", "adjustments"."""

    section_code: str
    text: str
    is_blocking: bool = True
    place: str = "section"


def missing(snapshot: Snapshot) -> list[Finding]:
    """What keeps the plan from being handed in, in the order of its sections."""
    found: list[Finding] = []
    texts = {one["code"]: one for one in snapshot["sections"]}
    for section in OUTLINES[snapshot["plan"]["kind"]]:
        rows = {table.code: _rows(snapshot, table) for table in section.tables}
        text = texts.get(section.code, {})
        if section.has_targets:
            found += _targets(section, snapshot)
            found += _unexplained(section, snapshot)
        if section.needs_text or section.tables:
            found += _section(section, text.get("text", ""), text.get("none_reason", ""), rows)
        for table in section.tables:
            if table.code in STRICT_TABLES:
                found += incomplete(section, table, rows[table.code])
    return found


def _rows(snapshot: Snapshot, table: Table) -> list[Mapping[str, str]]:
    return [row["cells"] for row in snapshot["rows"] if row["table"] == table.code]


def _section(
    section: Section, text: str, none_reason: str, rows: Mapping[str, Sequence[object]]
) -> list[Finding]:
    has_text, has_reason = bool(text.strip()), bool(none_reason.strip())
    if section.code.startswith("C1.") or not section.needs_text:  # every table has a line (R44)
        return [
            _empty(section, table)
            for table in section.tables
            if not rows[table.code]
            and not table.may_be_empty
            and (table.code in NEVER_NONE or not has_reason)
        ]
    if has_text or has_reason or any(rows.values()):
        return []
    return [Finding(section.code, f"「{section.title}」还没有写；确实没有的，选「无」并写明原因")]


def _empty(section: Section, table: Table) -> Finding:
    if table.code in NEVER_NONE:
        text = f"「{table.title}」至少要有一行"
    else:
        text = f"「{table.title}」还没有内容；确实没有的，选「无」并写明原因"
    return Finding(section.code, text, place="table")


def incomplete(section: Section, table: Table, rows: Sequence[Mapping[str, str]]) -> list[Finding]:
    """Lines that lack a required cell, by their place in the table."""
    found = []
    for place, cells in enumerate(rows, 1):
        lacking = [
            column.label
            for column in table.columns
            if column.required and not str(cells.get(column.code, "")).strip()
        ]
        if lacking:
            text = f"「{table.title}」第 {place} 行没有写：{'、'.join(lacking)}"
            found.append(Finding(section.code, text, place="table"))
    return found


def _targets(section: Section, snapshot: Snapshot) -> list[Finding]:
    """Something is planned in each of the four quarters; above customers what is below counts."""
    total = snapshot["total"]
    empty = [label for label, value in zip(QUARTERS.values(), total, strict=False) if not _d(value)]
    if not empty:
        return []
    return [Finding(section.code, f"目标没有填：{'、'.join(empty)}", place="targets")]


def _unexplained(section: Section, snapshot: Snapshot) -> list[Finding]:
    """Above customers what is handed down and not planned below stands as an adjustment with its
    reason (R41): kind by kind, as the page of the roll-up shows it. A customer's plan has no
    adjustments; what it lacks is a hint."""
    if snapshot["plan"]["kind"] == CUSTOMER:
        return []
    return [
        Finding(
            section.code,
            f"{label}汇总比下达少 {-gap.over} 万元，还没有说明：请新增计划外调整并写明原因",
            place="adjustments",
        )
        for label, gap in _gaps(snapshot)
        if gap.over < 0
    ]


# --- hints ----------------------------------------------------------------------------------------
def odd(snapshot: Snapshot) -> list[Finding]:
    """What should be looked at; it keeps nobody from handing in."""
    sections = OUTLINES[snapshot["plan"]["kind"]]
    places = {table.code: section for section in sections for table in section.tables}
    targets = next(section for section in sections if section.has_targets)
    found = [
        Finding(one.section_code, one.text, is_blocking=False, place=one.place)
        for section in sections
        for table in section.tables
        if table.code not in STRICT_TABLES
        for one in incomplete(section, table, _rows(snapshot, table))
    ]
    found += _unlike_allotment(targets, snapshot)
    if "annual_targets" in places:
        found += _unlike_rollup(places["annual_targets"], snapshot)
    if "opportunities" in places and snapshot["plan"]["kind"] == CUSTOMER:
        found += _without_target(targets, snapshot)
    return found


def _unlike_allotment(section: Section, snapshot: Snapshot) -> list[Finding]:
    """Above customers only what is planned beyond it: what is missing keeps it back already."""
    is_above = snapshot["plan"]["kind"] != CUSTOMER
    found = []
    for label, gap in _gaps(snapshot):
        if gap.over > 0 or (gap.over < 0 and not is_above):
            word = "多" if gap.over > 0 else "少"
            text = (
                f"{label}合计 {gap.planned} 万元，比下达的 {gap.asked} 万元"
                f"{word} {abs(gap.over)} 万元"
            )
            found.append(Finding(section.code, text, is_blocking=False, place="targets"))
    return found


def _unlike_rollup(section: Section, snapshot: Snapshot) -> list[Finding]:
    """The targets by region and industry are typed; those by quarter are added up from below."""
    rows = [row["cells"] for row in snapshot["rows"] if row["table"] == "annual_targets"]
    if not rows:
        return []
    found = []
    for kind in ("stock", "increment"):  # the table knows no win-back
        typed = sum((_d(row.get("target", "")) for row in rows if row.get("kind") == kind), _d("0"))
        summed = _d(snapshot["sums"].get(kind, ["0"] * 5)[4])
        if typed != summed:
            text = (
                f"「区域、行业、业务目标」里{KINDS[kind]}合计 {typed:.2f} 万元，"
                f"和汇总的 {summed:.2f} 万元相差 {abs(typed - summed):.2f} 万元"
            )
            found.append(Finding(section.code, text, is_blocking=False, place="table"))
    return found


def _without_target(section: Section, snapshot: Snapshot) -> list[Finding]:
    """Lines with an opportunity, and nothing planned for them."""
    planned = {
        line["line"]
        for line in snapshot["targets"]
        if line["kind"] == "increment" and _d(line["year"])
    }
    asked = {
        row["cells"].get("business_line", "")
        for row in snapshot["rows"]
        if row["table"] == "opportunities"
    }
    return [
        Finding(
            section.code,
            f"增量机会里有「{label}」，增量目标里没有这项业务",
            is_blocking=False,
            place="targets",
        )
        for line, label in LINES.items()
        if line in asked - planned
    ]


@dataclass(frozen=True)
class _Gap:
    """What was handed down against what is planned, of the year and one kind."""

    asked: Decimal
    planned: Decimal

    @property
    def over(self) -> Decimal:
        return self.planned - self.asked


def _gaps(snapshot: Snapshot) -> list[tuple[str, _Gap]]:
    """(kind in words, gap) of the kinds that something was handed down for."""
    sums, nothing = snapshot["sums"], ["0"] * 5
    return [
        (label, _Gap(_d(snapshot["allotments"][kind][4]), _d(sums.get(kind, nothing)[4])))
        for kind, label in KINDS.items()
        if kind in snapshot["allotments"]
    ]


def _d(value: str) -> Decimal:
    return Decimal(value or "0")
