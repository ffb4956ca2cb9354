"""The grid of a table: rows as typed, with what does not fit, as they were posted or stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from planning import table_rules
from planning.models import PlanRow
from planning.outline_rules import CHOICE, LONG_TEXT, Table

BLANK_ROWS = 3
MOST_NEW = table_rules.MOST_ROWS


@dataclass
class Cell:
    column: object
    name: str
    value: str
    fault: str = ""

    @property
    def is_choice(self) -> bool:
        return self.column.kind == CHOICE

    @property
    def is_long(self) -> bool:
        return self.column.kind == LONG_TEXT

    @property
    def unknown(self) -> str:
        """A typed choice that is none of the column's."""
        known = dict(self.column.choices)
        return self.value if self.is_choice and self.value not in known else ""


@dataclass
class GridRow:
    """`key` is "r12" for row 12 and "n1" for the first new one."""

    key: str
    cells: list[Cell]
    edit: int = 0
    pk: int | None = None
    source: str = ""
    is_deleted: bool = False
    conflict: object = None
    drift: object = None
    faults: list[str] = field(default_factory=list)

    @property
    def typed(self) -> dict[str, str]:
        return {cell.column.code: cell.value for cell in self.cells}

    @property
    def is_blank(self) -> bool:
        return not any(cell.value.strip() for cell in self.cells)

    def set_faults(self, faults: Mapping[str, str]) -> None:
        for cell in self.cells:
            cell.fault = faults.get(cell.column.code, "")


def stored(table: Table, rows: Iterable[PlanRow], blank: int = BLANK_ROWS) -> list[GridRow]:
    """Rows as they are in the database, and some empty ones to type in."""
    found = [
        GridRow(f"r{row.pk}", _cells(table, f"r{row.pk}", row.cells), row.edit, row.pk, row.source)
        for row in rows
    ]
    return [*found, *blank_rows(table, 1, blank)]


def blank_rows(table: Table, first: int, count: int) -> list[GridRow]:
    keys = [f"n{number}" for number in range(first, first + count)]
    return [GridRow(key, _cells(table, key, {})) for key in keys]


def typed_rows(table: Table, lines: Iterable[Mapping[str, str]], first: int) -> list[GridRow]:
    """Pasted lines as new rows."""
    return [
        GridRow(f"n{number}", _cells(table, f"n{number}", line))
        for number, line in enumerate(lines, first)
    ]


def posted(table: Table, data, rows: Mapping[int, PlanRow]) -> list[GridRow]:
    """Rows as a form sent them; rows that are gone meanwhile are kept as typed."""
    found = []
    for key in data.getlist("row")[: 2 * MOST_NEW]:
        number = key[1:]
        if key[:1] not in ("r", "n") or not number.isascii() or not number.isdigit():
            continue
        if len(number) > 18:
            continue
        typed = {column.code: data.get(f"{key}-{column.code}", "") for column in table.columns}
        one = GridRow(key, _cells(table, key, typed))
        if key[0] == "r":
            one.pk = int(number)
            one.edit = _whole(data.get(f"{key}-edit", ""))
            one.source = rows[one.pk].source if one.pk in rows else ""
            one.is_deleted = bool(data.get(f"{key}-delete"))
        found.append(one)
    return found


def _whole(text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) < 10
    return int(text) if is_number else 0


def _cells(table: Table, key: str, cells: Mapping[str, str]) -> list[Cell]:
    return [
        Cell(column, f"{key}-{column.code}", cells.get(column.code, "")) for column in table.columns
    ]
