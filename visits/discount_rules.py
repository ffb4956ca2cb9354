"""What a Chinese text gives up: discounts in % of the price, sums in 元 (R14). Standard library."""

import re
from decimal import Decimal

from visits.numeral_rules import (
    MONEY,
    MONEY_BARE,
    MONEY_SHORT,
    NUMBER,
    PERCENT,
    SCALE,
    numbers_in,
)

LOWERS = "折扣率|折扣|优惠|让利|折让|下浮|降价|返利|返点|便宜|立减|打折|折价|减价|直降"
LOWERS += "|减免|优待|少收"
PRICES = "价格|资费|单价|月租费|月租|租费|报价|收费|专线费|套餐费|费用|电路费|原价"
FALLS = "下降|下调|降低|降|减少|减|下浮|少收|优惠|让"
LISTED = "原价|目录价|标准价格|标准价|标准资费|挂牌价|刊例价|公示价|官网价|现价|报价|原资费|原价格"
NEAR = rf"(?:的|左右|以内|以上|幅度|力度|整体|一次性|专属|特别|{PRICES}|套餐|专线|年|月)*"
GAP = r"(?:(?!用户|占|人数|故障|带宽|利用率|流量|份额)[^，。；;！!？?\n%\d]){0,10}"

GIVES = (
    "减免|赔偿|补偿|赔付|退还|返还|免收|免除|抵扣|优惠(?!后)|让利|立减|补贴|直降|便宜|少收|返现"
    "|退费|赠送|扣减|核减|退款"
)


def discounts(text: str) -> list[Decimal]:
    """Every discount that a normal text (numeral_rules.normal) speaks of, in %."""
    patterns = (
        rf"{PERCENT}{NEAR}(?:{LOWERS})",
        rf"(?:{LOWERS}){GAP}{PERCENT}",
        rf"(?:{PRICES}){GAP}(?:{FALLS}){GAP}{PERCENT}",
    )
    found = [n for pattern in patterns for m in re.finditer(pattern, text) for n in numbers_in(m)]
    named = r"(?:折扣|优惠|让利)(?:率|幅度|力度)?(?:为|是|达|:)"
    bare = rf"{named}({NUMBER})(?![\d.年月日号:次项类种条户元万千百])"
    found += [Decimal(m[1]) for m in re.finditer(bare, text)]
    rest = (
        rf"(?:{LISTED})的?{GAP}{PERCENT}(?:收|执行|结算|计|付|$|，|。|给|供|提供)",
        rf"按{GAP}{PERCENT}的?(?:{PRICES})?(?:收费|收取|计费|计收)",
        rf"(?<!拨)打{PERCENT}(?:$|，|。|折扣|给|收|优惠|计)",
    )
    found += [100 - min(numbers_in(m)) for p in rest for m in re.finditer(p, text)]
    return [*found, *_folds(text), *_tenths(text), *_free(text)]


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
    tenth = rf"({NUMBER})成(半)?"
    after, before = rf"(?:{LOWERS}|(?:{PRICES}){GAP}(?:{FALLS}))", rf"{NEAR}(?:{LOWERS})"
    found = [_tenth(m) for m in re.finditer(rf"{after}{GAP}{tenth}", text)]
    found += [_tenth(m) for m in re.finditer(rf"{tenth}{before}", text)]
    found += [100 - _tenth(m) for m in re.finditer(rf"(?:{LISTED})的?{GAP}{tenth}", text)]
    return found


def _tenth(match: re.Match[str]) -> Decimal:
    return Decimal(match[1]) * 10 + (5 if match[2] else 0)


FREE = "免费|不收费|全免|免租|免收|0元"
LASTING = r"(?:首|前|第)?\d{0,2}(?:个月|年|季度)"


def _free(text: str) -> list[Decimal]:
    """首年免费, 减免3个月月租 without the sum: the whole price is given up."""
    months = rf"(?:免|免收|免除|减免|免缴|不收){LASTING}的?(?:{PRICES})"
    patterns = (
        *([] if amounts(text) else [months]),
        rf"(?:首|前|第)\d{{0,2}}(?:个月|年|季度)的?(?:{PRICES})?(?:{FREE})",
        rf"(?:月租费|月租|资费|专线费|套餐费|电路费)(?:{FREE})",
    )
    return [Decimal(100) for pattern in patterns if re.search(pattern, text)]


def amounts(text: str) -> list[Decimal]:
    """Money that is given up: 减免、赔偿、补偿 … and a sum, in either order; in 元."""
    gap = r"(?:\d+个月|[^，。；;！\n\d]){0,12}"
    found = []
    for money in (MONEY, MONEY_SHORT, MONEY_BARE):
        for pattern in (rf"(?:{GIVES}){gap}{money}", rf"{money}(?:整|的|左右|以内)*(?:{GIVES})"):
            for match in re.finditer(pattern, text):
                found.append(max(numbers_in(match)) * SCALE[match[3] or ""])
    return found
