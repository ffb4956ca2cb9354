"""The tables that leave: the template of a kind, and the bad rows with what is wrong in them."""

import io
from collections.abc import Iterable

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from accounts.imports.cells import Cell
from accounts.imports.columns import EXAMPLE, EXPLAINED, Column, Line
from accounts.imports.kinds import Kind
from core.exports import xlsx_bytes

LAST_ROW = 20_001
HEAD = PatternFill("solid", fgColor="DBE9E5")
MUST = PatternFill("solid", fgColor="F6E8C8")
PALE = Font(color="808080", italic=True)
NOTES = (
    f"第 2 行是示例：首列以「{EXAMPLE}」开头的行不导入，可以留着，也可以删掉。",
    "空白的格子不改动已有内容；要清空某一项，请在客户页面修改。",
    "金额单位是元；日期写成 2026-11-23、2026/11/23 或 2026年11月23日。",
    "公式不计算：请复制后粘贴为数值。超过 15 位的号码请保持文本格式。",
    "同一个文件再导入一次不会重复；列的次序可以调换，多余的列不读取。",
    "一次最多 20000 行，文件不超过 20 MB，支持 XLSX 和 CSV（UTF-8 或 GBK）。",
)


def template(kind: Kind, options: dict[str, list[str]]) -> bytes:
    """`options`: {field: choices that only the database knows}, e.g. industries."""
    book = Workbook()
    sheet = book.active
    sheet.title = kind.label
    sheet.freeze_panes = "B2"
    lists = book.create_sheet("选项")
    for place, column in enumerate(kind.columns, 1):
        letter = get_column_letter(place)
        _head(sheet, letter, column, kind)
        _put(sheet, f"{letter}2", column.sample).font = PALE
        choices = options.get(column.field) or list(column.options)
        if choices:
            _choices(sheet, lists, letter, choices)
    _explain(book.create_sheet("填写说明", 1), kind, options)
    lists.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _head(sheet, letter: str, column: Column, kind: Kind) -> None:
    must = column.required or column.field in kind.needed
    cell = _put(sheet, f"{letter}1", column.label)
    cell.font = Font(bold=True)
    cell.fill = MUST if must else HEAD
    cell.alignment = Alignment(vertical="center")
    if column.note:
        cell.comment = Comment(column.note, "模板", width=240, height=70)
    dimension = sheet.column_dimensions[letter]
    dimension.width = max(12, 2 * len(column.label) + 4)
    if column.is_text:  # so that 0012 and long numbers stay as they are typed
        dimension.number_format = "@"


def _put(sheet, place: str, value: str):
    cell = sheet[place]
    cell.value = value or None
    if value:
        cell.data_type = "s"
        cell.number_format = "@"
    return cell


def _choices(sheet, lists, letter: str, choices: list[str]) -> None:
    for row, choice in enumerate(choices, 1):
        lists[f"{letter}{row}"].value = choice
    rule = DataValidation(
        type="list", formula1=f"选项!${letter}$1:${letter}${len(choices)}", allow_blank=True
    )
    rule.showErrorMessage = True
    rule.errorTitle, rule.error = "不在选项中", "请从下拉列表中选择。"
    rule.add(f"{letter}2:{letter}{LAST_ROW}")
    sheet.add_data_validation(rule)


def _explain(sheet, kind: Kind, options: dict[str, list[str]]) -> None:
    sheet.append(["列", "是否必填", "说明", "可以填"])
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), HEAD
    for column in kind.columns:
        must = "必填" if column.required else "新增时必填" if column.field in kind.needed else ""
        choices = options.get(column.field) or column.options
        sheet.append([column.label, must, column.note, "、".join(choices)])
    sheet.append([])
    for note in (kind.lead, *NOTES):
        sheet.append([note])
    for letter, width in zip("ABCD", (22, 14, 44, 60), strict=True):
        sheet.column_dimensions[letter].width = width


def bad_rows(header: list[str], lines: Iterable[Line]) -> bytes:
    """The bad rows as they came, with a last column that says what to change."""
    width = len(header)
    rows = ([*_padded(line.raw, width), _told(line)] for line in lines)
    return xlsx_bytes("错误行", [*header, EXPLAINED], rows)


def _padded(raw: list[Cell], width: int) -> list[Cell]:
    return [*raw[:width], *[None] * (width - len(raw))]


def _told(line: Line) -> str:
    told = [f"{one.column}：{one.message}" if one.column else one.message for one in line.faults]
    return f"原第 {line.number} 行：{' '.join(told)}"
