"""Rules of the customer view. Standard library only: no ORM, no settings, no clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

WEIGHTS: Mapping[str, int] = {
    "file": 20,
    "people": 15,
    "business": 20,
    "network": 10,
    "finance": 10,
    "needs": 10,
    "competition": 5,
    "contracts": 5,
    "events": 5,
}
"""完整率的权重，合计 100 (§B.8): the code of a section → percent."""

LABELS: Mapping[str, str] = {
    "file": "档案",
    "people": "联系人与决策链",
    "business": "业务与账单",
    "network": "网络拓扑",
    "finance": "财务与预算",
    "needs": "需求与商机",
    "competition": "竞争情况",
    "contracts": "合同与续约",
    "events": "大事记",
    "info": "信息收集",
}

FRESH_DAYS = 90
"""每个部分 90 天内至少更新一次 (R17)."""

CONTINUITY_MONTHS = 36
"""账单连续性只看最近 36 个月 (R17)."""

LONG_TERM_MONTHS = 24
"""长期合作伙伴要有不短于 24 个月的合同 (R21)."""


@dataclass(frozen=True)
class SectionScore:
    """`percent` = filled ÷ mandatory, 0–100; `gaps` are the labels of what is missing."""

    code: str
    percent: int
    gaps: tuple[str, ...]

    @property
    def label(self) -> str:
        return LABELS[self.code]


@dataclass(frozen=True)
class Completeness:
    percent: int
    sections: tuple[SectionScore, ...]


def completeness(filled: Mapping[str, Mapping[str, bool]]) -> Completeness:
    """Weighted share of filled mandatory fields (R17, §B.8).

    `filled`: section code → {field label: filled}. A section that is left out counts as empty.
    """
    scores, total = [], Decimal(0)
    for code, weight in WEIGHTS.items():
        fields = filled.get(code, {})
        done = sum(fields.values())
        share = Decimal(done) / len(fields) if fields else Decimal(0)
        total += share * weight
        gaps = tuple(label for label, is_filled in fields.items() if not is_filled)
        scores.append(SectionScore(code, _whole(share * 100), gaps))
    return Completeness(_whole(total), tuple(scores))


def _whole(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))


def truth(items: int, proven: int) -> int | None:
    """Percent of information items with source and verification; None without any item (R17)."""
    return _whole(Decimal(proven) * 100 / items) if items else None


def month_gaps(months: Iterable[date]) -> list[date]:
    """First days of the months between the first and the last bill that have none (R17)."""
    known = {month.replace(day=1) for month in months}
    gaps: list[date] = []
    if not known:
        return gaps
    month, last = min(known), max(known)
    while month < last:
        if month not in known:
            gaps.append(month)
        month = next_month(month)
    return gaps


def next_month(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def add_months(month: date, count: int) -> date:
    """First day of the month `count` months later; earlier when negative."""
    index = month.year * 12 + month.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def stale_sections(refreshed: Mapping[str, datetime], now: datetime) -> list[str]:
    """Codes of the weighted sections without any change or check within 90 days (R17)."""
    limit = now - timedelta(days=FRESH_DAYS)
    return [code for code in WEIGHTS if code not in refreshed or refreshed[code] < limit]


@dataclass(frozen=True)
class Continuity:
    """`percent` of the sections that are fresh; bills with gaps make 业务与账单 not fresh."""

    percent: int
    gaps: tuple[date, ...]
    stale: tuple[str, ...]

    @property
    def is_continuous(self) -> bool:
        return not self.gaps and not self.stale


def continuity(
    months: Iterable[date], refreshed: Mapping[str, datetime], now: datetime
) -> Continuity:
    """No month gap in bills, and every section refreshed within 90 days (R17)."""
    gaps, stale = month_gaps(months), stale_sections(refreshed, now)
    broken = set(stale) | ({"business"} if gaps else set())
    percent = _whole(Decimal(len(WEIGHTS) - len(broken)) * 100 / len(WEIGHTS))
    return Continuity(percent, tuple(gaps), tuple(stale))


CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def credit_code_fault(code: str) -> str:
    """Why `code` is no 统一社会信用代码 (GB 32100-2015), in Chinese; empty when it is one."""
    if len(code) != 18:
        return "统一社会信用代码是 18 位。"
    if any(sign not in CREDIT_SIGNS for sign in code):
        return "统一社会信用代码只有数字和大写字母，不用 I、O、S、V、Z。"
    return "" if credit_check_sign(code[:17]) == code[17] else "统一社会信用代码的校验位不对。"


def credit_check_sign(body: str) -> str:
    """The 18th sign for the first 17."""
    total = sum(
        CREDIT_SIGNS.index(sign) * weight for sign, weight in zip(body, CREDIT_WEIGHTS, strict=True)
    )
    return CREDIT_SIGNS[-total % 31]


LADDER = ("potential", "actual", "long_term_partner", "strategic_partner")
"""The ladder of R21, in order; `lost` stands beside it."""


@dataclass(frozen=True)
class Standing:
    """What the ladder asks of a customer: facts of today."""

    active_products: int
    longest_contract_months: int
    signed_agreements: int


def ladder_refusal(old: str, new: str, standing: Standing) -> str:
    """Why the customer cannot step from `old` to `new`, in Chinese; empty when it can (R21).

    Upwards one step at a time, each with its proof; downwards and to `lost` freely, with a reason.
    A lost customer begins again at the foot of the ladder.
    """
    if old == new:
        return "客户已经在这个阶段。"
    if new not in LADDER or (old in LADDER and LADDER.index(new) < LADDER.index(old)):
        return ""
    if old not in LADDER and new not in LADDER[:2]:
        return "已流失的客户只能先转为潜在客户或现实客户。"
    if old in LADDER and LADDER.index(new) - LADDER.index(old) > 1:
        return "关系发展要逐级提升，不能跳级。"
    return _missing_proof(new, standing)


def _missing_proof(new: str, standing: Standing) -> str:
    if new == "actual" and not standing.active_products:
        return "转为现实客户，至少要有一项在用产品。"
    if new == "long_term_partner" and standing.longest_contract_months < LONG_TERM_MONTHS:
        return f"转为长期合作伙伴，要有期限不短于 {LONG_TERM_MONTHS} 个月的合同。"
    if new == "strategic_partner" and not standing.signed_agreements:
        return "转为战略合作伙伴，要先登记已签订的合作协议。"
    return ""


def next_step(step: str) -> str:
    """The step above; the top stays where it is, a lost customer begins again."""
    here = LADDER.index(step) if step in LADDER else -1
    return LADDER[min(here + 1, len(LADDER) - 1)]


def contract_months(starts_on: date, ends_on: date) -> int:
    """Whole months from the first to the last day, both included: 2024-01-01—2025-12-31 is 24."""
    end = ends_on + timedelta(days=1)
    months = (end.year - starts_on.year) * 12 + end.month - starts_on.month
    return months - (end.day < starts_on.day)


def wallet(policies: Iterable[tuple[int | None, Decimal | None]]) -> Decimal:
    """Addressable mobile wallet, 元 a month: Σ headcount × allowance (R71).

    Full reimbursement has no amount and an unknown headcount no number; neither is counted.
    """
    return sum((amount * heads for heads, amount in policies if heads and amount), Decimal(0))


def mask_account(number: str) -> str:
    """「**** 1234」: the last four signs of a bank account; shorter ones are hidden entirely."""
    return f"**** {number[-4:]}" if len(number) >= 8 else "****" if number else ""
