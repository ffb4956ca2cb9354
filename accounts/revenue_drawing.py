"""Where the bars of the monthly bills go. Standard library only; units are pixels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.revenue_rules import scale_top

HEIGHT, TOP, FOOT, LEFT, RIGHT, STEP = 220, 14, 26, 64, 8, 46


@dataclass(frozen=True)
class Part:
    y: int
    height: int
    code: str


@dataclass(frozen=True)
class Bar:
    x: int
    width: int
    parts: tuple[Part, ...]
    month: date
    is_missing: bool

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def top(self) -> int:
        return min((part.y for part in self.parts), default=HEIGHT - FOOT)


@dataclass(frozen=True)
class Chart:
    width: int
    bars: tuple[Bar, ...]
    grid: tuple[tuple[int, str], ...]
    height: int = HEIGHT
    left: int = LEFT

    @property
    def ground(self) -> int:
        return self.height - FOOT

    @property
    def label_y(self) -> int:
        return self.height - 8

    @property
    def right(self) -> int:
        return self.width - RIGHT


def chart(
    months: Sequence[date], amounts: Mapping[date, Mapping[str, Decimal]], width: int = 620
) -> Chart:
    """A bar per month, stacked by item; `amounts`: month → {item: 元}, negative ones left out."""
    sums = {month: sum(_positive(amounts.get(month)).values(), Decimal(0)) for month in months}
    top = scale_top(max(sums.values(), default=Decimal(0)))
    room = HEIGHT - TOP - FOOT
    step = (width - LEFT - RIGHT) / max(len(months), 1)
    bars = []
    for n, month in enumerate(months):
        x = round(LEFT + n * step + step * 0.16)
        parts = _stack(_positive(amounts.get(month)), top, room)
        bars.append(Bar(x, round(step * 0.68), parts, month, month not in amounts))
    lines = 5 if top.as_tuple().digits[:2] in ((2, 5), (5,), (5, 0)) else 4
    grid = tuple(
        (round(HEIGHT - FOOT - room * n / lines), axis_text(top * n / lines))
        for n in range(lines + 1)
    )
    return Chart(width, tuple(bars), grid)


def _positive(amounts: Mapping[str, Decimal] | None) -> dict[str, Decimal]:
    return {code: amount for code, amount in (amounts or {}).items() if amount > 0}


def _stack(amounts: Mapping[str, Decimal], top: Decimal, room: int) -> tuple[Part, ...]:
    """From the ground up in the order given; edges are rounded together, so no gap opens."""
    parts: list[Part] = []
    below, ground = Decimal(0), HEIGHT - FOOT
    for code, amount in amounts.items():
        low = ground - round(room * below / top)
        below += amount
        high = ground - round(room * below / top)
        parts.append(Part(high, low - high, code))
    return tuple(part for part in parts if part.height > 0)


def axis_text(amount: Decimal) -> str:
    """「15 万」 or 「800」."""
    if amount >= 10_000:
        return f"{(amount / 10_000).normalize():f} 万"
    return f"{amount.normalize():f}" if amount else "0"
