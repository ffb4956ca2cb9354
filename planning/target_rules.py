"""Targets by quarter: their lines, their sums, what was reached of them (R41, R45).

Standard library only. Amounts are Decimal in 万元 unless a name ends in `_yuan`.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from planning.outline_rules import LINES, OPERATORS

ZERO, CENT, TENTH, HUNDRED = Decimal(0), Decimal("0.01"), Decimal("0.1"), Decimal(100)
YUAN_IN_WAN = Decimal(10_000)
STOCK, INCREMENT, WIN_BACK = "stock", "increment", "win_back"
KINDS = {STOCK: "存量", INCREMENT: "增量", WIN_BACK: "策反"}
STOCK_LINES = ("voice", "data", "internet", "video", "value_added")
"""R45: 存量 has these five; 增量 all ten."""
RIVALS = ("mobile", "unicom", "other")
QUARTERS = ("q1", "q2", "q3", "q4")
QUARTER_NAMES = {"q1": "一季度", "q2": "二季度", "q3": "三季度", "q4": "四季度"}
MONTHS_IN_QUARTER = 3
LARGEST = Decimal("9999999999.99")
GREEN_FROM, YELLOW_FROM = Decimal(95), Decimal(80)
"""Traffic light when no parameter says otherwise: percent reached of what is due."""
GREEN, YELLOW, RED, UNKNOWN = "green", "yellow", "red", ""

Quarters = tuple[Decimal, Decimal, Decimal, Decimal]
Five = tuple[Decimal, Decimal, Decimal, Decimal, Decimal]
"""Four quarters and the year."""
NOTHING: Quarters = (ZERO, ZERO, ZERO, ZERO)


# --- lines ----------------------------------------------------------------------------------------
def blank_lines(kind: str) -> list[tuple[str, str, str]]:
    """(kind, business line, source operator) of every line that a plan of this type begins with.

    A customer's plan: 5 stock, 10 increment and 3 win-back lines (R45). The plans above it are
    added up, their own lines are adjustments, and they begin with none (R41).
    """
    if kind != "key_customer":
        return []
    stock = [(STOCK, line, "") for line in STOCK_LINES]
    increment = [(INCREMENT, line, "") for line in LINES]
    return stock + increment + [(WIN_BACK, "", rival) for rival in RIVALS]


def line_name(kind: str, line: str, operator: str) -> str:
    """「话音」, 「自移动」, 「话音（自移动）」."""
    name = LINES.get(line, "")
    if kind != WIN_BACK:
        return name
    source = f"自{OPERATORS.get(operator, operator)}"
    return f"{name}（{source}）" if name else source


def line_order(kind: str, line: str, operator: str) -> tuple[int, int, int]:
    """Sorts lines as the handbook lists them."""
    lines, rivals = list(LINES), list(RIVALS)
    return (
        list(KINDS).index(kind),
        lines.index(line) if line in LINES else len(lines),
        rivals.index(operator) if operator in RIVALS else len(rivals),
    )


def first_of_business(lines: Iterable[tuple[str, str]]) -> list[bool]:
    """Of (kind, business line) pairs, which ones say what their business brought the year before.

    Bills know businesses, not kinds: the first line of a business has it all, so that nothing is
    counted twice; win-back brings what was not there before.
    """
    told: set[str] = set()
    found = []
    for kind, line in lines:
        found.append(kind != WIN_BACK and line not in told)
        if kind != WIN_BACK:
            told.add(line)
    return found


# --- sums -----------------------------------------------------------------------------------------
def plus(left: Sequence[Decimal], right: Sequence[Decimal]) -> Quarters:
    """Quarter by quarter."""
    a, b, c, d = (left[n] + right[n] for n in range(4))
    return a, b, c, d


def minus(left: Sequence[Decimal], right: Sequence[Decimal]) -> Quarters:
    a, b, c, d = (left[n] - right[n] for n in range(4))
    return a, b, c, d


def with_year(quarters: Sequence[Decimal]) -> Five:
    a, b, c, d = quarters[:4]
    return a, b, c, d, a + b + c + d


def totals(lines: Iterable[tuple[str, Sequence[Decimal]]]) -> dict[str, Five]:
    """{kind: quarters and year} of (kind, quarters) pairs; every kind is there, in order."""
    found: dict[str, Quarters] = dict.fromkeys(KINDS, NOTHING)
    for kind, quarters in lines:
        found[kind] = plus(found[kind], quarters)
    return {kind: with_year(quarters) for kind, quarters in found.items()}


def grand_total(by_kind: Mapping[str, Sequence[Decimal]]) -> Five:
    """All kinds together."""
    whole = NOTHING
    for quarters in by_kind.values():
        whole = plus(whole, quarters)
    return with_year(whole)


# --- reached --------------------------------------------------------------------------------------
def in_wan(amount_yuan: Decimal) -> Decimal:
    """元 as 万元 with two places."""
    return (amount_yuan / YUAN_IN_WAN).quantize(CENT, ROUND_HALF_UP)


def months_due(year: int, quarter: int, today: date) -> int:
    """How many months of a quarter (1 to 4) of the year are over: 0 to 3."""
    first = (quarter - 1) * MONTHS_IN_QUARTER + 1
    passed = (today.year - year) * 12 + today.month - first
    return min(max(passed, 0), MONTHS_IN_QUARTER)


def due_target(target: Decimal, months: int) -> Decimal:
    """The part of a quarter's target that is due when so many of its months are over."""
    return (target * months / MONTHS_IN_QUARTER).quantize(CENT, ROUND_HALF_UP)


