"""What was handed in each time, and how it differs from the time before (R19, A0)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.models import BusinessLine
from opportunities import forecast_rules as rules
from opportunities.models import DemandForecast, ForecastVersion

MONEY = ("existing_revenue", "new_revenue_12m")
LABELS = {
    "existing_revenue": "存量月收入", "new_revenue_12m": "新增年收入", "probability": "可能性",
    "start_month": "起始月份", "new_volume": "新增数量", "unit": "单位",
    "basis": "对应的需求或商机", "reason": "依据", "remark": "备注",
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    line: str
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Version:
    """`expected` is the 元 of the month; `changes` are against the version before."""

    number: int
    at: datetime
    by: str
    has_no_demand: bool
    expected: Decimal
    changes: list[Change]
    is_first: bool


def versions(forecast: DemandForecast) -> list[Version]:
    """Newest first. One query."""
    rows = list(forecast.versions.select_related("submitted_by"))
    befores = [None, *rows]
    found = [_version(row, old, forecast) for row, old in zip(rows, befores, strict=False)]
    return found[::-1]


def _version(row: ForecastVersion, old: ForecastVersion | None, forecast) -> Version:
    expected = sum((_expected(line, forecast.month) for line in row.lines), Decimal(0))
    changes = _changes(old, row) if old else []
    return Version(row.number, row.submitted_at, row.submitted_by.name, row.has_no_demand,
                   expected, changes, old is None)  # fmt: skip


def _expected(line: dict, month) -> Decimal:
    start = rules.read_month(line["start_month"])
    known = (Decimal(line["existing_revenue"]), Decimal(line["new_revenue_12m"]))
    return rules.expected(*known, int(line["probability"]), start, month)


def _changes(old: ForecastVersion, new: ForecastVersion) -> list[Change]:
    before = {line["business_line"]: line for line in old.lines}
    after = {line["business_line"]: line for line in new.lines}
    return [
        Change(code.label, label, _shown(name, was.get(name, "")), _shown(name, now.get(name, "")))
        for code in BusinessLine
        for was, now in [(before.get(code.value, {}), after.get(code.value, {}))]
        for name, label in LABELS.items()
        if was.get(name, "") != now.get(name, "")
    ]


def _shown(name: str, text: str) -> str:
    if name in MONEY and text:
        return f"{Decimal(text):,.2f} 元"
    return f"{text}%" if name == "probability" and text else text
