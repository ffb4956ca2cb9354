"""Words that may give a price away, whether or not a figure can be read from them (R14, §B.6).

The second net of X1 beside figures_rules: it knows words, not figures, so that a wording nobody has
thought of does not leave the house on the account manager's word alone. Standard library only.
"""

import re

from visits.figures_rules import figures_in, say
from visits.numeral_rules import MONEY, MONEY_SHORT, NUMBER, readings

RENTS = "月租|租费|资费|月费|年费|包月|专线费|套餐费|电路费|单价|原价|现价|价钱|价位"
CHARGES = rf"(?:{RENTS}|价格|费用|收费|租金)"
FURTHER = r"[^，。；;！\n]"
HELP = "上门|检测|巡检|培训|咨询|测试|测速|讲解|讲座|演示|体检|评估|勘察|查勘|监测|维修|保修"
HELP += "|热线|电话|客服"
GIVING = (
    rf"(?<!不)免费(?!(?:提供|的|[一两]次)*(?:{HELP}))|免租|免收|免缴|免交|免除|减免|全免",
    r"(?<!另)不再?收(?:费|取|钱)|不要钱|不花钱|分文不取|(?<![\d.])[01]元|白送|白用",
    r"赠送(?!纪念)|赠予|返还(?!设备|终端|证件|资料)|退还(?!设备|终端|证件|资料)|返现|返费|退费",
    r"返利|返点|优待|打折|折扣|折让|折后|让利|降价|降费|减价|便宜|特价|立减|实惠|满减|代金券",
    r"优惠(?!方案|政策|办法|活动|资料)|半价|减半|对折|少付|少收|少交|少缴|减收|从优|贴补",
    r"(?<!进项)(?<!税额)(?<!税)(?:抵扣|抵用)(?!联|凭证|发票)",
    rf"(?<![\d.波]){NUMBER}折(?!合|算|旧|叠|线|返|中|页|断|腾|磨|现|射|弯|成|桥|宣)",
    rf"{CHARGES}(?:(?!不){FURTHER}){{0,8}}(?:降|减|下调|下浮|免|让|打|少[\d一两三五收付])",
    rf"(?:收|付|按|打|让|降|减|价的?)\d成|(?:付|收|交)一半|费{FURTHER}{{0,4}}(?:免|不用付|不必付)",
    r"一分钱?[也都]?不|抹(?:掉|零|去)|最低价|成本价|VIP价|(?:打个?|按)[一二三四五六七八九\d]{1,2}价",
    r"(?<!拨)打个?[一二三四五六七八九\d]{1,2}(?=$|[，。；;！\n])",
    rf"(?:买|签|存){FURTHER}{{0,6}}(?<![报发寄])送(?!达|货|到|交|审|检|电)",
    r"(?i:\d%?off|\boff\d|discount|free(?:of|month|use|charge))",
)
PRICED = "价格|费用|收费|租金|定价|报价|每个?月|每年|每季|首个?月|首年|月付|年付|/月|/年|只收"
SPENT = "投资|预算|经费|注册资本|产值|营收|收入|造价|保证金|产能|节约|节省"
MEASURED = "带宽|占用|利用率|使用率|可用|故障|丢包|误码|满意|用户|人数|流量|份额|完成|进度|达标"
MEASURED += "|接通|及时|覆盖|负荷|负载|内存|在线|时延|抖动|成功率|准确|增长|同比|环比|投诉|合格"
MEASURED += "|恢复|亮度|信号|上线|容量|电量|CPU|SLA|冗余|命中|检出|回收率|出勤|到场|参与|线路"


def offers_in(text: str) -> tuple[str, ...]:
    """What in `text` gives something away, or may: in the words of the text, each once.

    Free checks and courses, measured percentages (「带宽占用82%」) and sums that are invested are
    none; any other percentage is, and any sum beside a price.
    """
    found: list[str] = []
    for reading in readings(text):
        found += [m[0] for pattern in GIVING for m in re.finditer(pattern, reading)]
        for sentence in _sentences(reading):
            found += _sums(sentence) + _shares(sentence)
    return tuple(dict.fromkeys(found))


def prices_in(text: str) -> tuple[str, ...]:
    """Offers, and the bare mention of what somebody pays: 「月租」; else the discount as read."""
    named = [m[0] for reading in readings(text) for m in re.finditer(RENTS, reading)]
    found = tuple(dict.fromkeys((*offers_in(text), *named)))
    discount = figures_in(text).discount
    return found if found or discount is None else (say("discount", discount),)


def unread_in(text: str) -> tuple[str, ...]:
    """Offers in sentences without a figure: no limit was compared with them."""
    unread = [s for s in _sentences(readings(text)[-1]) if not _is_read(s)]
    return tuple(dict.fromkeys(word for s in unread for word in offers_in(s)))


def _is_read(text: str) -> bool:
    figures = figures_in(text)
    return figures.discount is not None or figures.amount is not None


def _sentences(text: str) -> list[str]:
    return re.split(r"[。；;！!？?\n]", text)


def _sums(sentence: str) -> list[str]:
    is_rent = re.search(RENTS, sentence)
    if not is_rent and (not re.search(PRICED, sentence) or re.search(SPENT, sentence)):
        return []
    return [m[0] for pattern in (MONEY, MONEY_SHORT) for m in re.finditer(pattern, sentence)]


def _shares(sentence: str) -> list[str]:
    found = []
    for clause in sentence.split("，"):
        if not re.search(MEASURED, clause) or re.search("[价费租]", clause):
            found += [m[0] for m in re.finditer(rf"{NUMBER}%", clause)]
    return found
