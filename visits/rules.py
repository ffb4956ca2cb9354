"""Rules of visits and letters. Standard library only: no ORM, no settings, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.rules import local_date

THANK_YOU_HOURS = 48
"""正式拜访结束后 48 个小时内送出感谢函 (R8)."""

REPLY_WORKDAYS = 2
"""书面来函在 2 个工作日内书面答复；收到当日不计 (R13)."""

ARRIVE_EARLY = timedelta(minutes=5)
"""上门拜访提前 5 分钟到达 (R5)."""

MIN_PURPOSE_LENGTH = 10
"""拜访目的至少写 10 个字 (R2)."""

STAGES = ("general_contact", "build_relationship", "substantive", "long_term")
"""The four visit stages in order (R2)."""

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


def is_punctual(arrived_at: datetime, starts_at: datetime) -> bool:
    """At the door at least five minutes early (R5)."""
    return arrived_at <= starts_at - ARRIVE_EARLY


def skips_a_stage(reached: str, wanted: str) -> bool:
    """True when `wanted` lies more than one step beyond what the customer has reached (R2)."""
    return STAGES.index(wanted) - STAGES.index(reached) > 1


def owes_thank_you(*, mode: str, is_formal: bool, phone_too: bool) -> bool:
    """Formal on-site visits owe a letter; phone visits only by setting (R8, D6)."""
    return is_formal and (mode == "on_site" or phone_too)


def was_born_late(ended_at: datetime, logged_at: datetime) -> bool:
    """The visit was written down after its letter was already due (R8)."""
    return logged_at > ended_at + timedelta(hours=THANK_YOU_HOURS)


APPROVAL_CATEGORIES = frozenset({"complaint", "contract", "tender"})
"""Letters whose answer always goes to the head first (§B.6)."""

APPROVAL_WORDS = ("价格", "折扣", "优惠", "资费", "合同", "违约", "赔偿", "补偿", "减免", "承诺")
"""Words in an answer that touch price, contract, SLA or compensation (§B.6)."""


@dataclass(frozen=True)
class ApprovalNeed:
    is_needed: bool
    reasons: tuple[str, ...]


def approval_need(*, category: str, category_label: str, body: str) -> ApprovalNeed:
    """Why a reply has to be approved by the head before it goes out; nothing: the AM signs."""
    reasons = []
    if category in APPROVAL_CATEGORIES:
        reasons.append(f"来函类别为「{category_label}」")
    words = [word for word in APPROVAL_WORDS if word in body]
    if words:
        reasons.append("正文涉及" + "、".join(f"「{word}」" for word in words))
    return ApprovalNeed(bool(reasons), tuple(reasons))


def day_text(day: date) -> str:
    """「2026年11月9日」: no leading zeros, as letters write dates (§4.6)."""
    return f"{day.year}年{day.month}月{day.day}日"


def numbered(lines: Iterable[str]) -> str:
    """「1. …」 per non-empty line."""
    kept = [line.strip() for line in lines if line.strip()]
    return "\n".join(f"{n}. {line}" for n, line in enumerate(kept, 1))
