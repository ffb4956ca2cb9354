"""Cuts of a price that name no discount: from A to B, free months, eight-five prices (R14).

Standard library only. All texts are normal (numeral_rules.normal); all results are in % of the
price.
"""

import re
from decimal import Decimal

from visits.numeral_rules import HAN, SCALE, arabic

PRICES = "价格|资费|单价|月租费|月租|租费|报价|收费|专线费|套餐费|费用|电路费|原价|月费|年费|包月"
SCALED = r"(?:亿|百万|万|千)?"
PRICE = rf"(?:¥|￥)?((?:\d+(?:\.\d+)?|[{HAN}]+){SCALED})((?:元|块)?)"
PER = r"(?:整|[/每](?:个?月|年|条)|一?个月|左右)*"
NO_PRICE = r"(?![\d.%折成年月日号个条人户台次兆MmGgKk点:])"
TO = "降至|降到|降为|降成|下调至|下调到|下调为|调低至|调低到|调至|调到|调为|调整为|调整至|调整到"
TO += "|改为|改成|改按|变为|变成|减至|减到|减为|优惠至|优惠到|优惠为|下降至|下降到|降低至|降低到"
TO += "|下浮至|下浮到|让到|让至|->|→|=>"
OLD = "原价格|原价|原月租费|原月租|原资费|原单价|原收费|原来|原收|原为|原先|此前|标准价格|标准价"
OLD += "|标准资费|目录价|挂牌价|刊例价|公示价|官网价"
NEW = "现价|现月租|现资费|优惠后|优惠价|优惠至|活动价|特价|执行价|只收取|仅收取|只收|仅收|只需|仅需"
NEW += "|只要|实收|现收|现在|现|降至|按|收取"
NO_SUM = r"[^，。；;！\n\d]{0,6}"
NO_BREAK = r"[^。；;！\n\d]{0,8}"
PAIRS = (
    rf"{PRICE}{PER}，?(?:直接|统一|一律|全部|再)*(?:{TO}){NO_SUM}?{PRICE}{NO_PRICE}",
    rf"(?:{OLD}){NO_SUM}{PRICE}{PER}{NO_BREAK}(?:{NEW}){NO_SUM}?{PRICE}{NO_PRICE}",
)
TURNED = rf"(?:{NEW}|收){NO_SUM}?{PRICE}{PER}{NO_BREAK}(?:{OLD}){NO_SUM}?{PRICE}{NO_PRICE}"
NO_RENT = re.compile("投资|预算|注册资本|产值|营收|收入|造价|保证金|欠费|余额|销售额")


def falls(text: str) -> list[Decimal]:
    """月租由10000元降至8000元, 只收8000元（原价10000元） → 20; a rise is none."""
    found = []
    for pattern in PAIRS:
        found += [_fall(text, m, m[1], m[3], m[2] + m[4]) for m in re.finditer(pattern, text)]
    found += [_fall(text, m, m[3], m[1], m[2] + m[4]) for m in re.finditer(TURNED, text)]
    return [cut for cut in found if cut > 0]


def _fall(text: str, match: re.Match[str], old: str, new: str, unit: str) -> Decimal:
    before = re.split(r"[。；;！\n]", text[: match.start()])[-1][-20:]
    is_rent = re.search(PRICES, before + match[0])
    if not is_rent and (not (unit or re.search(OLD, match[0])) or NO_RENT.search(before)):
        return Decimal(0)
    a, b = _sum(old), _sum(new)
    return (100 - b * 100 / a).quantize(Decimal("0.01")) if 0 <= b < a else Decimal(0)


def _sum(word: str) -> Decimal:
    """「1万」, 「八千」, 「1.2万」 in 元; 0 when it is no number."""
    match = re.fullmatch(r"([\d.]+)(亿|百万|万|千)?", word)
    if match:
        return Decimal(match[1]) * SCALE[match[2] or ""]
    number = arabic(word)
    return Decimal(number) if number[0].isdigit() else Decimal(0)


