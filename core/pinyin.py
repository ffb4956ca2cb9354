"""How a Chinese name is typed on a keyboard: full pinyin and initials, for search and sorting."""

import re

from pypinyin import Style, lazy_pinyin, load_phrases_dict, load_single_dict

# Read differently at the head of a person's name than in running text (trust.md §4.5).
SURNAMES = {
    "尉迟": "yuchi",
    "万俟": "moqi",
    "单于": "chanyu",
    "澹台": "tantai",
    "长孙": "zhangsun",
    "令狐": "linghu",
    "单": "shan",
    "曾": "zeng",
    "解": "xie",
    "仇": "qiu",
    "区": "ou",
    "查": "zha",
    "朴": "piao",
    "盖": "ge",
    "覃": "qin",
    "任": "ren",
    "华": "hua",
    "乐": "yue",
    "翟": "zhai",
    "缪": "miao",
    "逄": "pang",
    "员": "yun",
    "秘": "bi",
    "宓": "mi",
    "冼": "xian",
    "燕": "yan",
}
INITIALS = {"yuchi": "yc", "moqi": "mq", "chanyu": "cy", "tantai": "tt", "zhangsun": "zs"}
INITIALS["linghu"] = "lh"

load_single_dict({0x20BB7: "jí", 0x2B5AE: "yǐ"})  # 𠮷 𫖮 are missing in the package
load_phrases_dict({"会稽": [["kuài"], ["jī"]]})  # the hill, not the meeting


def keys(name: str, *, is_person: bool = False) -> tuple[str, str]:
    """(full pinyin, initials), lower case, letters and digits only; unknown characters stay.

    `is_person` reads the head of the name as a surname: 单雄 is shanxiong, not danxiong.
    """
    head = _surname(name) if is_person else ""
    rest = name[len(head) :]
    full = [SURNAMES[head]] if head else []
    short = [INITIALS.get(full[0], full[0][0])] if head else []
    full += lazy_pinyin(rest)
    short += lazy_pinyin(rest, style=Style.FIRST_LETTER)
    return _plain(full), _plain(short)


def _surname(name: str) -> str:
    for length in (2, 1):
        if name[:length] in SURNAMES:
            return name[:length]
    return ""


def _plain(parts: list[str]) -> str:
    return re.sub(r"[\W_]", "", "".join(parts).lower())
