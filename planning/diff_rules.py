"""What differs between two versions of a plan, readable for Chinese: by clause, then by character.

Standard library only. Works on the plain snapshots of planning.actions.snapshots.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from planning.outline_rules import OUTLINES, Column, Table

SAME, GONE, NEW = "same", "gone", "new"
Part = tuple[str, str]
"""(SAME, GONE or NEW, text)."""

_CLAUSE = re.compile(r"[^。！？；，、：\n]*(?:[。！？；，、：]|\n+|$)")
_TOKEN = re.compile(r"[A-Za-z]+|\d+(?:[.,]\d+)*(?:%|[A-Za-z]+)?|\s+|.", re.DOTALL)
MOST_TOKENS = 600
"""Longer stretches are shown whole, old and new: nobody reads a thousand single characters."""
ISLAND = 2
"""What stayed between two changes and is shorter than this is shown as changed too."""


# --- texts ----------------------------------------------------------------------------------------
def text_parts(old: str, new: str) -> list[Part]:
    """The way from `old` to `new`; the SAME and GONE parts are `old`, SAME and NEW are `new`."""
    if old == new:
        return [(SAME, old)] if old else []
    before, after = _clauses(old), _clauses(new)
    found: list[Part] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        gone, fresh = "".join(before[a:b]), "".join(after[c:d])
        if tag == "equal":
            found.append((SAME, gone))
        else:
            found += _within(gone, fresh)
    return _joined(found)


def _clauses(text: str) -> list[str]:
    return [clause for clause in _CLAUSE.findall(text) if clause]


def _within(old: str, new: str) -> list[Part]:
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if not before or not after or len(before) + len(after) > MOST_TOKENS:
        return [(GONE, old), (NEW, new)]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < 0.4:  # another sentence, not a changed one
        return [(GONE, old), (NEW, new)]
    found: list[Part] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        gone, fresh = "".join(before[a:b]), "".join(after[c:d])
        is_island = tag == "equal" and 0 < a and b < len(before) and len(gone) < ISLAND
        if tag == "equal" and not is_island:
            found.append((SAME, gone))
        else:
            found += [(GONE, gone), (NEW, fresh)]
    return found


def _joined(parts: Sequence[Part]) -> list[Part]:
    """Neighbours of one kind as one; between two SAME parts what is gone stands before the new."""
    found: list[Part] = []
    gone = fresh = ""

    def flush() -> None:
        nonlocal gone, fresh
        found.extend(part for part in ((GONE, gone), (NEW, fresh)) if part[1])
        gone = fresh = ""

    for kind, text in parts:
        if kind == GONE:
            gone += text
        elif kind == NEW:
            fresh += text
        elif text:
            flush()
            if found and found[-1][0] == SAME:
                found[-1] = (SAME, found[-1][1] + text)
            else:
                found.append((SAME, text))
    flush()
    return found


# --- lines of tables ------------------------------------------------------------------------------
@dataclass(frozen=True)
class RowChange:
    """`cells` are (label, old, new) of the filled or changed columns; old and new are display text.
    `kind`: NEW, GONE, or "changed"."""

    kind: str
    name: str
    cells: list[tuple[str, str, str]]


Cells = Mapping[str, str]


def row_changes(table: Table, old: Sequence[Cells], new: Sequence[Cells]) -> list[RowChange]:
    """Lines that were added, removed or changed; a line that only moved is none of them."""
    before, after = [_shown(table, row) for row in old], [_shown(table, row) for row in new]
    before, after = _without_same(before, after)
    found: list[RowChange] = []
    for row in list(before):
        twin = _twin(row, after)
        if twin is not None:
            before.remove(row)
            after.remove(twin)
            found.append(RowChange("changed", row[0], _cells(table, row, twin)))
    blank = ("",) * len(table.columns)
    found += [RowChange(GONE, row[0], _cells(table, row, blank)) for row in before]
    found += [RowChange(NEW, row[0], _cells(table, blank, row)) for row in after]
    return found


Shown = tuple[str, ...]


def _shown(table: Table, row: Cells) -> Shown:
    return tuple(shown_cell(column, row.get(column.code)) for column in table.columns)


def shown_cell(column: Column, value: str | None) -> str:
    text = "" if value is None else str(value).strip()
    return dict(column.choices).get(text, text)


def _without_same(before: list[Shown], after: list[Shown]) -> tuple[list[Shown], list[Shown]]:
    rest = list(after)
    changed = []
    for row in before:
        if row in rest:
            rest.remove(row)
        else:
            changed.append(row)
    return changed, rest


def _twin(row: Shown, others: Sequence[Shown]) -> Shown | None:
    """The line that this one has become: most cells alike, at least half of those filled in."""
    best = max(others, key=lambda other: _alike(row, other), default=None)
    return best if best is not None and _alike(row, best) >= 0.5 else None


def _alike(one: Shown, other: Shown) -> float:
    filled = [(a, b) for a, b in zip(one, other, strict=True) if a or b]
    return sum(a == b for a, b in filled) / len(filled) if filled else 0.0


def _cells(table: Table, old: Shown, new: Shown) -> list[tuple[str, str, str]]:
    pairs = zip(table.columns, old, new, strict=True)
    return [(column.label, a, b) for column, a, b in pairs if a != b]


# --- targets --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class TargetChange:
    """A line of the targets with five amounts before and after; both "0.00" where there was none.
    `line`, `operator` and `kind` are codes; `reason` of an adjustment."""

    kind: str
    line: str
    operator: str
    reason: str
    old: list[str]
    new: list[str]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return list(zip(self.old, self.new, strict=True))


FIVE = ("q1", "q2", "q3", "q4", "year")
NONE = ("0.00",) * 5
Line = Mapping[str, Any]


def target_changes(old: Sequence[Line], new: Sequence[Line]) -> list[TargetChange]:
    """Lines whose amounts differ, in the order of the targets.

    Several adjustments may be alike but for their amounts: what stayed is set aside, then the rest
    is compared in its order, so that no line hides another.
    """
    before, after = _amounts(old), _amounts(new)
    return [
        TargetChange(*key, list(was), list(now))
        for key in dict.fromkeys((*before, *after))
        for was, now in _moved(before.get(key, []), after.get(key, []))
    ]


Key = tuple[str, str, str, str]


def _amounts(lines: Sequence[Line]) -> dict[Key, list[Shown]]:
    found: dict[Key, list[Shown]] = {}
    for one in lines:
        key = (one["kind"], one["line"], one["operator"], one["reason"])
        found.setdefault(key, []).append(tuple(one[name] for name in FIVE))
    return found


def _moved(before: list[Shown], after: list[Shown]) -> Iterator[tuple[Shown, Shown]]:
    pairs = zip_longest(*_without_same(before, after), fillvalue=NONE)
    return ((was, now) for was, now in pairs if was != now)


# --- all of it ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class SectionChange:
    """What differs in one section; `text` is empty where the text is the same."""

    code: str
    title: str
    text: list[Part] = field(default_factory=list)
    none_reason: list[Part] = field(default_factory=list)
    tables: list[tuple[str, list[RowChange]]] = field(default_factory=list)
    targets: list[TargetChange] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.text or self.none_reason or self.tables or self.targets)


def changes(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[SectionChange]:
    """The sections of a plan type that differ between two snapshots, in the order of the plan."""
    return [one for one in _changes(kind, old, new) if one]


def _changes(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[SectionChange]:
    before, after = _by_code(old), _by_code(new)
    for section in OUTLINES[kind]:
        was, now = before.get(section.code, {}), after.get(section.code, {})
        tables = [
            (table.title, row_changes(table, _rows(old, table.code), _rows(new, table.code)))
            for table in section.tables
        ]
        yield SectionChange(
            section.code,
            section.title,
            _if_changed(was.get("text", ""), now.get("text", "")),
            _if_changed(was.get("none_reason", ""), now.get("none_reason", "")),
            [(title, found) for title, found in tables if found],
            target_changes(old["targets"], new["targets"]) if section.has_targets else [],
        )


def _by_code(snapshot: Mapping[str, Any]) -> dict[str, Mapping[str, str]]:
    return {one["code"]: one for one in snapshot["sections"]}


def _rows(snapshot: Mapping[str, Any], table: str) -> list[Cells]:
    return [row["cells"] for row in snapshot["rows"] if row["table"] == table]


def _if_changed(old: str, new: str) -> list[Part]:
    return [] if old == new else text_parts(old, new)
