"""Numbers, percentages and sums as Chinese texts write them. Standard library only."""

import re
import unicodedata
from decimal import Decimal

DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
POWERS = {"十": 10, "百": 100, "千": 1000}
HAN = "零〇一二两三四五六七八九十百千万点"
FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟萬", "一二三四五六七八九十百千万")
"""The numerals of cheques and contracts: 伍万元整."""
NUMBER = r"\d+(?:\.\d+)?"
PERCENT = rf"({NUMBER})%?(?:[-~—–至到]({NUMBER}))?%"
MONEY = rf"(?:¥|￥|人民币)?({NUMBER})(?:[-~—–至到]({NUMBER}))?(亿|千万|百万|万|千)?(?:元|块)"
MONEY_SHORT = rf"({NUMBER})(?:[-~—–至到]({NUMBER}))?(亿|千万|百万|万)(?!元|块|户|人|条|台|次|兆)"
SCALE = {"": 1, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8}
MONEY_BARE = r"(?<![号单码话线\d.])(\d{3,}(?:\.\d+)?)()()(?=[，。；;！!\n]|$)"


WRAPPED = r"(?<![。；;！!？?：:\n])\n+(?!\d+[.、)）]|[一二三四五六七八九十]+、|[（(]|\n)"
"""A line that goes on in the next one: 「优惠」, break, 「15%」 is a discount too."""


def readings(text: str) -> tuple[str, ...]:
    """The normal text, and once more with its broken lines joined where that differs."""
    plain = normal(text)
    joined = re.sub(WRAPPED, "", plain)
    return (plain,) if joined == plain else (plain, joined)


def normal(text: str) -> str:
    """One way of writing: half-width, no blanks or invisible characters, Arabic numbers."""
    text = unicodedata.normalize("NFKC", text)
    kept = (c for c in text if c == "\n" or not (c.isspace() or unicodedata.category(c) == "Cf"))
    text = re.sub(r"(?<=\d),(?=\d{3})", "", "".join(kept)).translate(FORMAL)
    text = re.sub(rf"百分之\n*([{HAN}\d.]+)", lambda m: f"{arabic(m[1])}%", text)
    text = re.sub(rf"([{HAN}\d]+)分之([{HAN}\d]+)", _share, text)
    units = "%|折|成|个百分点|个点|年|个月|个?千?万?元|块|亿|整?(?:[，。；;！!\n]|$)"
    text = re.sub(rf"([{HAN}]+)(?={units})", lambda m: arabic(m[1]), text)
    text = re.sub(r"(\d)(?:个)?百分点|(\d)个点", lambda m: f"{m[1] or m[2]}%", text)
    text = re.sub(r"(\d)[wW](?:元|块)?(?![A-Za-z])", r"\1万元", text)
    text = re.sub(r"(\d)[kK](?:元|块)?(?![A-Za-z])", r"\1千元", text)
    text = re.sub(
        rf"(?:¥|RMB|人民币)({NUMBER})(亿|千万|百万|万|千)?(?![\d.元块亿万千])", r"\1\2元", text
    )
    return text.replace(",", "，")


def _share(match: re.Match[str]) -> str:
    """四分之一 → 25%; what is no share stays."""
    whole, part = arabic(match[1]), arabic(match[2])
    if not (whole.isdigit() and part.isdigit() and 0 < int(part) < int(whole)):
        return match[0]
    return f"{Decimal(part) * 100 / Decimal(whole):.2f}%"


def arabic(word: str) -> str:
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
    return total + section + digit * _short(word)


def _short(word: str) -> int:
    """「一万二」 is 12000, 「三千五」 3500: what the last digit of a spoken sum stands for."""
    power = {"百": 10, "千": 100, "万": 1000}.get(word[-2:-1], 1)
    return power if word[-1:] in DIGITS else 1


def numbers_in(match: re.Match[str]) -> list[Decimal]:
    """Both ends of a range, or the one number."""
    return [Decimal(n) for n in match.groups()[:2] if n]
