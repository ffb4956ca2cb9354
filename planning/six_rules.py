"""The arithmetic of the six steps (R62–R76). Standard library only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

CENT, TENTH, HUNDRED = Decimal("0.01"), Decimal("0.1"), Decimal(100)


@dataclass(frozen=True)
class Step:
    code: int
    title: str
    purpose: str
    hint: str
    icon: str


STEPS = (
    Step(1, "行业分析", "看清行业，为不同阶段和行业想好策略",
         "行业给我们的机会是什么，资源该怎样配置？", "bi-globe-asia-australia"),
    Step(2, "竞争分析", "知道对手的实力和打法，扬长避短",
         "我们强在哪里、弱在哪里，先补哪一项？", "bi-bar-chart-steps"),
    Step(3, "个性化需求", "既了解客户，也了解自己",
         "这家客户真正要的是什么，谁来决定？", "bi-person-vcard"),
    Step(4, "定制化方案", "按客户需求定下一步目标",
         "每项业务守什么、攻什么，哪些措施可行？", "bi-puzzle"),
    Step(5, "服务支持能力", "定下可以向客户承诺到什么程度",
         "哪些可以承诺，哪些要先改进？", "bi-shield-check"),
    Step(6, "客户规划", "分阶段实施并跟踪",
         "先做什么、后做什么，谁在什么时候做完？", "bi-kanban"),
)  # fmt: skip
"""R62: what each step is for; `hint` asks for its conclusion."""
LAST = 6
ANCHORS = {1: "明显落后", 4: "一般", 7: "较好", 10: "领先"}
"""R67: the named marks; every whole number from 1 to 10 may be given (D8)."""
LOWEST, HIGHEST = 1, 10


# --- step 1 ---------------------------------------------------------------------------------------
def shares(amounts: Sequence[Decimal]) -> list[Decimal | None]:
    """Percent of the whole with two places; None where there is nothing to share (R64)."""
    whole = sum(amounts, Decimal(0))
    return [_round(amount * 100 / whole, CENT) if whole else None for amount in amounts]


def change(now: Decimal, before: Decimal | None) -> Decimal | None:
    """Percent with one place from `before` to `now`; None without a base (同比, 环比)."""
    if not before:
        return None
    return _round((now - before) * 100 / before, TENTH)


# --- step 2 ---------------------------------------------------------------------------------------
def weights_fault(weights: Iterable[int]) -> str:
    """Why a set of weights cannot be used; empty when it can."""
    whole = sum(weights)
    return "" if whole == HUNDRED else f"权重合计应为 100，现在是 {whole}。"


def weighted_total(weights: Mapping[int, int], scores: Mapping[int, int]) -> Decimal | None:
    """Σ weight × score / 100 with two places; None until every criterion has a score (R67)."""
    if not weights or set(weights) - set(scores):
        return None
    points = sum(weight * scores[key] for key, weight in weights.items())
    return _round(Decimal(points) / HUNDRED, CENT)


def group_mean(weights: Mapping[int, int], scores: Mapping[int, int]) -> Decimal | None:
    """The weighted mean within one group, with two places; None when a score is missing."""
    if not weights or set(weights) - set(scores):
        return None
    points = sum(weight * scores[key] for key, weight in weights.items())
    whole = sum(weights.values())
    return _round(Decimal(points) / whole, CENT) if whole else None


# --- step 5 ---------------------------------------------------------------------------------------
def promises_too_much(better: str, our_current: Decimal | None, commit: Decimal | None) -> bool:
    """A promise beyond what we can do today, or without knowing what we can (R75)."""
    if commit is None:
        return False
    if our_current is None:
        return True
    return commit < our_current if better == "lower" else commit > our_current


# --- step 6 ---------------------------------------------------------------------------------------
ACT_NOW, CREATE, PREPARE = "act_now", "create_conditions", "prepare_launch"
PHASES = (ACT_NOW, CREATE, PREPARE)
PRIORITY_NOW = Decimal("3.5")
QUARTER_OF_PHASE = {ACT_NOW: "q1", CREATE: "q2", PREPARE: "q3"}
"""Where an item without a date goes in the plan's year."""


def priority(profit: int, competition: int, feasibility: int) -> Decimal:
    """0.4 profit + 0.3 competition + 0.3 feasibility, 1.0 to 5.0 (R76 [P])."""
    return Decimal(4 * profit + 3 * competition + 3 * feasibility) / 10


def suggested_phase(profit: int, competition: int, feasibility: int) -> str:
    """R76 [P]: now when it is worth it and can be done; last when it can hardly be done."""
    if feasibility <= 2:
        return PREPARE
    if feasibility >= 4 and priority(profit, competition, feasibility) >= PRIORITY_NOW:
        return ACT_NOW
    return CREATE


def quarter(year: int, phase: str, due: date | None) -> str:
    """The quarter of the plan of `year` that an item belongs to; empty when it ends later."""
    if due is None:
        return QUARTER_OF_PHASE[phase]
    if due.year > year:
        return ""
    return "q1" if due.year < year else f"q{(due.month + 2) // 3}"


def _round(number: Decimal, places: Decimal) -> Decimal:
    return number.quantize(places, ROUND_HALF_UP)
