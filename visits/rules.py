"""Rules of visits and letters. Standard library only: no ORM, no settings, no clock."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.rules import close_of_business, local_date

REPLY_WORKDAYS = 2
"""书面来函在 2 个工作日内书面答复；收到当日不计 (R13)."""

ARRIVE_EARLY = timedelta(minutes=5)
EARLIEST_ARRIVAL = timedelta(hours=12)
"""上门拜访提前 5 分钟到达 (R5)."""

MIN_PURPOSE_LENGTH = 10
"""拜访目的至少写 10 个字 (R2)."""

STAGES = ("general_contact", "build_relationship", "substantive", "long_term")
"""The four visit stages in order (R2)."""

STAGE_HINTS = {
    "general_contact": "相互认识，了解组织机构和联系人",
    "build_relationship": "建立信任，了解偏好和当前的难处",
    "substantive": "了解需求、预算、决策流程和竞争情况",
    "long_term": "商谈合作协议、客户规划和续约",
}
"""What each stage is for (R2 [P])."""

DATE_DIFF, HOURS_24 = "date_diff", "24h"
"""How 「至少提前一天」 is measured (R4, D17)."""


def is_booked_in_time(booked_at: datetime, starts_at: datetime, rule: str) -> bool:
    """At least one day ahead: an earlier calendar day, or 24 hours by the other setting (R4)."""
    if rule == HOURS_24:
        return booked_at <= starts_at - timedelta(days=1)
    return local_date(booked_at) < local_date(starts_at)


def early_minutes(arrived_at: datetime, starts_at: datetime) -> int:
    """Whole minutes before the appointment; negative when late."""
    return int((starts_at - arrived_at).total_seconds() // 60)


def may_arrive(now: datetime, starts_at: datetime) -> bool:
    """Not half a day ahead: who comes then comes to another appointment (R5)."""
    return now > starts_at - EARLIEST_ARRIVAL


def is_punctual(arrived_at: datetime, starts_at: datetime) -> bool:
    """At the door at least five minutes early (R5)."""
    return arrived_at <= starts_at - ARRIVE_EARLY


def skips_a_stage(reached: str, wanted: str) -> bool:
    """True when `wanted` lies more than one step beyond what the customer has reached (R2)."""
    return STAGES.index(wanted) - STAGES.index(reached) > 1


def owes_thank_you(*, mode: str, is_formal: bool, phone_too: bool) -> bool:
    """Formal on-site visits owe a letter; phone visits only by setting (R8, D6)."""
    return is_formal and (mode == "on_site" or phone_too)


RECORD_WORKDAYS = 1
"""A visit is written down within one working day of its end (R9 [P])."""


def booking_due_at(planned_at: datetime, starts_at: datetime, closes_at: time | None) -> datetime:
    """Until when a formal visit has to be booked: close of business of the day before (R4).

    A visit planned after that instant can still be booked until it starts.
    """
    day_before = close_of_business(local_date(starts_at) - timedelta(days=1), closes_at)
    return day_before if day_before > planned_at else starts_at


def stages_below(stage: str) -> tuple[str, ...]:
    """The stages that a customer leaves behind on reaching `stage` (R2)."""
    return STAGES[: STAGES.index(stage)]


STATES = (
    "draft",
    "planned",
    "booked",
    "in_progress",
    "held",
    "recorded",
    "closed",
    "rescheduled",
    "cancelled",
    "no_show",
)
"""All states of a visit; the first seven in the order of its life (R3)."""


@dataclass(frozen=True)
class Move:
    """One verb: the states it may leave, and the state it reaches."""

    sources: frozenset[str]
    target: str


MOVES = {
    "plan": Move(frozenset({"draft"}), "planned"),
    "book": Move(frozenset({"planned"}), "booked"),
    "start": Move(frozenset({"planned", "booked"}), "in_progress"),
    "hold": Move(frozenset({"planned", "booked", "in_progress"}), "held"),
    "record": Move(frozenset({"held"}), "recorded"),
    "close": Move(frozenset({"recorded"}), "closed"),
    "reschedule": Move(frozenset({"planned", "booked"}), "rescheduled"),
    "cancel": Move(frozenset({"draft", "planned", "booked"}), "cancelled"),
    "no_show": Move(frozenset({"planned", "booked", "in_progress"}), "no_show"),
}
"""The whole life of a visit (R3). What is not in here is refused, from every path."""

NEED_BOOKING = frozenset({"start", "hold"})
"""A formal visit cannot take place before it is booked; the booking may be noted late (R4)."""

EDITABLE = frozenset({"draft", "planned", "booked"})
"""States in which the plan itself may still be changed."""


def sources(verb: str, *, is_formal: bool) -> frozenset[str]:
    """The states from which `verb` may be done to a formal or an informal visit (R3, R4)."""
    states = MOVES[verb].sources
    if is_formal and verb in NEED_BOOKING:
        return states - {"planned"}
    return states


def may_move(state: str, verb: str, *, is_formal: bool) -> bool:
    """Whether `verb` may be done to a visit in `state`."""
    return state in sources(verb, is_formal=is_formal)


APPROVAL_CATEGORIES = frozenset({"complaint", "contract", "tender"})
"""Letters whose answer always goes to the head first (§B.6)."""

APPROVAL_WORDS = (
    *("价格", "折扣", "优惠", "资费", "减免", "合同", "违约", "赔偿", "补偿", "承诺"),
    *("月租", "租费", "单价", "打折", "降价", "让利"),
    *("SLA", "服务等级", "可用率"),
)
"""Words in an answer that touch price, contract, SLA or compensation (§B.6)."""


@dataclass(frozen=True)
class ApprovalNeed:
    is_needed: bool
    reasons: tuple[str, ...]


def approval_need(
    *, category: str, category_label: str, body: str, offers: Sequence[str] = ()
) -> ApprovalNeed:
    """Why a reply has to be approved by the head before it goes out; nothing: the AM signs.

    `offers` are places that give something away in other words (offer_rules.unread_in).
    """
    reasons = []
    if category in APPROVAL_CATEGORIES:
        reasons.append(f"来函类别为「{category_label}」")
    named = [word for word in APPROVAL_WORDS if word in body]
    words = [*named, *(word for word in offers if not any(n in word for n in named))]
    if words:
        reasons.append("正文涉及" + "、".join(f"「{word}」" for word in words))
    return ApprovalNeed(bool(reasons), tuple(reasons))


def day_text(day: date) -> str:
    """「2026年11月9日」: no leading zeros, as letters write dates (§4.6)."""
    return f"{day.year}年{day.month}月{day.day}日"


def says(text: str, words: str) -> bool:
    """Whether `text` has these words, however they are spaced and punctuated."""
    bare, wanted = (re.sub(r"[\s，。、；：,.;:]", "", one) for one in (text, words))
    return wanted in bare


def numbered(lines: Iterable[str]) -> str:
    """「1. …」 per non-empty line."""
    kept = [line.strip() for line in lines if line.strip()]
    return "\n".join(f"{n}. {line}" for n, line in enumerate(kept, 1))
