"""What a Chinese text promises: discounts, sums, terms, service levels (R14). Standard library."""

import re
import unicodedata
from dataclasses import dataclass, fields
from decimal import Decimal


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


DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
POWERS = {"十": 10, "百": 100, "千": 1000}
HAN = "零〇一二两三四五六七八九十百千万点"
FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟萬", "一二三四五六七八九十百千万")
"""The numerals of cheques and contracts: 伍万元整."""
NUMBER = r"\d+(?:\.\d+)?"
PERCENT = rf"({NUMBER})%?(?:[-~—–至到]({NUMBER}))?%"
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
MONEY = rf"(?:¥|￥|人民币)?({NUMBER})(?:[-~—–至到]({NUMBER}))?(亿|千万|百万|万|千)?(?:元|块)"
MONEY_SHORT = rf"({NUMBER})(?:[-~—–至到]({NUMBER}))?(亿|千万|百万|万)(?!元|块|户|人|条|台|次|兆)"
SCALE = {"": 1, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8}
MONEY_BARE = r"(?<![号单码话线\d.])(\d{3,}(?:\.\d+)?)()()(?=[，。；;！!\n]|$)"
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
    plain = _normal(text)
    found = _in_plain(plain)
    joined = re.sub(WRAPPED, "", plain)
    return found if joined == plain else found.with_(_in_plain(joined))


def _in_plain(text: str) -> Figures:
    return Figures(
        max(_discounts(text), default=None),
        max(_amounts(text), default=None),
        max(_terms(text), default=None),
        max(_levels(text), default=None),
    )


WRAPPED = r"(?<![。；;！!？?：:\n])\n+(?!\d+[.、)）]|[一二三四五六七八九十]+、|[（(]|\n)"
"""A line that goes on in the next one: 「优惠」, break, 「15%」 is a discount too."""


def _normal(text: str) -> str:
    """One way of writing: half-width, no blanks or invisible characters, Arabic numbers."""
    text = unicodedata.normalize("NFKC", text)
    kept = (c for c in text if c == "\n" or not (c.isspace() or unicodedata.category(c) == "Cf"))
    text = re.sub(r"(?<=\d),(?=\d{3})", "", "".join(kept)).translate(FORMAL)
    text = re.sub(rf"百分之\n*([{HAN}\d.]+)", lambda m: f"{_arabic(m[1])}%", text)
    text = re.sub(rf"([{HAN}\d]+)分之([{HAN}\d]+)", _share, text)
    units = "%|折|成|个百分点|个点|年|个月|个?千?万?元|块|亿|整?(?:[，。；;！!\n]|$)"
    text = re.sub(rf"([{HAN}]+)(?={units})", lambda m: _arabic(m[1]), text)
    text = re.sub(r"(\d)(?:个)?百分点|(\d)个点", lambda m: f"{m[1] or m[2]}%", text)
    text = re.sub(r"(\d)[wW](?:元|块)?(?![A-Za-z])", r"\1万元", text)
    text = re.sub(r"(\d)[kK](?:元|块)?(?![A-Za-z])", r"\1千元", text)
    text = re.sub(
        rf"(?:¥|RMB|人民币)({NUMBER})(亿|千万|百万|万|千)?(?![\d.元块亿万千])", r"\1\2元", text
    )
    return text.replace(",", "，")


def _share(match: re.Match[str]) -> str:
    """四分之一 → 25%; what is no share stays."""
    whole, part = _arabic(match[1]), _arabic(match[2])
    if not (whole.isdigit() and part.isdigit() and 0 < int(part) < int(whole)):
        return match[0]
    return f"{Decimal(part) * 100 / Decimal(whole):.2f}%"


def _arabic(word: str) -> str:
    """「十五」 → 15, 「八五」 → 85, 「八点五」 → 8.5, 「两万五千」 → 25000; others stay."""
    if re.fullmatch(r"[\d.]+", word) or word in ("万", "千", "百", "点"):
        return word
    whole, _, part = word.partition("点")
    if part and all(c in DIGITS for c in part):
        return f"{_whole(whole)}.{''.join(str(DIGITS[c]) for c in part)}"
    return str(_whole(word.replace("点", "")))


