"""One cell of a table as a value. Pure: no ORM, no settings, no clock. Faults are in Chinese."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from core.rules import SHANGHAI

Cell = str | int | float | Decimal | bool | date | datetime | None

CENT = Decimal("0.01")
MOST_MONEY = Decimal("999999999999.99")
EXACT_DIGITS = 10**15
"""Excel keeps 15 digits of a number; whatever is longer has already lost its end."""
SERIAL_ZERO = datetime(1899, 12, 30)
FIRST_SERIAL, LAST_SERIAL = 367, 73_415  # 1901-01-01 … 2100-12-31
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
GUARDED = re.compile(r"^'(?=[\s\u3000]*[=+\-@\t\r\n＝＋－＠])")
DAY = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$|^(\d{4})(\d{2})(\d{2})$")
MONTH = re.compile(r"^(\d{4})[-/.年](\d{1,2})月?$|^(\d{4})(\d{2})$")
HOUR = re.compile(r"^(.*?\d日?)[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$")

NOT_A_DAY = "日期写成 2026-11-23、2026/11/23 或 2026年11月23日。"
NOT_A_MONTH = "账期写成 2026-11、2026/11 或 2026年11月。"
FORMULA = "这里是公式，导入不计算公式。请复制后粘贴为数值。"
LOST_DIGITS = "数字超过 15 位，Excel 已丢掉末尾几位。请把这一格设为文本，再重新填写。"


class CellFault(ValueError):
    """What is wrong with a cell, as a sentence for the person who filled it in."""


def is_blank(value: Cell) -> bool:
    return value is None or (isinstance(value, str) and not text(value))


def text(value: Cell) -> str:
    """As people wrote it: numbers without a decimal tail, no invisible signs, no edges.

    A leading apostrophe that guards a sign such as "=" (core.exports) is taken off again.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}" if value.hour or value.minute else f"{value:%Y-%m-%d}"
    if isinstance(value, (int, float)):
        return _digits(value)
    return GUARDED.sub("", CONTROL.sub("", str(value)).strip(" \t\r\n\u3000\xa0"))


def _digits(value: int | float) -> str:
    if abs(value) >= EXACT_DIGITS:
        raise CellFault(LOST_DIGITS)
    return str(int(value)) if value == int(value) else repr(value)


def shown(value: Cell, length: int = 60) -> str:
    """The cell for a list of faults."""
    try:
        plain = text(value)
    except CellFault:
        plain = str(value)
    return plain if len(plain) <= length else f"{plain[: length - 1]}…"


def day(value: Cell) -> date:
    """A day; also an Excel serial number, as number or as digits."""
    return _moment(value).date()


def moment(value: Cell) -> datetime:
    """Aware, Shanghai; midnight when no hour is given."""
    found = _moment(value)
    return found.replace(tzinfo=SHANGHAI)


def _moment(value: Cell) -> datetime:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _of_serial(value)
    plain = unicodedata.normalize("NFKC", text(value))
    if re.fullmatch(r"\d{5}", plain):
        return _of_serial(int(plain))
    hour = HOUR.match(plain)
    found = DAY.match(hour[1].strip() if hour else plain)
    if not found:
        raise CellFault(NOT_A_DAY)
    numbers = [int(part) for part in found.groups() if part]
    try:
        times = [int(part or 0) for part in hour.groups()[1:]] if hour else []
        return datetime(*numbers, *times)  # type: ignore[arg-type]
    except ValueError as error:
        raise CellFault("没有这一天，请核对日期。") from error


def _of_serial(value: int | float) -> datetime:
    if not FIRST_SERIAL <= value < LAST_SERIAL + 1:
        raise CellFault(NOT_A_DAY)
    return SERIAL_ZERO + timedelta(seconds=round(float(value) * 86_400))


def month(value: Cell) -> date:
    """The first day of the month."""
    if isinstance(value, str):
        found = MONTH.match(unicodedata.normalize("NFKC", text(value)))
        if found:
            year, number = (int(part) for part in found.groups() if part)
            if not 1 <= number <= 12:
                raise CellFault(NOT_A_MONTH)
            return date(year, number, 1)
    elif isinstance(value, int) and 190_001 <= value <= 210_012:
        return month(str(value))
    try:
        return day(value).replace(day=1)
    except CellFault as error:
        raise CellFault(NOT_A_MONTH) from error


def money(value: Cell) -> Decimal:
    """元, to the cent: 「1,234.5」, 「￥1234.50」, 「1234.5 元」."""
    number = _number(value, r"[,，\s¥￥元]", "金额只写数字，例如 1234.50。")
    if abs(number) > MOST_MONEY:
        raise CellFault("金额太大，请核对单位（元）。")
    return number.quantize(CENT, ROUND_HALF_UP)


def whole(value: Cell, low: int, high: int) -> int:
    """A whole number from `low` to `high`."""
    number = _number(value, r"[,，\s]", "这里要填整数。")
    if number != number.to_integral_value():
        raise CellFault("这里要填整数。")
    if not low <= number <= high:
        raise CellFault(f"要在 {low} 到 {high} 之间。")
    return int(number)


def _number(value: Cell, noise: str, fault: str) -> Decimal:
    if isinstance(value, (bool, date)):
        raise CellFault(fault)
    # The shortest text of a float is what Excel shows: 0.1, not its binary neighbour.
    plain = repr(value) if isinstance(value, float) else str(value)
    plain = unicodedata.normalize("NFKC", plain).strip()
    if plain.startswith("="):
        raise CellFault(FORMULA)
    try:
        number = Decimal(re.sub(noise, "", plain))
    except InvalidOperation as error:
        raise CellFault(fault) from error
    if not number.is_finite():
        raise CellFault(fault)
    return number


def one_of(value: Cell, options: Mapping[str, str]) -> str:
    """The code of an option, {code: label}; label, code, and 「A」 for 「A 级」 are understood."""
    wanted = _folded(text(value))
    for code, label in options.items():
        known = _folded(label)
        if wanted in (known, code.lower(), known.removesuffix("级")):
            return code
    raise CellFault(f"没有这个选项。可以填：{'、'.join(options.values())}。")


def yes_no(value: Cell) -> bool:
    wanted = _folded(text(value))
    if wanted in ("是", "y", "yes", "true", "1", "√", "有"):
        return True
    if wanted in ("否", "n", "no", "false", "0", "×", "无"):
        return False
    raise CellFault("请填「是」或「否」。")


def _folded(plain: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", plain)).lower()
