"""What letters say and must not say. Standard library only: no ORM, no settings, no clock."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from visits.offer_rules import prices_in
from visits.rules import day_text, numbered

CURT = {
    "你们": "请改用「贵单位」或「您」",
    "您们": "请改用「各位」或「贵单位」",
    "你公司": "请改用「贵公司」",
    "你单位": "请改用「贵单位」",
    "你局": "请改用「贵局」",
    "你行": "请改用「贵行」",
    "我司": "全文请统一写「我公司」",
}
"""Words that are not polite enough for a letter, with what to write instead (§4.6)."""

RIVALS = ("中国移动", "中国联通", "中国广电", "中国铁通", "移动公司", "联通", "广电网络")
"""Other operators: a letter of ours does not name them (§4.6)."""

PRICE_WORDS = (
    "底价",
    "折扣",
    "价格",
    "单价",
    "报价",
    "优惠",
    "返点",
    "返利",
    "让利",
    "降价",
    "打折",
)
"""No word about price or discount in a thank-you letter unless approved (§B.6)."""

EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55\ufe0f]")
LEFT_OVER = re.compile(r"\{\w*\}|[×X]{2,}|_{2,}|【[^】]*】|〔(?:\s*|待填[^〕]*)〕")
"""Places of a pattern text that nobody has filled in."""


@dataclass(frozen=True)
class Finding:
    """One doubtful place and what is wrong; a blocking one keeps the letter in the house."""

    place: str
    advice: str
    is_blocking: bool = False


@dataclass(frozen=True)
class Watched:
    """A word that an administrator put on the list (R35), and what to write instead."""

    word: str
    advice: str
    is_blocking: bool


def lint(
    body: str,
    *,
    prices_block: bool,
    words: Sequence[Watched] = (),
    opening: str = "",
    approved: Sequence[str] = (),
) -> tuple[Finding, ...]:
    """Every doubtful place of a letter in reading order (§4.6, R35).

    `opening` is what is printed above the body: the salutation or whom it is addressed to.
    `approved` are words about prices that may stand in it: promises that were made rightly.
    """
    found: list[Finding] = []
    lines = [(f"第 {number} 段", line) for number, line in enumerate(body.splitlines(), 1)]
    for where, line in [("称呼", opening), *lines]:
        found += [
            Finding(_near(where, line, w.word), w.advice, w.is_blocking)
            for w in words
            if w.word in line
        ]
        found += _lint_line(where, line)
        if prices_block:
            found += _lint_prices(where, line, approved)
    return tuple(found)


def says_price(line: str) -> bool:
    """Whether a line of a thank-you letter touches price or discount, in whatever words."""
    return any(word in line for word in PRICE_WORDS) or bool(prices_in(line))


def without(text: str, approved: Sequence[str]) -> str:
    """`text` less the words that may stand in it, the longest first."""
    for words in sorted(filter(None, map(_bare, approved)), key=len, reverse=True):
        text = text.replace(words, "")
    return text


def _lint_prices(where: str, line: str, approved: Sequence[str]) -> list[Finding]:
    rest = without(line, approved)
    named = [word for word in PRICE_WORDS if word in rest]
    offers = [word for word in prices_in(rest) if not any(n in word for n in named)]
    places = [_near(where, rest, word) for word in named]
    places += [f"{where}“{word}”" for word in offers]
    return [Finding(place, "感谢函不写未经批准的价格与折扣", True) for place in places]


def _lint_line(where: str, line: str) -> list[Finding]:
    found = [
        Finding(_near(where, line, word), advice) for word, advice in CURT.items() if word in line
    ]
    found += [
        Finding(_near(where, line, word), "信函中不点名其他运营商")
        for word in RIVALS
        if word in line
    ]
    if emoji := EMOJI.search(line):
        found.append(Finding(_near(where, line, emoji.group()), "信函中不用表情符号"))
    for hole in LEFT_OVER.finditer(line):
        found.append(Finding(_near(where, line, hole.group()), "这里还没有填写", True))
    return found


def _near(where: str, line: str, word: str) -> str:
    """「第 3 段“…两折的折扣…”」: the word with a few characters on either side."""
    at = line.index(word)
    start, end = max(0, at - 6), at + len(word) + 6
    left, right = "…" if start else "", "…" if end < len(line) else ""
    return f"{where}“{left}{line[start:end]}{right}”"


# --- the thank-you letter ---------------------------------------------------------------------
@dataclass(frozen=True)
class Promised:
    content: str
    owner: str
    due_on: date


@dataclass(frozen=True)
class Meeting:
    """What a visit gives to its letter; `points`, `promises` and `next_step` may be empty."""

    met_on: date
    place: str
    topic: str
    is_phone: bool
    your_side: str  # 贵单位, 贵局 …
    addressees: int
    points: tuple[str, ...] = ()
    promises: tuple[Promised, ...] = ()
    next_step: str = ""


YOUR_SIDE = (
    ("局", "贵局"),
    ("银行", "贵行"),
    ("分行", "贵行"),
    ("医院", "贵院"),
    ("学院", "贵院"),
    ("大学", "贵校"),
    ("中学", "贵校"),
    ("学校", "贵校"),
    ("公司", "贵公司"),
    ("集团", "贵集团"),
    ("中心", "贵中心"),
    ("委员会", "贵委"),
)


def your_side(customer_name: str) -> str:
    """「贵局」「贵公司」… by the end of the customer's name; otherwise 「贵单位」."""
    bare = re.sub(r"[（(].*[)）]$", "", customer_name)
    return next((polite for end, polite in YOUR_SIDE if bare.endswith(end)), "贵单位")


