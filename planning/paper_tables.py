"""Tables as they go on paper: headings that know how their column breaks, and texts."""

from collections.abc import Iterator
from dataclasses import dataclass

NOTHING = "—"
MANY_COLUMNS = 8
FEW, FEW_LONG = 14, 6


class Marked(str):
    """A text of a cell with a class of its own."""

    css = ""

    @classmethod
    def by(cls, text: str, css: str) -> "Marked":
        one = cls(text)
        one.css = css
        return one


@dataclass(frozen=True)
class Head:
    label: str
    is_number: bool = False
    is_long: bool = False
    is_short: bool = False
    """Never broken: a choice, a day, a name."""

    @property
    def css(self) -> str:
        if self.is_number:
            return "n"
        return "l" if self.is_long else "s" if self.is_short else "t"


def short(label: str) -> Head:
    return Head(label, is_short=True)


def number(label: str) -> Head:
    return Head(label, is_number=True)


def wordy(label: str) -> Head:
    return Head(label, is_long=True)


@dataclass(frozen=True)
class Table:
    """`rows` are texts, one for each head."""

    title: str
    heads: tuple[Head, ...]
    rows: list[list[str]]

    @property
    def is_small(self) -> bool:
        """Stays on one page."""
        most = FEW_LONG if any(head.is_long for head in self.heads) else FEW
        return len(self.rows) <= most

    @property
    def is_wide(self) -> bool:
        return len(self.heads) >= MANY_COLUMNS

    @property
    def cells(self) -> Iterator[list[tuple[Head, str]]]:
        return (list(zip(self.heads, row, strict=True)) for row in self.rows)
