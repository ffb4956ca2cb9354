"""What a column is called, what it takes, and how a row of cells becomes values. Pure."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.imports import cells
from accounts.imports.cells import Cell, CellFault

EXAMPLE = "示例"
"""A row whose first known cell begins so is the template's own."""

EXPLAINED = "错误说明"
"""The last column of an error file; a corrected file may still have it."""


@dataclass(frozen=True)
class Column:
    """`parse` takes a cell that is not blank, and raises CellFault."""

    field: str
    label: str
    parse: Callable[[Cell], Any]
    sample: str = ""
    note: str = ""
    required: bool = False  # in every row; what only a new row needs is the checker's matter
    aliases: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    is_text: bool = True


@dataclass(frozen=True)
class Fault:
    """One bad cell. `column` is empty when the whole row is meant."""

    row: int
    column: str
    value: str
    message: str

    def as_dict(self) -> dict[str, Any]:
        return {
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "message": self.message,
        }


@dataclass
class Line:
    """A row of the file: its values by field (blank cells left out) and its faults."""

    number: int
    raw: list[Cell]
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class Heading:
    """Which column stands where; `unknown` labels are not read, `missing` ones must be there."""

    places: Mapping[int, Column]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]


def heading(labels: list[str], columns: Iterable[Column]) -> Heading:
    known = {}
    for column in columns:
        for name in (column.label, *column.aliases):
            known[_folded(name)] = column
    places: dict[int, Column] = {}
    unknown = []
    for place, label in enumerate(labels):
        column = known.get(_folded(label))
        if column and column not in places.values():
            places[place] = column
        elif label and label != EXPLAINED:
            unknown.append(label)
    there = set(places.values())
    missing = tuple(c.label for c in columns if c.required and c not in there)
    return Heading(places, tuple(unknown), missing)


def parse(number: int, raw: list[Cell], where: Heading) -> Line:
    """The values of one row; every bad cell is named, not only the first."""
    line = Line(number, raw)
    for place, column in where.places.items():
        value = raw[place] if place < len(raw) else None
        if cells.is_blank(value):
            if column.required:
                line.faults.append(Fault(number, column.label, "", "这一格不能为空。"))
            continue
        try:
            line.values[column.field] = column.parse(value)
        except CellFault as fault:
            line.faults.append(Fault(number, column.label, cells.shown(value), str(fault)))
    return line


def is_example(raw: list[Cell], where: Heading) -> bool:
    first = min(where.places, default=0)
    return first < len(raw) and cells.shown(raw[first]).startswith(EXAMPLE)


def text_of(most: int, least: int = 0) -> Callable[[Cell], str]:
    def parse_text(value: Cell) -> str:
        plain = cells.text(value)
        if len(plain) > most:
            raise CellFault(f"最多 {most} 个字，现在有 {len(plain)} 个。")
        if len(plain) < least:
            raise CellFault(f"至少 {least} 个字。")
        return plain

    return parse_text


def matching(
    pattern: str, fault: str, most: int, change: Callable[[str], str] = str
) -> Callable[[Cell], str]:
    shape = re.compile(pattern)

    def parse_shape(value: Cell) -> str:
        plain = change(unicodedata.normalize("NFKC", cells.text(value)))
        if len(plain) > most:
            raise CellFault(f"最多 {most} 个字，现在有 {len(plain)} 个。")
        if not shape.fullmatch(plain):
            raise CellFault(fault)
        return plain

    return parse_shape


def whole_of(low: int, high: int) -> Callable[[Cell], int]:
    return lambda value: cells.whole(value, low, high)


def option_of(options: Mapping[str, str]) -> Callable[[Cell], str]:
    return lambda value: cells.one_of(value, options)


def _folded(label: str) -> str:
    """「客户名称 *」 and 「客户名称（必填）」 are 「客户名称」."""
    plain = unicodedata.normalize("NFKC", label).replace("(必填)", "")
    return re.sub(r"[\s*]", "", plain).lower()