def achievement(actual: Decimal, due: Decimal) -> Decimal | None:
    """Percent with one place; None where nothing was due."""
    return (actual / due * HUNDRED).quantize(TENTH, ROUND_HALF_UP) if due > 0 else None


def light(
    percent: Decimal | None, green: Decimal = GREEN_FROM, yellow: Decimal = YELLOW_FROM
) -> str:
    """green, yellow, red; empty when nothing is due."""
    if percent is None:
        return UNKNOWN
    return GREEN if percent >= green else YELLOW if percent >= yellow else RED


# --- the gap --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Gap:
    """What was handed down against what the plans below add up to, and what explains it (R41)."""

    allotted: Decimal
    summed: Decimal
    adjusted: Decimal

    @property
    def total(self) -> Decimal:
        return self.summed + self.adjusted

    @property
    def open(self) -> Decimal:
        """Positive: not yet planned for. Negative: planned beyond what was asked."""
        return self.allotted - self.total

    @property
    def over(self) -> Decimal:
        """Planned beyond what was asked; negative while something is open."""
        return -self.open

    @property
    def is_explained(self) -> bool:
        """Nothing is open, or more is planned than was asked."""
        return self.open <= 0

    @property
    def words(self) -> str:
        if not self.allotted:
            return "没有下达目标"
        if self.open > 0:
            return f"还差 {self.open:.2f} 万元没有说明"
        if self.open < 0:
            return f"比下达高 {self.over:.2f} 万元"
        return "由计划外调整补足" if self.adjusted else "与下达一致"


# --- what was typed -------------------------------------------------------------------------------
_SPACES = re.compile(r"[\s\u3000,，]")
_DRESS = re.compile(r"^(-?)¥(?=[-\d.])|(?<=[\d.])万元?$")
_NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)")


class AmountError(ValueError):
    """The text is no amount. Chinese, safe to show."""


def read_amount(text: str, *, may_be_negative: bool = False) -> Decimal:
    """「1,234.5」, 「￥15 万元」, full width, as 万元; empty is 0. AmountError says why not."""
    plain = _SPACES.sub("", unicodedata.normalize("NFKC", text)).replace("−", "-")
    plain = _DRESS.sub(r"\1", plain)
    if plain in ("", "-", "—"):
        return ZERO
    if not _NUMBER.fullmatch(plain):
        raise AmountError("请填数字，单位万元。")
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        raise AmountError("请填数字，单位万元。") from None
    if amount < 0 and not may_be_negative:
        raise AmountError("目标不能为负数。")
    if abs(amount) > LARGEST:
        raise AmountError("数字太大。")
    if amount != amount.quantize(CENT):
        raise AmountError("最多两位小数。")
    return amount.quantize(CENT)
