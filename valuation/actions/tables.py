"""The columns of the tables that bring raw values: costs and survey, use by operator, budgets."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from accounts.imports import cells
from accounts.imports.cells import Cell, CellFault
from accounts.imports.columns import Column, option_of, text_of, whole_of
from accounts.models import BusinessLine, CommunicationBudget, Operator
from valuation.models import CustomerMeasure

FIRST_YEAR, LAST_YEAR = 2000, 2099
FOUR = Decimal("0.0001")
MOST_RATIO = Decimal("9.9999")
WAN = "万元"


@dataclass(frozen=True)
class Sheet:
    """`keys`: what, with the customer, names a row; `needed`: what a new row cannot do without."""

    code: str
    label: str
    lead: str
    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    needed: tuple[str, ...] = ()

    def label_of(self, field: str) -> str:
        return next(column.label for column in self.columns if column.field == field)

    @property
    def values(self) -> tuple[str, ...]:
        """The fields that are written."""
        return tuple(c.field for c in self.columns if c.field not in ("code", *self.keys))


def _amount(value: Cell) -> Decimal:
    found = cells.money(value)
    if found < 0:
        raise CellFault("不能为负数。")
    return found


def _wan(value: Cell) -> Decimal:
    """Said in 万元; whoever writes 元 is told so."""
    text = value.replace(WAN, "") if isinstance(value, str) else value
    if isinstance(text, str) and "元" in text:
        raise CellFault("这一列的单位是万元。")
    found = _amount(text)
    if found > Decimal("9999999999"):
        raise CellFault("金额太大，请核对单位（万元）。")
    return found


def _points(value: Cell) -> Decimal:
    found = _amount(value)
    if found > 100:
        raise CellFault("满意度在 0 到 100 之间。")
    return found


def _ratio(value: Cell) -> Decimal:
    """「0.35」 or 「35%」."""
    plain = unicodedata.normalize("NFKC", cells.text(value))
    try:
        number = Decimal(plain.removesuffix("%"))
    except InvalidOperation as error:
        raise CellFault("写成小数或百分数，例如 0.35 或 35%。") from error
    number = number / 100 if plain.endswith("%") else number
    if not number.is_finite() or not 0 <= number <= MOST_RATIO:
        raise CellFault("应在 0 到 9.9999 之间，例如 0.35。")
    return number.quantize(FOUR)


def _operator(value: Cell) -> str:
    """「电信」 and 「中国电信」 are the same."""
    plain = cells.text(value).removeprefix("中国")
    return cells.one_of(plain, dict(Operator.choices))


def _measure(name: str, parse: Callable, sample: str = "") -> Column:
    label = str(CustomerMeasure._meta.get_field(name).verbose_name)
    short = label.partition("（")[0]
    return Column(name, label, parse, sample, aliases=(short,) if short != label else ())


CODE = Column("code", "客户编码", text_of(20), "示例C0001", required=True)
YEAR = Column("year", "年份", whole_of(FIRST_YEAR, LAST_YEAR), "2026", required=True)
COSTS = Sheet(
    "costs", "成本与满意度", "每家客户每月一行；已有的月份只改填了的格子。",
    (
        CODE,
        Column("month", "月份", cells.month, "2026-10", required=True),
        _measure("cost_marketing", _amount, "3000"),
        _measure("cost_service", _amount, "2000"),
        _measure("cost_om", _amount, "4000"),
        _measure("induced_revenue", _amount, "5000"),
        _measure("satisfaction", _points, "85"),
        _measure("price_sensitivity", whole_of(1, 5), "3"),
        _measure("credit_grade", option_of(dict(CustomerMeasure.Credit.choices)), "A"),
        _measure("quality_extra_cost_ratio", _ratio, "0.05"),
        _measure("conversion_cost_ratio", _ratio, "0.20"),
        Column("source", "来源", text_of(100), "经营分析月报"),
    ),
    keys=("month",),
)  # fmt: skip
USAGE = Sheet(
    "usage", "各运营商通信支出", "钱包份额由此算出。每家客户每年、每种业务、每家运营商一行。",
    (
        CODE, YEAR,
        Column(
            "business_line", "业务", option_of(dict(BusinessLine.choices)), "数据", required=True
        ),
        Column("operator", "运营商", _operator, "电信", required=True),
        Column("amount", "年金额（元）", _amount, "120000", aliases=("年金额",)),
        Column("volume_text", "用量", text_of(60), "2M 电路 3 条"),
        Column("source", "来源", text_of(100), "客户财务介绍"),
    ),
    keys=("year", "business_line", "operator"), needed=("amount",),
)  # fmt: skip
BUDGET = Sheet(
    "budget", "通信与信息化预算", "每家客户每年每类预算一行，金额单位是万元。",
    (
        CODE, YEAR,
        Column(
            "kind", "类别", option_of(dict(CommunicationBudget.Kind.choices)), "网络预算",
            required=True,
        ),
        Column("amount_wan", "金额（万元）", _wan, "80", aliases=("金额",)),
        Column("note", "说明", text_of(200), "含数据中心扩容"),
    ),
    keys=("year", "kind"), needed=("amount_wan",),
)  # fmt: skip
SHEETS = {sheet.code: sheet for sheet in (COSTS, USAGE, BUDGET)}
