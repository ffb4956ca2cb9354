"""Visits, letters, promises and duties by the hundred thousand, for the customers of bulk_demo.

The same rows each time, counted from one day (`until`): a few lie ahead of it, the rest in the two
years before it.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Min

from accounts.models import Contact, Customer
from core import bulk
from core.rules import SHANGHAI
from reminders.models import DutyKind, Obligation
from visits.actions.kpi import rebuild_kpi
from visits.models import (
    Commitment,
    InboundLetter,
    ThankYouLetter,
    Visit,
    VisitRecord,
    WeeklyPlan,
)

DAYS, AHEAD = 745, 14  # of all visits, and how many of those days are still to come
PURPOSES = (
    "了解专线使用情况和明年的扩容打算",
    "回访新开通线路的使用效果",
    "商谈云上备份的试用安排",
)
OPENING, HOURS, MINUTES = 9, 8, 60
WEEKS = 10
LETTERS_PER, PROMISES_PER = 10, 8  # one letter for so many visits
DAY = timedelta(days=1)
HELD = ("closed", "closed", "recorded")


class Affairs:
    """The rows of one run. `visits` and `duties` are how many in all."""

    def __init__(self, *, branch: str, visits: int, duties: int, until: date):
        customers = Customer.objects.filter(branch__code=branch).order_by("pk")
        self.customers = list(customers.values_list("pk", "manager", "name"))
        contacts = Contact.objects.filter(customer__branch__code=branch).order_by()
        first = contacts.values("customer").annotate(first=Min("pk"))
        self.contact = dict(first.values_list("customer", "first"))
        self.managers = sorted({manager for _, manager, _ in self.customers})
        self.visits, self.duties = visits, duties
        self.until = datetime.combine(until, time(OPENING), SHANGHAI)
        models = (Visit, ThankYouLetter, InboundLetter, Commitment, WeeklyPlan)
        self.first = {model: bulk.next_id(model) for model in models}
        self.held: list[tuple] = []  # (pk, customer, manager, end) of visits that took place

    def steps(self) -> Iterator[tuple[str, Callable[[], int]]]:
        through = Visit.contacts.through
        yield "拜访", lambda: bulk.load(Visit, self.visit_rows())
        yield "拜访对象", lambda: bulk.load(through, self.contact_rows())
        yield "拜访记录", lambda: bulk.load(VisitRecord, self.record_rows())
        yield "感谢函", lambda: bulk.load(ThankYouLetter, self.thanks_rows())
        yield "来函", lambda: bulk.load(InboundLetter, self.letter_rows())
        yield "承诺", lambda: bulk.load(Commitment, self.promise_rows())
        yield "周计划", lambda: bulk.load(WeeklyPlan, self.plan_rows())
        yield "时限", lambda: bulk.load(Obligation, self.duty_rows())
        yield "月度指标", lambda: rebuild_kpi(now=self.until)

    def _start(self, number: int) -> datetime:
        """Spread over the days, most of an hour apart, the same for the same number."""
        day = AHEAD - number * 7919 % DAYS
        minutes = number * 37 % (HOURS * MINUTES) // 15 * 15
        return self.until + timedelta(days=day, minutes=minutes)

    def _of(self, number: int) -> tuple[int, int, str]:
        return self.customers[number % len(self.customers)]

    # --- visits ---------------------------------------------------------------------------------
    def visit_rows(self) -> Iterator[dict]:
        for n in range(self.visits):
            yield self._visit(n)

    def _visit(self, n: int) -> dict:
        customer, manager, _ = self._of(n)
        pk, start = self.first[Visit] + n, self._start(n)
        row = {
            "id": pk, "customer_id": customer, "owner_id": manager, "created_by_id": manager,
            "mode": "phone" if n % 5 in (1, 3) else "on_site", "stage": "general_contact",
            "purpose": PURPOSES[n % len(PURPOSES)], "scheduled_start": start,
            "scheduled_end": start + timedelta(hours=1), "booked_at": start - DAY * (n % 11 > 0),
            "is_booked_in_time": n % 11 > 0, "booking_channel": "phone", "state": "booked",
        }  # fmt: skip
        if start >= self.until:
            return row
        if n % 13 == 0:
            return row | {"state": ("cancelled", "no_show", "rescheduled")[n // 13 % 3]}
        end = start + timedelta(minutes=50)
        self.held.append((pk, customer, manager, end))
        arrived = start - timedelta(minutes=3 + n % 12) if row["mode"] == "on_site" else None
        return row | {
            "state": HELD[n % len(HELD)], "arrived_at": arrived, "started_at": start,
            "ended_at": end, "logged_at": end,
        }  # fmt: skip

    def contact_rows(self) -> Iterator[dict]:
        for n in range(self.visits):
            contact = self.contact.get(self._of(n)[0])
            if contact:
                yield {"visit_id": self.first[Visit] + n, "contact_id": contact}

    def record_rows(self) -> Iterator[dict]:
        for pk, _, manager, end in self.held:
            is_new = self.until - end < DAY * 3
            yield {
                "visit_id": pk, "state": "submitted" if is_new else "accepted",
                "customer_opinions": "认为线路稳定。", "summary_points": "下月再谈扩容。",
                "has_no_next_step": True, "written_by_id": manager, "written_at": end,
            }  # fmt: skip

    def thanks_rows(self) -> Iterator[dict]:
        for n, (pk, _, manager, end) in enumerate(self.held):
            sent = {
                "state": "sent", "sent_at": end + DAY, "sent_by_id": manager, "channel": "email",
                "recipient": "办公室",
            }  # fmt: skip
            waived = {"state": "waived", "waived_by_id": manager, "waived_reason": "客户不需要"}
            row = {"id": self.first[ThankYouLetter] + n, "visit_id": pk, "updated_at": end + DAY}
            yield row | (waived if n % 40 == 0 else sent)

    # --- letters, promises, plans ---------------------------------------------------------------
    def letter_rows(self) -> Iterator[dict]:
        for n in range(self.visits // LETTERS_PER):
            customer, manager, _ = self._of(n * 3)
            yield {
                "id": self.first[InboundLetter] + n, "customer_id": customer,
                "owner_id": manager, "registered_by_id": manager, "category": "inquiry",
                "subject": "关于核对上月账单的函", "received_channel": "paper",
                "received_at": min(self._start(n), self.until),
                "state": "received" if n % 50 == 0 else "closed",
            }  # fmt: skip

    def promise_rows(self) -> Iterator[dict]:
        for n in range(min(self.visits // PROMISES_PER, len(self.held))):
            visit, customer, manager, end = self.held[n]
            yield {
                "id": self.first[Commitment] + n, "customer_id": customer, "visit_id": visit,
                "owner_id": manager, "created_by_id": manager, "content": "提供扩容方案",
                "due_on": (end + DAY * 7).date(), "state": "open" if n % 50 == 0 else "fulfilled",
                "fulfilled_at": None if n % 50 == 0 else end + DAY * 3,
            }  # fmt: skip

    def plan_rows(self) -> Iterator[dict]:
        monday = self.until.date() - timedelta(days=self.until.weekday())
        for n, manager in enumerate(self.managers):
            for week in range(WEEKS):
                is_last = week == 0
                yield {
                    "id": self.first[WeeklyPlan] + n * WEEKS + week, "user_id": manager,
                    "monday": monday - timedelta(weeks=week), "is_on_time": n % 9 > 0,
                    "state": "submitted" if is_last else "reviewed",
                    "submitted_at": self.until - timedelta(weeks=week + 1),
                }  # fmt: skip

    # --- duties ---------------------------------------------------------------------------------
    def duty_rows(self) -> Iterator[dict]:
        """`duties` in all: a fifth each of records, thank-you letters, replies, promises, plans."""
        kinds = (
            (DutyKind.VISIT_RECORD, Visit), (DutyKind.THANK_YOU_LETTER, ThankYouLetter),
            (DutyKind.LETTER_REPLY, InboundLetter), (DutyKind.COMMITMENT, Commitment),
            (DutyKind.WEEKLY_PLAN, WeeklyPlan),
        )  # fmt: skip
        types = {model: ContentType.objects.get_for_model(model).pk for _, model in kinds}
        for n in range(self.duties):
            kind, model = kinds[n % len(kinds)]
            place = n // len(kinds)
            subject = self._subject(model, place)
            if subject:
                yield self._duty(n, kind, types[model], *subject)

    def _subject(self, model, place: int) -> tuple[int, int, int | None, str, datetime] | None:
        """(pk, owner, customer, name, start) of the row number `place` of that table."""
        if model is WeeklyPlan:
            if place >= len(self.managers) * WEEKS:
                return None
            owner, weeks = self.managers[place // WEEKS], place % WEEKS
            return self.first[model] + place, owner, None, "", self.until - DAY * 7 * (weeks + 1)
        if model is InboundLetter:
            customer, owner, name = self._of(place * 3)
            if place >= self.visits // LETTERS_PER:
                return None
            start = min(self._start(place), self.until)
            return self.first[model] + place, owner, customer, name, start
        most = self.visits // PROMISES_PER if model is Commitment else len(self.held)
        if place >= min(most, len(self.held)):
            return None
        visit, customer, owner, end = self.held[place]
        pk = visit if model is Visit else self.first[model] + place
        return pk, owner, customer, "演示客户", end

    def _duty(self, n: int, kind: str, content_type: int, pk, owner, customer, name, start) -> dict:
        due_at = start + DAY * 2
        row = {
            "kind": kind, "content_type_id": content_type, "object_id": pk, "owner_id": owner,
            "title": f"{DutyKind(kind).label} {name}", "customer_name": name, "path": "/visits/",
            "customer_ref": customer, "clock": "fixed", "started_at": start, "due_at": due_at,
            "original_due_at": due_at, "evidence": {},
        }  # fmt: skip
        if n % 23 == 0:
            return row
        is_late = n % 17 == 0
        done_at = due_at + DAY if is_late else start + DAY
        return row | {"state": "done_late" if is_late else "done", "completed_at": done_at}
