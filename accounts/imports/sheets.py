"""A whole table as lines: values, faults, and rows that say the same key twice. Pure."""

from collections import defaultdict
from typing import Any

from accounts.imports.columns import Fault, Heading, Line, heading, is_example, parse
from accounts.imports.kinds import Kind
from accounts.imports.readers import Table, Unreadable


def lines_of(table: Table, kind: Kind) -> tuple[list[Line], Heading]:
    """Unreadable when a column that every row needs is missing."""
    where = heading(table.header, kind.columns)
    if where.missing:
        raise Unreadable(f"缺少这些列：{'、'.join(where.missing)}。请按模板的表头填写。")
    if not where.places:
        raise Unreadable("表头里没有认识的列。请先下载模板，按模板填写。")
    lines = [parse(n, raw, where) for n, raw in table.rows if not is_example(raw, where)]
    if not lines:
        raise Unreadable("除了示例没有数据行。")
    _name_doubles(lines, kind)
    return lines, where


def _name_doubles(lines: list[Line], kind: Kind) -> None:
    """Every row of a double is bad: which one is right, only a person knows."""
    seen: dict[tuple[Any, ...], list[Line]] = defaultdict(list)
    for line in lines:
        for key in kind.keys(line.values):
            if None not in key:
                seen[key].append(line)
    for key, same in seen.items():
        for line in same if len(same) > 1 else ():
            others = [str(other.number) for other in same if other is not line]
            label = kind.label_of(key[0]) if len(key) == 2 else ""
            value = str(key[1]) if len(key) == 2 else ""
            message = f"和第 {'、'.join(others[:5])} 行重复，同一个文件里只能有一行。"
            line.faults.append(Fault(line.number, label, value, message))
