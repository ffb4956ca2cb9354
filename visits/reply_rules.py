"""How a 复函 is worded and set. Standard library only: no ORM, no settings, no clock."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from visits.rules import day_text

STANDARD, NOT_LAUNCHED, OUT_OF_POLICY, HOLDING = (
    "standard",
    "not_launched",
    "out_of_policy",
    "holding",
)
SITUATIONS = {
    STANDARD: "一般答复",
    NOT_LAUNCHED: "业务尚未开办",
    OUT_OF_POLICY: "不符合规定",
    HOLDING: "先作初步答复",
}
"""Pattern texts of a reply: R13, R15, R16 and the holding reply."""


@dataclass(frozen=True)
class Incoming:
    """What the customer's letter gives to the reply."""

    subject: str
    your_side: str
    letter_on: date | None
    customer_ref: str
    promised_on: date | None = None


def cited(letter: Incoming) -> str:
    """「贵局2026年11月20日《关于…的函》（绍数函〔2026〕12号）收悉。」 (§4.6)"""
    day = day_text(letter.letter_on) if letter.letter_on else ""
    ref = f"（{letter.customer_ref}）" if letter.customer_ref else ""
    return f"{letter.your_side}{day}《{letter.subject.strip('《》')}》{ref}收悉。"


def reply_title(subject: str) -> str:
    """「关于专线扩容的复函」 from 「关于专线扩容的函」 or any other subject."""
    core = re.sub(r"(的)?(来函|复函|请示|函|信)$", "", subject.strip("《》 "))
    core = core.removeprefix("关于")
    return f"关于{core}的复函"


def reply_body(situation: str, letter: Incoming) -> str:
    """The pattern text, one paragraph per line; 【…】 marks what the writer fills in."""
    return "\n".join([cited(letter), *PATTERNS[situation](letter)])


def _standard(letter: Incoming) -> list[str]:
    return [
        "经研究，现函复如下：",
        "一、关于【来函所提第一项】，我公司【同意或不同意】，依据是【依据】。",
        "二、【办理措施、完成日期与责任人】。",
        "特此函复。",
    ]


def _not_launched(letter: Incoming) -> list[str]:
    return [
        f"首先感谢{letter.your_side}对我公司的信任。经研究，现函复如下：",
        "一、来函所提【业务名称】目前在【区域】尚未开办，暂时不能提供，敬请谅解。",
        "二、该业务一经开办，我公司将立即告知。",
        "三、为解决眼下的需要，建议先采用以下办法：【替代方案、办理时间与责任人】。",
        "特此函复。",
    ]


def _out_of_policy(letter: Incoming) -> list[str]:
    return [
        f"来函所提要求未能满足，给{letter.your_side}带来不便，我公司深表歉意。现函复如下：",
        "一、关于【来函所提事项】，按照【规定或协议名称】的约定，我公司不能办理，原因是【原因】。",
        "二、我公司可以提供【可行的办法与时间】，请予理解和支持。",
        "三、如确有特殊情况，请来函说明，我公司将向上级报告后再作答复。",
        "特此函复。",
    ]


def _holding(letter: Incoming) -> list[str]:
    day = day_text(letter.promised_on) if letter.promised_on else "【日期】"
    return [
        "现将办理情况先行函复如下：",
        "一、来函所提事项需要【核实或协调的内容】，目前正在办理。",
        f"二、我公司将于{day}前作出正式书面答复。",
        "特此函复。",
    ]


PATTERNS: dict[str, Callable[[Incoming], list[str]]] = {
    STANDARD: _standard,
    NOT_LAUNCHED: _not_launched,
    OUT_OF_POLICY: _out_of_policy,
    HOLDING: _holding,
}

TITLE_WIDTH = 20
"""Characters of 22 pt on one line of 156 mm."""

UNBREAKABLE = re.compile(r"[0-9]+[年月日号]?|[A-Za-z]+|《|“|（")
NOT_FIRST = "的》”）、，。年月日号"


def title_lines(title: str, width: int = TITLE_WIDTH) -> list[str]:
    """The title in lines of about equal length: none split inside a number, none left alone."""
    count = -(-len(title) // width)
    lines, start = [], 0
    for left in range(count, 1, -1):
        wanted = start + round((len(title) - start) / left)
        end = next((e for e in _around(wanted) if _may_break(title, start, e, width)), wanted)
        lines.append(title[start:end])
        start = end
    return [*lines, title[start:]]


def _around(place: int) -> list[int]:
    return [place + step for step in (0, -1, 1, -2, 2, -3, 3)]


def _may_break(title: str, start: int, end: int, width: int) -> bool:
    if not start < end < len(title) or end - start > width or title[end] in NOT_FIRST:
        return False
    return not any(m.start() < end < m.end() for m in UNBREAKABLE.finditer(title)) and (
        title[end - 1] not in "《“（关"
    )


HEADING = re.compile(r"^[一二三四五六七八九十]+、[^。；：，]{1,20}$")


@dataclass(frozen=True)
class Paragraph:
    text: str
    is_heading: bool


def paragraphs(body: str) -> list[Paragraph]:
    """The non-empty lines of a text; 「一、短标题」 is a heading of the first level (§4.6).

    「1. 」 loses its space, as letters are numbered, except before a figure.
    """
    lines = [re.sub(r"^(\d+\.) +(?=\D)", r"\1", line.strip()) for line in body.splitlines()]
    return [Paragraph(line, bool(HEADING.match(line))) for line in lines if line]
