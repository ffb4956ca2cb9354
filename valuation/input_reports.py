"""The raw values of one customer as of today: each with where it comes from and its flag."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.models import Customer
from staff.models import User
from valuation import input_rules as rules
from valuation.actions import inputs, raw_values
from valuation.models import (
    CustomerMeasure,
    ExpertRating,
    RatingArbitration,
    RawOverride,
    ValueIndicator,
    ValueModel,
)

SOURCES = {
    "CV1": "账单收入减三项成本", "CV2": "近 12 个月账单", "CV3": "三项成本与账单收入",
    "CV4": "近 12 个月账单的到期日和缴费日", "CV5": "成本与满意度表",
    "PV1": "客户财务情况，没有时取预算的增长",
    "PV2": "通信与信息化预算", "PV3": "通信支出份额", "PV4": "在办商机",
    "PV5": "近 24 个月账单", "LY1": "在用产品的开通日期", "LY2": "服务合同",
    "LY3": "在用的粘性产品", "LY4": "通信支出份额", "LY5": "成本与满意度表", "LY6": "合作协议",
    "SI1": "专家评分", "SI2": "专家评分", "SI3": "专家评分", "SI4": "专家评分",
}  # fmt: skip
MONTHS_SHOWN = 12
OVERRIDES_SHOWN = 20


@dataclass(frozen=True)
class RawLine:
    indicator: ValueIndicator
    value: Decimal | None
    flag: str
    source: str


@dataclass(frozen=True)
class Rated:
    """One expert indicator: who gave what, and what the reader may do about it."""

    indicator: ValueIndicator
    ratings: list[ExpertRating]
    arbitration: RatingArbitration | None
    is_disputed: bool
    may_rate: bool
    may_arbitrate: bool


@dataclass(frozen=True)
class Inputs:
    lines: list[RawLine]
    rated: list[Rated]
    measures: list[CustomerMeasure]
    overrides: list[RawOverride]
    missing: int


def indicators() -> dict[str, ValueIndicator]:
    """Those of the model in use, by code."""
    found = ValueIndicator.objects.filter(dimension__model__state=ValueModel.State.ACTIVE)
    return {one.code: one for one in found.select_related("dimension").order_by("pk")}


def inputs_of(customer: Customer, user: User, today: date, *, may_write: bool) -> Inputs:
    known = indicators()
    raw = raw_values.gather([customer.pk], today)[customer.pk]
    lines = [_line(one, raw) for one in known.values()]
    own = customer.measures.select_related("entered_by").order_by("-month")
    made = customer.raw_overrides.select_related("made_by")
    return Inputs(
        lines,
        _rated(customer, user, known, may_write),
        list(own[:MONTHS_SHOWN]),
        list(made[:OVERRIDES_SHOWN]),
        sum(line.value is None for line in lines),
    )


def _line(one: ValueIndicator, raw: raw_values.Raw) -> RawLine:
    value = raw.values.get(one.code)
    flag = raw.notes.get(one.code, raw_values.MISSING if value is None else "")
    source = "人工改值" if flag == raw_values.OVERRIDE else SOURCES.get(one.code, "")
    return RawLine(one, value, flag, source)


def _rated(customer, user, known, may_write) -> list[Rated]:
    given: dict[str, list[ExpertRating]] = {}
    for row in customer.ratings.select_related("rater").order_by("pk"):
        given.setdefault(row.indicator, []).append(row)
    decided = {row.indicator: row for row in customer.arbitrations.select_related("decided_by")}
    return [
        _one(customer, user, known[code], given.get(code, []), decided.get(code), may_write)
        for code in rules.EXPERTS
        if code in known
    ]


def _one(customer, user, indicator, ratings, arbitration, may_write) -> Rated:
    is_disputed = rules.is_disputed([row.score for row in ratings])
    is_own = any(row.rater_id == user.pk for row in ratings)
    may_rate = may_write and inputs.rater_of(user)
    if may_rate and not is_own and len(ratings) >= rules.RATERS:
        may_rate = inputs.replaceable(ratings, customer) is not None
    return Rated(
        indicator,
        ratings,
        arbitration,
        is_disputed and arbitration is None,
        may_rate,
        may_write and is_disputed and inputs.may_arbitrate(user, customer, ratings),
    )
