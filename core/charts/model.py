"""What a chart is: its option, its figures as a table, and its message in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

Number = int | float | Decimal | None
NOTHING = "—"


@dataclass(frozen=True)
class Chart:
    """`option` is pure JSON for ECharts, colours as names of tokens (「@chart-1」).

    `headers` and `rows` are the same figures as text; `alt` says in a sentence what is to be seen.
    `height` in pixels, on the screen.
    """

    title: str
    option: dict
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    alt: str
    height: int = 300


def plain(value: Number) -> int | float | None:
    """As JSON holds it. A gap stays a gap and never becomes 0."""
    return float(value) if isinstance(value, Decimal) else value


def said(value: Number, unit: str = "") -> str:
    """As the table says it; 「—」 for a gap."""
    if value is None:
        return NOTHING
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    return f"{text}{unit}"
