"""Cells of a plan's tables: how text is read by the kind of its column, and a pasted block.

Standard library only. What is stored is plain text: numbers as decimals with a dot, dates as
2027-03-31, choices by their code. An empty cell is always allowed here; what must be filled in is
asked when the plan is handed in.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from planning.outline_rules import (
    CHOICE,
    DATE,
    GROWTH,
    LONG_TEXT,
    MONEY,
    PERCENT,
    WHOLE,
    Column,
    Table,
)

LONGEST = {LONG_TEXT: 2000}
LONGEST_LINE = 200
LARGEST = Decimal("9999999999.99")
MOST_ROWS = 300
FIRST_YEAR, LAST_YEAR = 1990, 2100


def read_cell(column: Column, text: str) -> str:
    """The text to store. ValueError in Chinese when it does not fit the column."""
    kept = text.replace("\r\n", "\n").strip()
    if any(unicodedata.category(char) == "Cc" and char not in "\t\n" for char in kept):
        raise ValueError("含有看不见的控制字符，请删去。")
    if not kept:
        return ""
    reader = READERS.get(column.kind)
    if reader:
        return reader(column, unicodedata.normalize("NFKC", kept).strip())
    most = LONGEST.get(column.kind, LONGEST_LINE)
    if len(kept) > most:
        raise ValueError(f"最多 {most} 个字。")
    return kept if column.kind == LONG_TEXT else " ".join(kept.split())


def _number(text: str) -> Decimal:
    plain = text.replace(",", "").replace("万元", "").replace("万", "").replace("%", "").strip()
    try:
        value = Decimal(plain)
    except InvalidOperation as error:
        raise ValueError("请填数字。") from error
    if not value.is_finite():
        raise ValueError("请填数字。")
    return value


def _money(column: Column, text: str) -> str:
    value = _number(text)
    if not 0 <= value <= LARGEST:
        raise ValueError("金额不能为负数，也不能这么大。")
    return f"{value.quantize(Decimal('0.01')).normalize():f}"


def _whole(column: Column, text: str) -> str:
    value = _number(text)
    if value != value.to_integral_value() or not 0 <= value <= LARGEST:
        raise ValueError("请填整数。")
    return str(int(value))


def _percent(column: Column, text: str) -> str:
    number = _whole(column, text)
    if int(number) > 100:
        raise ValueError("请填 0 到 100 的整数。")
    return number


def _date(column: Column, text: str) -> str:
    plain = text.replace("年", "-").replace("月", "-").replace("日", "")
    parts = plain.replace("/", "-").replace(".", "-").split("-")
    try:
        year, month, day = (int(part) for part in parts)
        found = date(year, month, day)
    except ValueError as error:
        raise ValueError("请填日期，例如 2027-03-31。") from error
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError("年份不对。")
    return found.isoformat()


def _choice(column: Column, text: str) -> str:
    for code, label in column.choices:
        if text in (code, label):
            return code
    raise ValueError(f"请选：{'、'.join(label for _, label in column.choices)}。")


READERS = {MONEY: _money, WHOLE: _whole, PERCENT: _percent, DATE: _date, CHOICE: _choice}


def clean_cells(table: Table, raw: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """({column: text to store}, {column: fault}); only columns of `table` that `raw` has."""
    cells: dict[str, str] = {}
    faults: dict[str, str] = {}
    for column in table.columns:
        if column.code not in raw:
            continue
        try:
            cells[column.code] = read_cell(column, str(raw[column.code]))
        except ValueError as error:
            faults[column.code] = str(error)
    return cells, faults


def shown(column: Column, text: str) -> str:
    """As a person reads it: the label of a choice."""
    return dict(column.choices).get(text, text) if column.kind == CHOICE else text


def shown_cells(table: Table, cells: Mapping[str, str]) -> list[tuple[Column, str]]:
    """A line as a person reads it, with what is computed from it."""
    found = [(column, shown(column, cells.get(column.code, ""))) for column in table.columns]
    return [*found, (GROWTH, growth(table, cells))] if table.growth else found


def growth(table: Table, cells: Mapping[str, str]) -> str:
    """「+6.7」 percent on the year before; empty where there was none or one of both is missing."""
    if table.growth is None:
        return ""
    before, now = (cells.get(code, "").strip() for code in table.growth)
    if not before or not now or not Decimal(before):
        return ""
    percent = (Decimal(now) - Decimal(before)) / Decimal(before) * 100
    return f"{percent.quantize(Decimal('0.1'), ROUND_HALF_UP):+}"


def place(table: Table, cells: Mapping[str, str]) -> tuple[tuple[bool, str], ...]:
    """Sorts the lines of a table with an `order`, what is not filled in last; alike elsewhere."""
    texts = ((cells.get(code) or "").strip() for code in table.order)
    return tuple((not text, text) for text in texts)


def lacking(table: Table, cells: Mapping[str, str]) -> list[str]:
    """Labels of required columns that are empty."""
    return [c.label for c in table.columns if c.required and not cells.get(c.code, "").strip()]


@dataclass(frozen=True)
class PastedRow:
    """One line of a pasted block: what can be stored, what was there as typed, and its faults."""

    number: int
    typed: dict[str, str]
    cells: dict[str, str]
    faults: dict[str, str]


def read_block(table: Table, text: str) -> list[PastedRow]:
    """Rows copied from a spreadsheet: columns by tab, in the table's order.

    A first line that names the columns says the order itself. Quoted cells keep their line breaks.
    ValueError when there are too many rows or columns.
    """
    lines = split_block(text)
    order = list(table.columns)
    if lines and (named := _named(table, lines[0])):
        order, lines = named, lines[1:]
    if len(lines) > MOST_ROWS:
        raise ValueError(f"一次最多粘贴 {MOST_ROWS} 行。")
    rows = []
    for number, line in enumerate(lines, 1):
        while line and not line[-1].strip():
            line.pop()
        if not line:
            continue
        if len(line) > len(order):
            raise ValueError(f"第 {number} 行有 {len(line)} 列，这张表只有 {len(order)} 列。")
        typed = {column.code: cell for column, cell in zip(order, line, strict=False)}
        rows.append(PastedRow(number, typed, *clean_cells(table, typed)))
    return rows


def _named(table: Table, line: list[str]) -> list[Column] | None:
    """The columns in the order of a heading line; None when it is no heading."""
    by_label = {_bare(column.label): column for column in table.columns}
    found = [by_label.get(_bare(cell)) for cell in line if cell.strip()]
    columns = [column for column in found if column]
    is_heading = len(columns) == len(found) and len(found) > 1 and len(set(columns)) == len(columns)
    return columns if is_heading else None


def _bare(label: str) -> str:
    return unicodedata.normalize("NFKC", label).split("(")[0].replace(" ", "").lower()


def split_block(text: str) -> list[list[str]]:
    """Lines and cells of tab-separated text as spreadsheets copy it, quotes and all."""
    rows: list[list[str]] = [[]]
    cell: list[str] = []
    quoted, at = False, 0
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    while at < len(plain):
        char = plain[at]
        if quoted and char == '"':
            if plain[at + 1 : at + 2] == '"':
                cell.append('"')
                at += 1
            else:
                quoted = False
        elif not quoted and char == '"' and not cell:
            quoted = True
        elif not quoted and char in "\t\n":
            rows[-1].append("".join(cell))
            cell = []
            if char == "\n":
                rows.append([])
        else:
            cell.append(char)
        at += 1
    rows[-1].append("".join(cell))
    return [row for row in rows if any(one.strip() for one in row)]
