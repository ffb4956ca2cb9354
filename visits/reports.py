"""What the page of one visit shows: where it stands, what comes next, why something is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from accounts.models import Contact, Customer
from reminders.actions import compute_deadline
from reminders.models import DutyKind, Obligation
from staff.access import may
from staff.models import User
from visits import rules
from visits.actions.recording import missing_parts
from visits.models import Commitment, FindingRequest, ThankYouLetter, Visit, VisitRecord

State = Visit.State
STEPS = (
    (State.PLANNED, "计划"),
    (State.BOOKED, "预约"),
    (State.IN_PROGRESS, "拜访"),
    (State.HELD, "结束"),
    (State.RECORDED, "记录"),
    (State.CLOSED, "办结"),
)
EXITS = (State.RESCHEDULED, State.CANCELLED, State.NO_SHOW)
SENT_OR_WAIVED = (ThankYouLetter.State.SENT, ThankYouLetter.State.WAIVED)


@dataclass(frozen=True)
class Step:
    label: str
    css: str  # "is-done", "is-now" or ""


@dataclass(frozen=True)
class Choice:
    """One thing the reader may do now. `is_post`: one tap, no page in between."""

    label: str
    icon: str
    url: str
    is_post: bool = False
    asks_place: bool = False


@dataclass(frozen=True)
class DutyLine:
    duty: Obligation
    why: str


def can_change(visit: Visit, user: User) -> bool:
    """Participants read; only those who see the customer itself may write (A0)."""
    return may(user, "visits.write") and sees_customer(visit, user)


def sees_customer(visit: Visit, user: User) -> bool:
    """False for a participant from elsewhere, who sees the visit only (A0)."""
    return Customer.objects.visible_to(user).filter(pk=visit.customer_id).exists()


def steps(visit: Visit) -> list[Step]:
    """The way of a visit with its present place; empty once it has left that way."""
    if visit.state in EXITS:
        return []
    order = [state for state, _ in STEPS]
    place = order.index(visit.state) if visit.state in order else -1
    if visit.state == State.CLOSED:
        place += 1
    marks = ["is-done" if n < place else "is-now" if n == place else "" for n in range(len(order))]
    return [Step(label, mark) for (_, label), mark in zip(STEPS, marks, strict=True)]


@dataclass(frozen=True)
class Choices:
    """The one next action, what else leads onward, and the ways aside."""

    primary: Choice | None = None
    others: tuple[Choice, ...] = ()
    asides: tuple[Choice, ...] = ()


def choices(visit: Visit, *, may_change: bool, lacks: Sequence["Missing"]) -> Choices:
    """What may be done with `visit` now, of which `lacks` is missing. Nothing for a reader (A0)."""
    if not may_change:
        return Choices()
    onward = tuple(_forward(visit, lacks))
    return Choices(next(iter(onward), None), onward[1:], tuple(_aside(visit)))


def _url(name: str, visit: Visit) -> str:
    return reverse(f"visits:{name}", args=[visit.pk])


def _forward(visit: Visit, lacks: Sequence["Missing"]):
    """The way onward, the most likely step first."""
    if visit.state == State.DRAFT:
        yield Choice("继续填写并确定计划", "bi-pencil-square", _url("visit_edit", visit))
    elif visit.state == State.HELD:
        yield Choice("填写拜访记录", "bi-journal-text", _url("visit_record", visit))
        yield _photo(visit)
    elif visit.state == State.RECORDED:
        yield from _towards_close(visit, lacks)
    elif visit.state == State.PLANNED and visit.is_formal:
        yield Choice("登记预约", "bi-telephone-outbound", _url("visit_book", visit))
    elif visit.state in (State.PLANNED, State.BOOKED):
        is_near = rules.may_arrive(timezone.now(), visit.scheduled_start)
        if not is_near:
            yield Choice("看预案单", "bi-card-checklist", _url("visit_brief", visit))
        elif visit.mode == Visit.Mode.ON_SITE and not visit.arrived_at:
            yield Choice("已到达", "bi-geo-alt", _url("visit_arrive", visit), True, asks_place=True)
        yield Choice("开始拜访", "bi-play-circle", _url("visit_start", visit), is_post=True)
        yield Choice("登记结束", "bi-flag", _url("visit_hold", visit))
    elif visit.state == State.IN_PROGRESS:
        yield Choice("结束拜访", "bi-flag", _url("visit_hold", visit))
        yield _photo(visit)


def _photo(visit: Visit) -> Choice:
    return Choice("拍照", "bi-camera", _url("visit_files", visit))


def _towards_close(visit: Visit, lacks: Sequence["Missing"]):
    close = Choice("办结", "bi-check2-circle", _url("visit_close", visit), is_post=True)
    letter = letter_of(visit)
    if VisitRecord.objects.filter(visit=visit, state=VisitRecord.State.RETURNED).exists():
        yield Choice("修改被退回的记录", "bi-pencil-square", _url("record_resubmit", visit))
    if letter and letter.state not in SENT_OR_WAIVED:
        yield Choice("写感谢函", "bi-envelope-paper", letter.get_absolute_url())
        yield _photo(visit)
    if not lacks:
        yield close


def _aside(visit: Visit):
    is_formal = visit.is_formal
    if visit.state in (State.PLANNED, State.BOOKED):
        if visit.state == State.PLANNED and not is_formal:
            yield Choice("登记预约", "bi-telephone-outbound", _url("visit_book", visit))
        yield Choice("修改计划", "bi-pencil", _url("visit_edit", visit))
    if rules.may_move(visit.state, "reschedule", is_formal=is_formal):
        yield Choice("改期", "bi-calendar-event", _url("visit_reschedule", visit))
    if rules.may_move(visit.state, "no_show", is_formal=is_formal):
        yield Choice("客户未到", "bi-person-x", _url("visit_no_show", visit))
    if rules.may_move(visit.state, "cancel", is_formal=is_formal):
        yield Choice("取消拜访", "bi-x-circle", _url("visit_cancel", visit))


def letter_of(visit: Visit) -> ThankYouLetter | None:
    return ThankYouLetter.objects.filter(visit=visit).select_related("visit").first()


@dataclass(frozen=True)
class DutyLines:
    """The timed duties of a visit, soonest first: those that run, and those that are over."""

    running: list[DutyLine]
    over: list[DutyLine]


def duty_lines(visit: Visit) -> DutyLines | None:
    """Every timed duty of this visit with the reason for its deadline; None without any."""
    letter, promises = letter_of(visit), list(visit.commitments.all())
    subjects = [(Visit, [visit.pk]), (ThankYouLetter, [letter.pk] if letter else [])]
    subjects.append((Commitment, [promise.pk for promise in promises]))
    asked = visit.finding_requests.values_list("pk", flat=True)
    subjects.append((FindingRequest, list(asked)))
    found = []
    for model, keys in subjects:
        content_type = ContentType.objects.get_for_model(model)
        duties = Obligation.objects.filter(content_type=content_type, object_id__in=keys)
        found += duties.select_related("owner")
    lines = [DutyLine(d, why_due(d)) for d in sorted(found, key=lambda d: (d.due_at, d.pk))]
    running = [line for line in lines if line.duty.state == Obligation.State.OPEN]
    return DutyLines(running, [line for line in lines if line not in running]) if lines else None


def why_due(duty: Obligation) -> str:
    """Why the deadline is what it is, for the reader of the page (R4, R8, R9, R12)."""
    if duty.clock != Obligation.Clock.FIXED:
        return compute_deadline(duty.kind, duty.started_at).explanation
    if duty.kind == DutyKind.COMMITMENT:
        return "到承诺的那一天下班为止"
    if duty.kind == DutyKind.VISIT_DEPARTURE:
        return "上门提前 5 分钟到；出发前两小时提醒"
    return "正式拜访至少提前一天约好；当天才计划的，开始之前都要登记"


def is_born_late(visit: Visit) -> bool:
    """Written down only after its letter was already due (R8). A visit that owes none never is."""
    if not visit.logged_at:
        return False
    duties = Obligation.objects.filter(
        kind=DutyKind.THANK_YOU_LETTER,
        content_type=ContentType.objects.get_for_model(ThankYouLetter),
        object_id__in=ThankYouLetter.objects.filter(visit=visit).values("pk"),
    )
    return duties.filter(original_due_at__lt=visit.logged_at).exists()


@dataclass(frozen=True)
class Missing:
    """One thing that a recorded visit still lacks, and where it is done."""

    words: str
    url: str


def missing(visit: Visit) -> list[Missing]:
    """What a recorded visit still lacks before it can be closed."""
    if visit.state != State.RECORDED:
        return []
    letter = letter_of(visit)
    places = {"letter": letter.get_absolute_url() if letter else "#letter"}
    return [Missing(words, places.get(part, f"#{part}")) for part, words in missing_parts(visit)]


@dataclass(frozen=True)
class Arrival:
    """How early one was at the door; `minutes` is negative after the appointed time (R5)."""

    minutes: int
    is_punctual: bool
    text: str


def arrival(visit: Visit) -> Arrival | None:
    if not visit.arrived_at:
        return None
    minutes = rules.early_minutes(visit.arrived_at, visit.scheduled_start)
    text = f"提前 {minutes} 分钟" if minutes >= 0 else f"晚到 {-minutes} 分钟"
    return Arrival(minutes, rules.is_punctual(visit.arrived_at, visit.scheduled_start), text)


NEAR = timedelta(hours=12)
OPEN_STATES = (State.PLANNED, State.BOOKED, State.IN_PROGRESS)


def likely_customer(user: User, now: datetime) -> Customer | None:
    """Whom a quick log is about: the nearest visit planned for about now, else the last one."""
    mine = Visit.objects.visible_to(user).filter(owner__in=user.acting_for())
    near = mine.filter(
        state__in=OPEN_STATES, scheduled_start__gte=now - NEAR, scheduled_start__lte=now + NEAR
    ).select_related("customer")
    nearest = min(near, key=lambda v: (abs(v.scheduled_start - now), v.pk), default=None)
    if nearest:
        return nearest.customer
    return next(iter(recent_customers(user, limit=1)), None)


def recent_customers(user: User, limit: int = 6) -> list[Customer]:
    """The customers that `user` visited or planned to visit last, newest first, still in scope."""
    mine = Visit.objects.filter(owner=user, customer__in=Customer.objects.visible_to(user))
    latest = mine.select_related("customer").order_by("-scheduled_start", "-pk")[: limit * 5]
    return list({visit.customer_id: visit.customer for visit in latest}.values())[:limit]


def likely_contacts(customer: Customer, planned: Visit | None) -> list[Contact]:
    """Those of the plan; else those of the last visit; else the only contact there is."""
    last = planned or customer.visits.order_by("-scheduled_start", "-pk").first()
    chosen = list(last.contacts.filter(is_current=True)) if last else []
    everyone = list(customer.contacts.current()[:2])
    return chosen or (everyone if len(everyone) == 1 else [])