# --- free months ----------------------------------------------------------------------------------
LENGTH = r"(?<!\d)(\d{1,2}|半|首)((?:个|(?<=首))月|年|个?季度)"
SERVED = (
    "巡检|培训|检测|上门|咨询|测试|评估|勘察|查勘|体检|讲座|演示|监测|设备|终端|账单|报告|资料|数据"
)
SERVED += "|记录|台账|维修|保修|质保|维护|保养"
FEW = rf"(?:(?!{SERVED})[^，。；;！\n\d%]){{0,6}}"
SENDS = (
    "赠送|赠予|白送|赠|返(?![回修程工厂])"
    "|(?<![报运派配发呈接护寄递选投抄播推申移])送(?![达货到交审修检电别水])"
)
GIVES = "免费|免收|免除|免缴|免交|免租|减免|不收|返还|退还|(?<![避难减豁以])免(?!得)|" + SENDS
NOT_WITHIN = (
    rf"(?!以?内|以?前|之|后|起|底|初|一次|[12两]次|的?(?:{SERVED})|{FEW}\d[\d.]*[万千]?[元块])"
)
FREE = "免费|不(?:再|另)?收费|不收钱|不要钱|全免|免租|免收|0元|白用|赠送"
BUYS = "买|签约|签|订|购|用|存|交|付|缴"
BOUGHT = rf"(?:{BUYS})满?{LENGTH}[^。；;！\n\d]{{0,6}}(?:{SENDS}|免){FEW}{LENGTH}"
FIRST = r"(?:首|前|第|头)\d{0,2}个?(?:月|年|季度)"
FULLY = (
    rf"(?:{GIVES}){FEW}{LENGTH}{NOT_WITHIN}",
    rf"(?:免|免收|免除|减免|免缴|不收|返还|退还){FIRST}的?(?:{PRICES}){NOT_WITHIN}",
    rf"{LENGTH}的?(?:{PRICES}|专线|使用|宽带|服务)*(?:{FREE})(?!{SERVED})",
    rf"{FIRST}(?:内|的|都|均|仅|只需|只要|只收|只|为|{PRICES})*(?:{FREE})(?!{SERVED})",
    rf"(?:{PRICES})(?:全部|一律|均|为|仅)*(?:免费|不收费|全免|免租|免收|0元)",
    r"(?<![\d.])0元(?:使用|开通|体验|试用|/月|每月|/年)",
)


def free_months(text: str) -> list[Decimal]:
    """免费使用三个月, 首月0元: the whole price is given up; 买一年送半年: a third of it."""
    found = [_part_given(match) for match in re.finditer(BOUGHT, text)]
    rest = re.sub(BOUGHT, "", text)
    return found + [Decimal(100) for pattern in FULLY if re.search(pattern, rest)]


def _part_given(match: re.Match[str]) -> Decimal:
    paid, given = _length(match[1], match[2]), _length(match[3], match[4])
    return (given * 100 / (paid + given)).quantize(Decimal("0.01"))


def _length(number: str, unit: str) -> Decimal:
    count = {"半": Decimal("0.5"), "首": Decimal(1)}.get(number) or Decimal(number)
    return max(count, Decimal("0.1")) * {"月": 1, "度": 3, "年": 12}[unit[-1]]


# --- eight-five prices ----------------------------------------------------------------------------
TENTHS = r"(\d{1,2}(?:\.\d+)?|[一二三四五六七八九]{1,2}|[一二三四五六七八九]点[一二三四五六七八九])"
NAMED = (
    rf"(?:打个?|按照?|照|以|享受|给个?|执行){TENTHS}(?:价|扣)(?!格)",
    rf"(?<![拨拔])打个?{TENTHS}(?=$|[，。；;！!\n]|价|给|收|优惠|计|吧|左右|执行)",
    rf"按{TENTHS}(?:执行|收取|收费|结算|计费|计收)",
)


def named_prices(text: str) -> list[Decimal]:
    """打个八五, 按八五价执行 → 15."""
    parts = [Decimal(arabic(m[1])) for p in NAMED for m in re.finditer(p, text)]
    parts = [part / 10 if part > 10 else part for part in parts]
    return [100 - part * 10 for part in parts if 0 < part < 10]
