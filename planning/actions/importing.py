"""Targets from a table: what each row would change, or what is wrong with its cells; then written.

Nothing is stored between the two: what was shown travels back signed, with the edits it began on.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction

from accounts.imports.readers import Table, Unreadable, read
from planning import target_rules as rules
from planning.actions.targets import Change, Outcome, name_of, save_cells
from planning.models import PlanTargetLine, PlanVersion
from staff.models import User

KIND, LINE, OPERATOR = "类别", "业务", "来源运营商"
HEADER = (KIND, LINE, OPERATOR, *rules.QUARTER_NAMES.values())
SUMS = ("小计", "合计")
MOST_ROWS = 200
KINDS = {label: code for code, label in rules.KINDS.items()}
LINES = {label: code for code, label in rules.LINES.items()}
RIVALS = {rules.OPERATORS[code]: code for code in rules.RIVALS}


@dataclass(frozen=True)
class Fault:
    row: int
    column: str
    text: str
    message: str


@dataclass(frozen=True)
class Planned:
    """One line that would change: {quarter: (as it stands, as the file says)}."""

    row: int
    line: PlanTargetLine
    cells: dict[str, tuple[Decimal, Decimal]]

    @property
    def name(self) -> str:
        return name_of(self.line)

    @property
    def words(self) -> list[str]:
        return [
            f"{rules.QUARTER_NAMES[name]} {old:.2f} → {new:.2f}"
            for name, (old, new) in self.cells.items()
        ]


@dataclass
class Preview:
    planned: list[Planned] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    same: int = 0
    """Rows that say what stands there already."""


def preview(*, file, name: str, version: PlanVersion) -> Preview:
    """Judge every row; nothing is written. Unreadable for the whole file."""
    table = read(file, name)
    places = _places(table)
    if len(table.rows) > MOST_ROWS:
        raise Unreadable(f"目标表最多 {MOST_ROWS} 行。")
    lines = version.targets.filter(is_adjustment=False)
    known = {(line.kind, line.business_line, line.from_operator): line for line in lines}
    found, seen = Preview(), set()
    for number, cells in table.rows:
        texts = {name: _text(cells, place) for name, place in places.items()}
        if not (texts[KIND] in SUMS or texts[LINE] in SUMS):
            _judge(found, number, texts, known, seen)
    return found


def _places(table: Table) -> dict[str, int]:
    """{column: where it stands}; 「一季度（万元）」 is 「一季度」."""
    header = [label.split("（")[0].strip() for label in table.header]
    missing = [label for label in HEADER if label not in header]
    if missing:
        raise Unreadable(f"缺少这些列：{'、'.join(missing)}。请用本页导出的表格填写。")
    return {label: header.index(label) for label in HEADER}


def _text(cells: list, place: int) -> str:
    value = cells[place] if place < len(cells) else None
    if isinstance(value, float):  # 0.1 + 0.2 of a spreadsheet is meant as 0.3
        return f"{Decimal(repr(value)).quantize(Decimal('0.00000001')).normalize():f}"
    return "" if value is None else str(value).strip()


def _judge(found: Preview, number: int, texts: dict, known: dict, seen: set) -> None:
    key = _key(found, number, texts)
    if key is None:
        return
    if key in seen:
        found.faults.append(Fault(number, LINE, texts[LINE], "同一行目标在文件里出现了两次。"))
        return
    seen.add(key)
    if key not in known:
        name = rules.line_name(*key)
        found.faults.append(
            Fault(number, LINE, name, "这份计划没有这一行，策反的业务请先在页面上添加。")
        )
        return
    cells = _amounts(found, number, texts, known[key])
    if cells:
        found.planned.append(Planned(number, known[key], cells))
    elif cells is not None:
        found.same += 1


def _key(found: Preview, number: int, texts: dict) -> tuple[str, str, str] | None:
    kind = KINDS.get(texts[KIND])
    line, operator = LINES.get(texts[LINE], ""), ""
    faults = []
    if kind is None:
        faults.append(Fault(number, KIND, texts[KIND], "应为存量、增量或策反。"))
    elif kind == rules.WIN_BACK:
        operator = RIVALS.get(texts[OPERATOR].removeprefix("自"), "")
        if not operator:
            faults.append(Fault(number, OPERATOR, texts[OPERATOR], "应为移动、联通或其他。"))
    if kind != rules.WIN_BACK and not line or texts[LINE] and not line:
        faults.append(Fault(number, LINE, texts[LINE], "没有这项业务。"))
    found.faults += faults
    return None if faults else (kind, line, operator)


def _amounts(
    found: Preview, number: int, texts: dict, line: PlanTargetLine
) -> dict[str, tuple[Decimal, Decimal]] | None:
    """Cells that differ; an empty cell changes nothing. None where one cannot be taken."""
    cells, is_good = {}, True
    for name, label in rules.QUARTER_NAMES.items():
        if not texts[label]:
            continue
        try:
            amount = rules.read_amount(texts[label])
        except rules.AmountError as error:
            found.faults.append(Fault(number, label, texts[label][:40], str(error)))
            is_good = False
            continue
        if amount != getattr(line, name):
            cells[name] = (getattr(line, name), amount)
    return cells if is_good else None


# --- what travels between the two pages -----------------------------------------------------------
def packed(version: PlanVersion, planned: Iterable[Planned]) -> dict:
    """Plain JSON of what would be written."""
    lines = [
        [one.line.pk, {name: [str(a), str(b)] for name, (a, b) in one.cells.items()}]
        for one in planned
    ]
    return {"version": version.pk, "lines": lines}


@transaction.atomic
def apply(*, version: PlanVersion, told: dict, by: User) -> Outcome:
    """Write what was shown. Cells that somebody changed since then come back as clashes."""
    changes = [
        Change(pk, {name: (Decimal(a), Decimal(b)) for name, (a, b) in cells.items()})
        for pk, cells in told["lines"]
    ]
    return save_cells(version=version, changes=changes, by=by, verb="plan.targets_imported")
