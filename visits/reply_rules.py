"""How a 复函 is worded and set. Standard library only: no ORM, no settings, no clock."""

import re
from dataclasses import dataclass
from datetime import date

from visits.rules import day_text


@dataclass(frozen=True)
class Incoming:
    """What the customer's letter gives to the reply."""

    subject: str
    your_side: str
    letter_on: date | None
    customer_ref: str


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
