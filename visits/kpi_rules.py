"""执行情况: the rates of §B.7 about visits, letters and promises. Standard library only.

Every metric is 「hits ÷ base」 of rows that belong to one person and one month of Shanghai time.
Here stands what each one means in words; visits.kpi_sets holds the rows that it means.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal

from core.rules import SHANGHAI, local_date

FIRST_YEAR = 2000  # of a month that can be asked for
MONTHS_SHOWN = 12
NEAR = Decimal(10)
"""Percentage points below the target that are still close to it [P]."""
WHOLE, TENTH = Decimal(100), Decimal("0.1")
DECEMBER = 12


@dataclass(frozen=True)
class Metric:
    """`counts` names a row; `formula` and `month` are said on the page; `hit`, `miss` are parts."""

    code: str
    label: str
    counts: str
    formula: str
    month: str
    hit: str
    miss: str


BY_VISIT = "按约定开始的那一天归月"
BY_DUE = "按期限的那一天归月；24:00 到期算当天"

METRICS: Mapping[str, Metric] = {
    m.code: m
    for m in (
        Metric(
            "held",
            "拜访计划完成率",
            "次拜访",
            "已进行的拜访 ÷ 已预约且约定时间已过的拜访。"
            "取消和客户未到算未完成；改期的看新的那一次。",
            BY_VISIT,
            "已进行",
            "未进行",
        ),
        Metric(
            "booked",
            "提前预约合规率",
            "次拜访",
            "至少提前一天约好的 ÷ 约定时间已过、已预约或已进行的正式拜访。"
            "没有预约就进行的算不合规。",
            BY_VISIT,
            "提前一天",
            "未提前一天",
        ),
        Metric(
            "punctual",
            "准时率",
            "次拜访",
            "提前 5 分钟以上到达的 ÷ 登记了到达时间的上门拜访。"
            "恰好提前 5 分钟算准时；电话拜访不计。",
            BY_VISIT,
            "准时",
            "未准时",
        ),
        Metric(
            "record",
            "拜访记录及时率",
            "份记录",
            "期限内写好记录的 ÷ 到期的拜访记录。",
            BY_DUE,
            "及时",
            "逾期",
        ),
        Metric(
            "thanks",
            "感谢函及时率",
            "封感谢函",
            "期限内送出的 ÷ 到期的感谢函。恰好到期时送出算及时；已豁免的不计。",
            BY_DUE,
            "及时",
            "逾期",
        ),
        Metric(
            "reply",
            "来函按时回复率",
            "封来函",
            "2 个工作日内书面答复的 ÷ 到期的来函。",
            BY_DUE,
            "按时",
            "逾期",
        ),
        Metric(
            "promise",
            "承诺兑现率",
            "项承诺",
            "到期前兑现的 ÷ 到期的承诺。客户在到期日当天或之前同意改期的，按新日期算；"
            "过了日期才同意的，仍算原日期未兑现；已撤回的不计。",
            BY_DUE,
            "按期兑现",
            "未按期兑现",
        ),
        Metric(
            "weekly",
            "周计划按时率",
            "份周计划",
            "周五 17:30 前提交的 ÷ 应提交的周计划。缺勤免交的不计。",
            BY_DUE,
            "按时",
            "逾期",
        ),
    )
}
BASE, HIT, MISS = "base", "hit", "miss"
PARTS = (BASE, HIT, MISS)


@dataclass(frozen=True)
class Tally:
    """So many of so many; the rate is undefined when there was nothing to do."""

    hits: int = 0
    base: int = 0

    @property
    def misses(self) -> int:
        return self.base - self.hits

    @property
    def rate(self) -> Decimal | None:
        """Per cent with one decimal. Only what is whole reads 100; only nothing reads 0."""
        if not self.base:
            return None
        rate = (Decimal(self.hits) * WHOLE / self.base).quantize(TENTH, ROUND_HALF_UP)
        if 0 < self.hits < self.base:
            rate = min(max(rate, TENTH), WHOLE - TENTH)
        return rate

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.hits + other.hits, self.base + other.base)


def total(tallies: Iterable[Tally]) -> Tally:
    """A rate over several people is the rate of all their rows, not the mean of their rates."""
    return sum(tallies, Tally())


def level(rate: Decimal | None, target: Decimal) -> str:
    """ "ok" at or above the target, "soon" close below it, "late" further below, "" undefined."""
    if rate is None:
        return ""
    if rate >= target:
        return "ok"
    return "soon" if rate >= target - NEAR else "late"


def bounds(month: date) -> tuple[datetime, datetime]:
    """First instant of the month of `month`, and of the next one, in Shanghai."""
    first = month.replace(day=1)
    start = datetime.combine(first, time(0), SHANGHAI)
    return start, datetime.combine(add_months(first, 1), time(0), SHANGHAI)


def add_months(month: date, count: int) -> date:
    """The first day of the month `count` months away."""
    number = month.year * DECEMBER + month.month - 1 + count
    return date(number // DECEMBER, number % DECEMBER + 1, 1)


def months_until(last: date, count: int = MONTHS_SHOWN) -> list[date]:
    """`count` months, the oldest first, `last` the last."""
    return [add_months(last, number - count + 1) for number in range(count)]


def this_month(now: datetime) -> date:
    return local_date(now).replace(day=1)


def read_month(text: str, now: datetime) -> date:
    """「2026-11」 as its first day; anything else, a month to come, and one before there was a
    system to count, is the present one."""
    try:
        month = datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        return this_month(now)
    return min(month, this_month(now)) if month.year >= FIRST_YEAR else this_month(now)