def salutation(names: Sequence[str]) -> str:
    """「尊敬的王局长、李处长」 without the colon; 「尊敬的客户」 when nobody is known."""
    return "尊敬的" + ("、".join(names) or "客户")


def polite_name(name: str, called: str, title: str) -> str:
    """「王局长」 as the record has it, otherwise name and title."""
    return called or f"{name}{title}"


def thank_you_body(meeting: Meeting) -> str:
    """The letter's paragraphs, one per line: thanks, agreed points, promises, next step (§B.6)."""
    you = "各位" if meeting.addressees > 1 else "您"
    parts = ["各位好！" if meeting.addressees > 1 else "您好！", _thanks(meeting, you)]
    if meeting.points:
        parts += ["会谈中，双方就以下事项取得了一致意见：", numbered(map(_closed, meeting.points))]
    if meeting.promises:
        parts += [
            "我公司承诺办理的事项如下：",
            numbered(_promise_text(p) for p in meeting.promises),
        ]
    if meeting.next_step:
        parts.append(_next_step_text(meeting.next_step))
    parts.append(
        f"这次会面使我公司对{meeting.your_side}的想法和要求有了更清楚的了解，意义重大。"
        f"再次感谢{you}的信任与支持，期待今后继续为{meeting.your_side}做好服务。"
    )
    return "\n".join(parts)


def _thanks(meeting: Meeting, you: str) -> str:
    place = f"在{meeting.place}" if meeting.place else ""
    how = "接听电话" if meeting.is_phone else f"{place}安排会面"
    about = f"围绕“{_bare(meeting.topic)}”同我公司深入交流"
    return f"{day_text(meeting.met_on)}，承蒙{you}于百忙之中{how}，{about}，谨致诚挚的谢意！"


def _promise_text(promise: Promised) -> str:
    return f"{day_text(promise.due_on)}前，{_bare(promise.content)}（责任人：{promise.owner}）。"


def _next_step_text(text: str) -> str:
    lines = [_bare(line) for line in text.splitlines() if line.strip()]
    return "下一步安排：" + "；".join(lines) + "。届时我公司将提前联系确认。"


def _bare(text: str) -> str:
    return text.strip().rstrip("。；;.，, ")


def _closed(text: str) -> str:
    return _bare(text) + "。"


def missing_facts(body: str, meeting: Meeting) -> tuple[Finding, ...]:
    """The date of the meeting and each promised day must stand in the letter as in the record."""
    wanted = {"拜访日期": meeting.met_on} | {
        f"承诺「{promise.content}」的日期": promise.due_on for promise in meeting.promises
    }
    return tuple(
        Finding(label, f"正文里没有写 {day_text(day)}")
        for label, day in wanted.items()
        if day_text(day) not in body
    )
