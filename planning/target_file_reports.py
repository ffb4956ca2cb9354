"""Targets as xlsx for those who must send them on: numbers, and sums that the program computes.

Every text is a string cell, whatever it begins with (core.exports); the only formulas are ours.
"""

import io
from collections.abc import Iterable

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from core.exports import MAX_CELL, NOT_IN_XML
from planning import bill_facts, rollup_reports
from planning import target_rules as rules
from planning.models import MarketingPlan, PlanTargetLine, PlanVersion
from planning.paper_reports import LEVELS

HEADER = (
    "类别", "业务", "来源运营商", "一季度（万元）", "二季度（万元）", "三季度（万元）",
    "四季度（万元）", "全年（万元）", "上年实际（万元）", "说明",
)  # fmt: skip
FIRST, YEAR, LAST, NOTE = 4, 8, 9, 10
WIDTHS = (10, 14, 12, 15, 15, 15, 15, 15, 17, 40)
NUMBER = "#,##0.00"
BELOW, ADJUSTMENT = "下级计划汇总", "计划外调整"
Line = tuple[str, str, str, list, str]
"""(kind, business, operator, four amounts, note): words as they are shown."""


def content(version: PlanVersion) -> bytes:
    """One sheet: every line, a subtotal for each kind, the whole; all sums as formulas."""
    level = LEVELS[version.plan.kind]
    book = Workbook()
    sheet = book.active
    sheet.title = "目标"
    sheet.freeze_panes = "D2"
    sheet.oddHeader.right.text = f"{version.plan.number} 第 {version.number} 版（{level}）"
    for place, (label, width) in enumerate(zip(HEADER, WIDTHS, strict=True), 1):
        _write(sheet, 1, place, label, is_bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = width
    row, subtotals = 2, []
    before, grouped = _billed_before(version), _by_kind(version)
    says = iter(rules.first_of_business(line[:2] for lines in grouped.values() for line in lines))
    for kind, lines in grouped.items():
        first = row
        for line in lines:
            _line(sheet, row, line)
            if next(says) and line[1] in before:
                _write(sheet, row, LAST, before[line[1]][4])
            row += 1
        spans = [f"{{0}}{first}:{{0}}{row - 1}"] if row > first else []
        _sums(sheet, row, (rules.KINDS[kind], "小计"), spans)
        subtotals.append(row)
        row += 1
    _sums(sheet, row, ("合计", ""), [f"{{0}}{number}" for number in subtotals])
    # No formula: bills that belong to none of the businesses above are in it too.
    _write(sheet, row, LAST, rules.grand_total(before)[4], is_bold=True)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _billed_before(version: PlanVersion) -> dict[str, rules.Five]:
    """{business: what was billed the year before}. Two or three queries."""
    year = version.plan.year - 1
    customers = rollup_reports.customers_below(version.plan)
    return bill_facts.billed_by_line(customers, year)[year]


def _by_kind(version: PlanVersion) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {kind: [] for kind in rules.KINDS}
    for line in _lines(version):
        found[line[0]].append(line)
    return found


def _lines(version: PlanVersion) -> Iterable[Line]:
    if version.plan.kind != MarketingPlan.Kind.KEY_CUSTOMER:
        summed = rollup_reports.rollup(version.plan, version).summed_lines
        for (kind, line, operator), five in summed.items():
            yield kind, line, operator, list(five[:4]), BELOW
    own = PlanTargetLine.objects.filter(version=version)
    ordered = sorted(
        own, key=lambda one: rules.line_order(one.kind, one.business_line, one.from_operator)
    )
    for one in ordered:
        note = f"{ADJUSTMENT}：{one.reason}" if one.is_adjustment else ""
        amounts = [getattr(one, name) for name in rules.QUARTERS]
        yield one.kind, one.business_line, one.from_operator, amounts, note


def _line(sheet, row: int, line: Line) -> None:
    kind, business, operator, amounts, note = line
    words = (rules.KINDS[kind], rules.LINES.get(business, ""), rules.OPERATORS.get(operator, ""))
    for place, word in enumerate(words, 1):
        _write(sheet, row, place, word)
    for place, amount in enumerate(amounts, FIRST):
        _write(sheet, row, place, amount)
    _formula(sheet, row, YEAR, f"=SUM(D{row}:G{row})")
    _write(sheet, row, NOTE, note)


def _sums(sheet, row: int, words: tuple[str, str], parts: list[str]) -> None:
    """`parts` with {0} for the column: what the row adds up."""
    for place, word in enumerate(words, 1):
        _write(sheet, row, place, word, is_bold=True)
    for place in range(FIRST, YEAR + 1):
        column = get_column_letter(place)
        inside = ",".join(part.format(column) for part in parts)
        _formula(sheet, row, place, f"=SUM({inside})" if inside else "=0")
        sheet.cell(row, place).font = Font(bold=True)


def _formula(sheet, row: int, place: int, text: str) -> None:
    cell = sheet.cell(row, place, text)
    cell.number_format = NUMBER


def _write(sheet, row: int, place: int, value, is_bold: bool = False) -> None:
    cell = sheet.cell(row, place)
    if isinstance(value, str):
        cell.value = NOT_IN_XML.sub("", value)[:MAX_CELL]
        cell.data_type = "s"  # whatever it begins with, it is no formula
    else:
        cell.value = value
        cell.number_format = NUMBER
    if is_bold:
        cell.font = Font(bold=True)
