"""现在要决定的: what waits for a head, each with its count and the page where it is decided.

A topic that has no page yet, or no role for the reader, is absent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count as CountOf
from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from core.paging import count_up_to
from reminders.models import DutyKind, Obligation
from staff.access import MAY, may
from staff.models import User
from visits.actions.replying import to_approve
from visits.actions.reviewing import to_review
from visits.issue_reports import urgent_seen_by
from visits.promise_reports import to_decide
from visits.weekly_reports import waiting_for

MOST = 99


@dataclass(frozen=True)
class Waiting:
    """`rows` are what waits for this reader; `pages` are tried in order until one exists.

    Without `rows`: the overdue duties of the kind `overdue`, or of all.
    """

    label: str
    icon: str
    verb: str
    pages: tuple[str, ...]
    rows: Callable[[User], QuerySet] | None = None
    query: str = ""
    overdue: str = ""


@dataclass(frozen=True)
class Count:
    label: str
    icon: str
    url: str
    count: int
    has_more: bool
    is_late: bool


DUTIES = ("reminders:duty_list",)
REGISTRY = [
    Waiting("拜访记录待审阅", "bi-journal-check", "records.review",
            ("visits:record_queue",), to_review),
    Waiting("请示待决定", "bi-signpost-split", "escalations.decide",
            ("visits:escalation_list",), to_decide),
    Waiting("复函待审核", "bi-check2-square", "letters.approve", ("crm:team",), to_approve),
    Waiting("周计划待批阅", "bi-calendar-week", "weekly.review",
            ("visits:weekly_review",), waiting_for),
    Waiting("客户问题紧急或拖得太久", "bi-tools", "team.view", ("visits:issue_list",),
            lambda user: urgent_seen_by(user, timezone.localdate()), query="?late=1"),
    Waiting("感谢函逾期", "bi-envelope-exclamation", "team.view", DUTIES,
            query="?state=overdue&kind=thank_you_letter", overdue=DutyKind.THANK_YOU_LETTER),
    Waiting("来函逾期", "bi-inbox", "team.view", DUTIES,
            query="?state=overdue&kind=letter_reply", overdue=DutyKind.LETTER_REPLY),
    Waiting("承诺逾期", "bi-bookmark-x", "team.view", DUTIES,
            query="?state=overdue&kind=commitment", overdue=DutyKind.COMMITMENT),
    Waiting("全部逾期时限", "bi-hourglass-bottom", "team.view", ("crm:team",)),
]  # fmt: skip


def waiting(user: User, now: datetime) -> list[Count]:
    """One count for each topic of the reader. Nothing for somebody who oversees nobody."""
    if not may(user, "team.view"):
        return []
    overdue, found = _overdue(user, now), []
    for topic in REGISTRY:
        url = _url(topic.pages)
        if url and topic.verb in MAY and may(user, topic.verb):
            count, has_more = _count(topic, user, overdue)
            is_late = topic.rows is None
            found.append(
                Count(topic.label, topic.icon, url + topic.query, count, has_more, is_late)
            )
    return found


def _overdue(user: User, now: datetime) -> dict[str, int]:
    """{kind: how many are overdue} of those whom `user` oversees. One query for all topics."""
    duties = Obligation.objects.visible_to(user).overdue(now).order_by()
    return dict(duties.values_list("kind").annotate(count=CountOf("pk")))


def _count(topic: Waiting, user: User, overdue: dict[str, int]) -> tuple[int, bool]:
    if topic.rows:
        return count_up_to(topic.rows(user), MOST)
    count = overdue.get(topic.overdue, 0) if topic.overdue else sum(overdue.values())
    return min(count, MOST), count > MOST


def _url(pages: tuple[str, ...]) -> str:
    for page in pages:
        try:
            return reverse(page)
        except NoReverseMatch:
            continue
    return ""
