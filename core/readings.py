"""Every way to begin typing a Chinese name: its characters, pinyin or initials, from any point on.

A search then is a prefix match, which an ordinary index answers for one character as for twenty.
A character that is read in several ways (行, 长, 乐) gives a key for each usual reading, unless it
stands in a known word: 银行 is never yinxing, 重庆 never zhongqing.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT
from pypinyin.seg.mmseg import seg

from core.pinyin import INITIALS, SURNAMES

MAX_LENGTH = 24
MAX_VARIANTS = 8  # one other character read otherwise each; more is noise

# Usual readings in names of organisations, places and people; rare ones would only be noise.
SEVERAL = {
    "行": "hang xing", "长": "chang zhang", "乐": "le yue", "会": "hui kuai", "车": "che ju",
    "重": "zhong chong", "都": "du dou", "大": "da dai", "区": "qu ou", "单": "dan shan chan",
    "朝": "chao zhao", "厦": "sha xia", "藏": "cang zang", "传": "chuan zhuan", "弹": "dan tan",
    "调": "diao tiao", "和": "he huo", "系": "xi ji", "降": "jiang xiang", "校": "xiao jiao",
    "率": "lv shuai", "省": "sheng xing", "石": "shi dan", "数": "shu shuo",
    "盛": "sheng cheng", "参": "can shen cen", "宿": "su xiu", "便": "bian pian",
    "朴": "pu piao", "柏": "bai bo", "曾": "zeng ceng", "尉": "wei yu", "解": "jie xie",
    "仇": "chou qiu", "查": "cha zha", "盖": "gai ge", "翟": "zhai di", "覃": "qin tan",
    "缪": "miao mou", "员": "yuan yun", "秘": "mi bi", "稽": "ji qi", "蚌": "beng bang",
    "合": "he ge", "种": "zhong chong", "着": "zhe zhuo", "地": "di de", "万": "wan mo",
    "属": "shu zhu", "卡": "ka qia", "血": "xue xie", "模": "mo mu", "落": "luo la",
    "泊": "bo po", "圩": "wei xu", "铅": "qian yan", "涡": "wo guo", "歙": "she xi",
    "俞": "yu shu", "隗": "wei kui", "折": "zhe she", "佛": "fo fu", "繁": "fan po",
    "召": "zhao shao", "强": "qiang jiang", "角": "jiao jue", "奇": "qi ji", "贾": "jia gu",
    "给": "gei ji", "识": "shi zhi", "拓": "tuo ta", "巷": "xiang hang", "颉": "jie xie",
    "见": "jian xian",
}  # fmt: skip
SEVERAL = {char: tuple(text.split()) for char, text in SEVERAL.items()}


@dataclass(frozen=True)
class Key:
    """`text` ≤ 24 characters; `is_start`: from the first character; `is_letters`: pinyin."""

    text: str
    is_start: bool
    is_letters: bool


def plain(text: str) -> str:
    """As compared: full width folded, lower case, without spaces and marks."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text).lower())


def keys(name: str, *, is_person: bool = False) -> Iterator[Key]:
    """Every suffix of `name` in characters, in full pinyin and in initials. May repeat a key."""
    text = plain(name)
    for i in range(len(text)):
        yield Key(text[i : i + MAX_LENGTH], i == 0, False)
    for syllables in _variants(text, is_person):
        for i in range(len(syllables)):
            rest = syllables[i : i + MAX_LENGTH]
            yield Key("".join(rest)[:MAX_LENGTH], i == 0, True)
            yield Key("".join(s[0] for s in rest), i == 0, True)


def _variants(text: str, is_person: bool) -> list[tuple[str, ...]]:
    """Readings of `text`, a syllable per character; the most likely one comes first."""
    base = _in_context(text)
    found = [base]
    if is_person and (read := _as_surname(text, base)):
        found.insert(0, read)
    for i in _uncertain(text):
        for other in SEVERAL[text[i]]:
            variant = (*found[0][:i], other, *found[0][i + 1 :])
            if variant not in found:
                found.append(variant)
    return found[:MAX_VARIANTS]


def _uncertain(text: str) -> Iterator[int]:
    """Where a character of several readings stands outside the words of the dictionary."""
    at = 0
    for word in seg.cut(text):
        if word not in PHRASES_DICT:
            yield from (at + i for i, char in enumerate(word) if char in SEVERAL)
        at += len(word)


def _in_context(text: str) -> tuple[str, ...]:
    read = lazy_pinyin(text, errors=list)
    # lazy_pinyin may answer in its own way to a rare sign; then each character stands for itself.
    return tuple(read) if len(read) == len(text) and all(read) else tuple(text)


def _as_surname(text: str, base: tuple[str, ...]) -> tuple[str, ...] | None:
    for length in (2, 1):
        full = SURNAMES.get(text[:length])
        if full:
            head = _split(full) if length == len("尉迟") else (full,)
            return (*head, *base[length:])
    return None


def _split(full: str) -> tuple[str, str]:
    """yuchi → yu, chi: the second initial tells where the second syllable begins."""
    at = full.index(INITIALS[full][1], 1)
    return full[:at], full[at:]