def _whole(word: str) -> int:
    if word and all(char in DIGITS for char in word):
        return int("".join(str(DIGITS[char]) for char in word))
    total = section = digit = 0
    for char in word:
        if char in DIGITS:
            digit = DIGITS[char]
        elif char in POWERS:
            section += (digit or 1) * POWERS[char]
            digit = 0
        elif char == "万":
            total, section, digit = (total + section + digit) * 10**4, 0, 0
    return total + section + digit


def _numbers(match: re.Match[str]) -> list[Decimal]:
    """Both ends of a range, or the one number."""
    return [Decimal(n) for n in match.groups()[:2] if n]


def _discounts(text: str) -> list[Decimal]:
    patterns = (
        rf"{PERCENT}{NEAR}(?:{LOWERS})",
        rf"(?:{LOWERS}){GAP}{PERCENT}",
        rf"(?:{PRICES}){GAP}(?:{FALLS}){GAP}{PERCENT}",
    )
    found = [n for pattern in patterns for m in re.finditer(pattern, text) for n in _numbers(m)]
    named = r"(?:折扣|优惠|让利)(?:率|幅度|力度)?(?:为|是|达|:)"
    bare = rf"{named}({NUMBER})(?![\d.年月日号:次项类种条户元万千百])"
    found += [Decimal(m[1]) for m in re.finditer(bare, text)]
    rest = (
        rf"(?:{LISTED})的?{GAP}{PERCENT}(?:收|执行|结算|计|付|$|，|。|给|供|提供)",
        rf"按{GAP}{PERCENT}的?(?:{PRICES})?(?:收费|收取|计费|计收)",
        rf"(?<!拨)打{PERCENT}(?:$|，|。|折扣|给|收|优惠|计)",
    )
    found += [100 - min(_numbers(m)) for p in rest for m in re.finditer(p, text)]
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


def _amounts(text: str) -> list[Decimal]:
    """Money that is given up: 减免、赔偿、补偿 … and a sum, in either order; in 元."""
    gap = r"(?:\d+个月|[^，。；;！\n\d]){0,12}"
    found = []
    for money in (MONEY, MONEY_SHORT, MONEY_BARE):
        for pattern in (rf"(?:{GIVES}){gap}{money}", rf"{money}(?:整|的|左右|以内)*(?:{GIVES})"):
            for match in re.finditer(pattern, text):
                found.append(max(_numbers(match)) * SCALE[match[3] or ""])
    return found


FREE = "免费|不收费|全免|免租|免收|0元"
LASTING = r"(?:首|前|第)?\d{0,2}(?:个月|年|季度)"


def _free(text: str) -> list[Decimal]:
    """首年免费, 减免3个月月租 without the sum: the whole price is given up."""
    months = rf"(?:免|免收|免除|减免|免缴|不收){LASTING}的?(?:{PRICES})"
    patterns = (
        *([] if _amounts(text) else [months]),
        rf"(?:首|前|第)\d{{0,2}}(?:个月|年|季度)的?(?:{PRICES})?(?:{FREE})",
        rf"(?:月租费|月租|资费|专线费|套餐费|电路费)(?:{FREE})",
    )
    return [Decimal(100) for pattern in patterns if re.search(pattern, text)]


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
            found += [n for m in re.finditer(pattern, sentence) for n in _numbers(m)]
    return found


REFUSES = re.compile("不能|无法|不予|未能|难以|不便|不同意|不符合|不再|未获|不具备")
GRANTS = re.compile("但|不过|同意|给予|可以|可给|改为|另")


def without_refusals(text: str) -> str:
    """The sentences that do not merely decline: used where a request was already turned down."""
    sentences = re.split(r"(?<=[。；;！!\n])", text)
    return "".join(s for s in sentences if not REFUSES.search(s) or GRANTS.search(s))
