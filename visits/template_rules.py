"""Pattern texts with merge fields (§B.6). Standard library only: no ORM, no settings, no clock."""

import re
from collections.abc import Mapping

FIELDS = {
    "customer": "客户名称",
    "your_side": "对方称呼",
    "contact": "联系人姓名",
    "title": "联系人职务",
    "visit_date": "拜访日期",
    "place": "拜访地点",
    "topic": "拜访主题",
    "summary_points": "会谈要点",
    "commitments": "承诺事项",
    "next_step": "下一步安排",
    "am_name": "客户经理姓名",
    "am_phone": "客户经理电话",
    "letter_ref": "引据来函的一句话",
    "letter_date": "来函日期",
    "policy_ref": "依据的规定或协议",
    "alternatives": "替代办法",
    "promised_on": "承诺正式答复的日期",
    "interim_reason": "暂不能正式答复的原因",
}
"""Name of a merge field → what it is filled with, and how people see and write it."""
CODES = {words: name for name, words in FIELDS.items()}

FIELD = re.compile(r"\{(\w*)\}")
OPEN_PLACE = re.compile(r"〔待填：[^〕]*〕")


def faults(body: str) -> tuple[str, ...]:
    """What is wrong with the merge fields of a pattern text, each once, in reading order."""
    found: list[str] = []
    for number, line in enumerate(body.splitlines(), 1):
        for name in FIELD.findall(line):
            if name not in FIELDS and name not in CODES:
                found.append(f"第 {number} 段的 {{{name}}} 不是可用的字段。")
        if re.search(r"[{}]", FIELD.sub("", line)):
            found.append(f"第 {number} 段的花括号没有成对，或者字段名里有不能用的字符。")
    return tuple(dict.fromkeys(found))


def worded(body: str) -> str:
    """`body` as people read it: {客户名称} for {customer}."""
    return FIELD.sub(lambda match: f"{{{FIELDS.get(match.group(1), match.group(1))}}}", body)


def coded(body: str) -> str:
    """`body` as it is kept: the way back from `worded`."""
    return FIELD.sub(lambda match: f"{{{CODES.get(match.group(1), match.group(1))}}}", body)


def merge(body: str, values: Mapping[str, str]) -> str:
    """`body` with its fields filled; one without a value is left as an open place.

    「〔待填：承诺事项〕」 keeps the letter in the house until somebody writes it (lint).
    """

    def filled(match: re.Match[str]) -> str:
        name = match.group(1)
        return values.get(name, "").strip() or open_place(name)

    return FIELD.sub(filled, body)


def open_place(name: str) -> str:
    """What stands for a merge field that has no value yet."""
    return f"〔待填：{FIELDS.get(name, name)}〕"


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with the open places of those fields filled that have a value by now."""
    for name, value in values.items():
        if value:
            text = text.replace(open_place(name), value)
    return text


def without_open_places(text: str) -> str:
    """`text` as its writer means it: the names of what is still to be written say nothing."""
    return OPEN_PLACE.sub("", text)
