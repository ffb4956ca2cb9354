"""What a Chinese text gives up: discounts in % of the price, sums in 元 (R14). Standard library."""

import re
from decimal import Decimal
from math import prod

from visits.cut_rules import PRICES, falls, free_months, named_prices
from visits.numeral_rules import (
    MONEY,
    MONEY_BARE,
    MONEY_SHORT,
    NUMBER,
    PERCENT,
    SCALE,
    arabic,
    numbers_in,
)

LOWERS = "折扣率|折扣|优惠|让利|折让|下浮|降价|返利|返点|便宜|立减|打折|折价|减价|直降"
LOWERS += "|减免|优待|少收"
FALLS = "下降|下调|降低|降|减少|减|下浮|少收|优惠|让"
LISTED = "原价|目录价|标准价格|标准价|标准资费|挂牌价|刊例价|公示价|官网价|现价|报价|原资费|原价格"
NEAR = rf"(?:的|左右|以内|以上|幅度|力度|整体|一次性|专属|特别|{PRICES}|套餐|专线|年|月)*"
GAP = r"(?:(?!用户|占|人数|故障|带宽|利用率|流量|份额)[^，。；;！!？?\n%\d]){0,10}"

GIVES = (
    "减免|赔偿|补偿|赔付|退还|返还|免收|免除|抵扣|优惠(?!后)|让利|立减|补贴|直降|便宜|少收|返现"
    "|退费|赠送|扣减|核减|退款|少付|少交|少缴|少花|减收"
)


def discounts(text: str) -> list[Decimal]:
    """Every discount that a normal text (numeral_rules.normal) speaks of, in %.

    九折再九折 is 19: what follows in the same sentence is taken off the rest.
    """
    sentences = [re.split(AGAIN, s) for s in re.split(r"[。；;！!\n]", text)]
    return [*_single(text), *(cut for parts in sentences for cut in _stacked(parts))]


AGAIN = r"基础上(?:再)?|折上(?=\d)|叠加|再(?!次|见|者|三|续|签)"


def _stacked(parts: list[str]) -> list[Decimal]:
    cuts = [max(cuts) for part in parts if (cuts := _single(part))]
    left = prod(100 - cut for cut in cuts) / Decimal(100) ** len(cuts)
    return [round(100 - 100 * left, 2)] if len(cuts) > 1 else []


def _single(text: str) -> list[Decimal]:
    patterns = (
        rf"{PERCENT}{NEAR}(?:{LOWERS})",
        rf"(?:{LOWERS}){GAP}{PERCENT}",
        rf"(?:{PRICES}){GAP}(?:{FALLS}){GAP}{PERCENT}",
        rf"(?i:{PERCENT}(?:off|discount)|(?:discount(?:of|:)?|off:?){PERCENT})",
    )
    found = [n for pattern in patterns for m in re.finditer(pattern, text) for n in numbers_in(m)]
    named = r"(?:折扣|优惠|让利)(?:率|幅度|力度)?(?:为|是|达|:)"
    bare = rf"{named}({NUMBER})(?![\d.年月日号:次项类种条户元万千百])"
    ended = (
        r"(?:折扣|优惠|让利)(?:率|幅度|力度)?(\d{1,2}(?:\.\d+)?)(?=$|[，。；;！!\n]|左右|以内|以上)"
    )
    found += [Decimal(m[1]) for pattern in (bare, ended) for m in re.finditer(pattern, text)]
    rest = (
        rf"(?:{LISTED})的?{GAP}{PERCENT}(?:收|执行|结算|计|付|$|，|。|给|供|提供)",
        rf"按{GAP}{PERCENT}的?(?:{PRICES})?(?:收费|收取|计费|计收)",
        rf"(?<!拨)打{PERCENT}(?:$|，|。|折扣|给|收|优惠|计)",
    )
    found += [100 - min(numbers_in(m)) for p in rest for m in re.finditer(p, text)]
    found += [*_folds(text), *_tenths(text)]
    return [*found, *falls(text), *free_months(text), *named_prices(text)]


NOT_A_FOLD = "合|算|旧|叠|线|返|中|页|断|腾|磨|现|回|射|弯|成|抵|桥"


def _folds(text: str) -> list[Decimal]:
    """八五折, 8.5折, 85折 → 15; 对折 and 半价 → 50."""
    found = []
    for match in re.finditer(rf"(?<!波)(?<![\d.])({NUMBER})折(?!{NOT_A_FOLD})", text):
        part = Decimal(match[1])
        part = part / 10 if part > 10 else part
        found.append(max(100 - part * 10, Decimal(0)))
    if re.search(r"对折|半价|(?:价|费|租)减半|减半收", text):
        found.append(Decimal(50))
    return found


def _tenths(text: str) -> list[Decimal]:
    """让利两成, 两成优惠 → 20; 按原价八成 → 20."""
    tenth = rf"({NUMBER})成(半|[一二三四五六七八九]|\d(?![\d.年月]))?"
    after, before = rf"(?:{LOWERS}|(?:{PRICES}){GAP}(?:{FALLS}))", rf"{NEAR}(?:{LOWERS})"
    found = [_tenth(m) for m in re.finditer(rf"{after}{GAP}{tenth}", text)]
    found += [_tenth(m) for m in re.finditer(rf"{tenth}{before}", text)]
    found += [100 - _tenth(m) for m in re.finditer(rf"(?:{LISTED})的?{GAP}{tenth}", text)]
    return found


def _tenth(match: re.Match[str]) -> Decimal:
    return Decimal(match[1]) * 10 + int(arabic((match[2] or "0").replace("半", "五")))


def amounts(text: str) -> list[Decimal]:
    """Money that is given up: 减免、赔偿、补偿 … and a sum, in either order; in 元."""
    gap = r"(?:\d+个月|[^，。；;！\n\d]){0,12}"
    found = []
    for money in (MONEY, MONEY_SHORT, MONEY_BARE):
        for pattern in (
            rf"(?:{GIVES}){gap}{money}",
            rf"{money}(?:整|的|左右|以内)*(?:{GIVES})",
            rf"(?:{PRICES}){GAP}(?:下降|下调|降低|调低|直降|降|减)(?:了|约)*{money}",
        ):
            for match in re.finditer(pattern, text):
                found.append(max(numbers_in(match)) * SCALE[match[3] or ""])
    return found
