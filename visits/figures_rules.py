"""What a Chinese text promises: discounts, sums, terms, service levels (R14). Standard library."""

import re
from dataclasses import dataclass, fields
from decimal import Decimal

from visits.discount_rules import amounts, discounts
from visits.numeral_rules import PERCENT, numbers_in, readings


@dataclass(frozen=True)
class Figures:
    """discount in %, amount in 元, term in months, availability in %. None: not promised."""

    discount: Decimal | None = None
    amount: Decimal | None = None
    term: int | None = None
    sla: Decimal | None = None

    def with_(self, other: "Figures") -> "Figures":
        """The larger of both, figure by figure: an empty field does not hide what the text says."""
        return Figures(
            _larger(self.discount, other.discount),
            _larger(self.amount, other.amount),
            None if self.term is None and other.term is None else _months(self, other),
            _larger(self.sla, other.sla),
        )

    def capped(self, other: "Figures") -> "Figures":
        """No more than `other`, where `other` names a figure (the conditions of an approval)."""
        return Figures(
            _smaller(self.discount, other.discount),
            _smaller(self.amount, other.amount),
            other.term if other.term and self.term and other.term < self.term else self.term,
            _smaller(self.sla, other.sla),
        )

    @property
    def is_empty(self) -> bool:
        return self == Figures()


def _larger(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return max((n for n in (one, other) if n is not None), default=None)


def _smaller(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return min(one, other) if one is not None and other is not None else one


def _months(one: Figures, other: Figures) -> int:
    return max(one.term or 0, other.term or 0)


UNITS = {
    "discount": ("折扣", "%"),
    "amount": ("金额", " 元"),
    "term": ("期限", " 个月"),
    "sla": ("服务指标", "%"),
}


def say(name: str, value: Decimal | int) -> str:
    """「折扣 15%」「金额 3,000 元」"""
    word, unit = UNITS[name]
    return f"{word} {in_words(value)}{unit}"


def in_words(value: Decimal | int) -> str:
    text = f"{value:,.2f}" if isinstance(value, Decimal) else f"{value:,}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def say_all(figures: Figures) -> str:
    """「折扣 15%、期限 36 个月」; empty when there is no figure."""
    named = ((f.name, getattr(figures, f.name)) for f in fields(figures))
    return "、".join(say(name, value) for name, value in named if value is not None)


SPAN = r"(\d{1,3})(?:(个月)|年(半)?)(?!\d|度|底|初|来|前|后)"
CONTRACT = "合同期限|合同期|合同|签约|协议期限|协议期|协议|续签|续约|服务期|租期|租赁期"
CONTRACT += "|合约期|合约|签订|在网|签"
TERM_GAP = r"(?:(?!执行|履行|到期|届满|已|编号|每)[^，。；;！\n\d]){0,6}"
STEADY = "不涨价|价格不变|资费不变|保价|锁价|不调价"
SERVICE = "可用率|可用性|可用度|SLA|sla|接通率|服务等级|恢复率|及时率|达标率"
VOWS = re.compile("承诺|保证|确保|保障|不低于|不少于|将|SLA|sla")


def figures_in(text: str) -> Figures:
    """The largest discount, amount, term and service level that a Chinese text speaks of.

    Careful on the side of finding: a letter that merely looks like a promise is asked about. Reads
    full-width digits and Chinese numerals; 「15%的用户」 and 「故障率下降15%」 are no discounts.
    """
    first, *rest = map(_in_plain, readings(text))
    return first.with_(rest[0]) if rest else first


def _in_plain(text: str) -> Figures:
    return Figures(
        max(discounts(text), default=None),
        max(amounts(text), default=None),
        max(_terms(text), default=None),
        max(_levels(text), default=None),
    )


def _terms(text: str) -> list[int]:
    """Lengths of contracts, and of prices that will not rise, in months."""
    patterns = (
        rf"(?:{CONTRACT}){TERM_GAP}{SPAN}",
        rf"{SPAN}(?:期)?的?(?:{CONTRACT})",
        rf"{SPAN}内?(?:{STEADY})",
    )
    found = []
    for match in (m for pattern in patterns for m in re.finditer(pattern, text)):
        length = int(match[1])
        found.append(length if match[2] else length * 12 + (6 if match[3] else 0))
    return [months for months in found if months < 1200]


def _levels(text: str) -> list[Decimal]:
    """Service levels that are vowed; what was measured last month is none."""
    found = []
    levels = (
        rf"(?:{SERVICE})[^，%\d]{{0,8}}{PERCENT}",
        rf"{PERCENT}的?(?:网络|服务|线路)?(?:{SERVICE})",
    )
    for sentence in re.split(r"[。；;！!\n]", text):
        if not VOWS.search(sentence):
            continue
        for pattern in levels:
            found += [n for m in re.finditer(pattern, sentence) for n in numbers_in(m)]
    return found


REFUSES = re.compile("不能|无法|不予|未能|难以|不便|不同意|不符合|不再|未获|不具备")
GRANTS = re.compile("但|不过|同意|给予|可以|可给|改为|另")


def without_refusals(text: str) -> str:
    """The sentences that do not merely decline: used where a request was already turned down."""
    sentences = re.split(r"(?<=[。；;！!\n])", text)
    return "".join(s for s in sentences if not REFUSES.search(s) or GRANTS.search(s))
