"""今日工作台 of one person. Reads only; every row starts from `visible_to`."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import BooleanField, Count, ExpressionWrapper, Prefetch, Q, Window
from django.db.models.query import QuerySet
from django.urls import reverse

from accounts.models import Contact
from core.models import WorkCalendarDay
from core.rules import SHANGHAI, DayNote, WorkCalendar, local_date
from reminders.models import DutyKind, Obligation
from staff.models import User
from visits.models import Visit, VisitParticipant
from visits.rules import ARRIVE_EARLY

ROWS_SHOWN = 20
DUTIES_READ = 200
PARTS = ("overdue", "today", "thanks", "replies", "later")
# What is due on a later day stands by its kind.
LATER = {DutyKind.THANK_YOU_LETTER: "thanks", DutyKind.LETTER_REPLY: "replies"}
GREETINGS = ((5, "您好"), (12, "上午好"), (18, "下午好"), (24, "晚上好"))  # until that hour

WHAT_TO_DO = {
    DutyKind.THANK_YOU_LETTER: ("bi-envelope-paper", "办理感谢函"),
    DutyKind.LETTER_REPLY: ("bi-reply", "去答复"),
    DutyKind.VISIT_BOOKING: ("bi-telephone", "去预约"),
    DutyKind.VISIT_DEPARTURE: ("bi-geo-alt", "去拜访"),
    DutyKind.VISIT_RECORD: ("bi-pencil-square", "写记录"),
    DutyKind.COMMITMENT: ("bi-bookmark-check", "去兑现"),
    DutyKind.ESCALATION_RESPONSE: ("bi-arrow-up-square", "去决定"),
    DutyKind.WEEKLY_PLAN: ("bi-calendar2-week", "写周计划"),
    DutyKind.WEEKLY_PLAN_REVIEW: ("bi-pen", "去批阅"),
    DutyKind.FINDING_CONFIRM: ("bi-people", "去表态"),
    DutyKind.DEMAND_FORECAST: ("bi-graph-up", "填预测"),
}


@dataclass(frozen=True)
class DayHead:
    """The day as it stands above the page: greeting, date, and whether it is worked."""

    greeting: str
    on: date
    is_workday: bool
    note: str


@dataclass(frozen=True)
class DutyRow:
    """One duty with the words of its button. `owner_name` only when it is somebody else's."""

    duty: Obligation
    icon: str
    action: str
    owner_name: str = ""

    @property
    def about(self) -> str:
        """Kind and customer, as far as the title does not say them: 「承诺 · 蓝亭银行 · 」."""
        said, names = self.duty.title, (self.duty.get_kind_display(), self.duty.customer_name)
        return "".join(f"{name} · " for name in names if name and name not in said)


@dataclass(frozen=True)
class Section:
    """Rows that are shown, and how many there are in all."""

    rows: list[DutyRow]
    total: int

    @property
    def hidden(self) -> int:
        return self.total - len(self.rows)


@dataclass(frozen=True)
class VisitRow:
    """One visit with the next thing to do about it."""

    visit: Visit
    css: str
    icon: str
    hint: str
    url: str
    action: str
    is_joint: bool = False


@dataclass(frozen=True)
class Desk:
    """今日工作台 of one person. `thanks_total` and `replies_total` count overdue ones too."""

    overdue: Section
    today: Section
    thanks: Section
    replies: Section
    later: Section
    visits: list[VisitRow]
    visits_total: int
    missed: list[VisitRow]
    thanks_total: int
    replies_total: int

    @property
    def visits_hidden(self) -> int:
        return self.visits_total - len(self.visits)

    @property
    def is_empty(self) -> bool:
        """No duty of any date and no visit today."""
        parts = (self.overdue, self.today, self.thanks, self.replies, self.later)
        return not (any(part.total for part in parts) or self.visits or self.missed)


def day_bounds(now: datetime) -> tuple[datetime, datetime]:
    """Start and end of the Shanghai day of `now`. What is due at 24:00 is due on that day."""
    start = datetime.combine(local_date(now), time(0), SHANGHAI)
    return start, start + timedelta(days=1)


def day_head(user: User, now: datetime) -> DayHead:
    """Greeting and the kind of day (§B.12). One query."""
    today = local_date(now)
    named = WorkCalendarDay.objects.filter(date=today).values_list("is_workday", "name").first()
    calendar = WorkCalendar({today: DayNote(*named)} if named else {})
    hour = now.astimezone(SHANGHAI).hour
    word = next(word for until, word in GREETINGS if hour < until)
    is_workday = calendar.is_workday(today)
    note = named[1] if named and is_workday else calendar.why_skipped(today)
    return DayHead(f"{word}，{user.name}", today, is_workday, note)


def desk(user: User, now: datetime) -> Desk:
    """The duties and visits of `user` and of those `user` stands in for.

    Five queries at most, and one more when there are more duties than DUTIES_READ.
    """
    start, end = day_bounds(now)
    duties = own_duties(user)
    rows = duty_rows(duties.order_by("due_at", "pk")[:DUTIES_READ], user)
    parts = {name: [row for row in rows if part_of(row.duty, now, end) == name] for name in PARTS}
    counts = {name: len(found) for name, found in parts.items()}
    kinds = Counter(row.duty.kind for row in rows)
    if len(rows) == DUTIES_READ:  # there may be more of them than were read
        counts, kinds = _counted(duties, now, end)
    visits, visits_total = visits_of_day(user, start, end)
    return Desk(
        **{name: Section(found[:ROWS_SHOWN], counts[name]) for name, found in parts.items()},
        visits=visits,
        visits_total=visits_total,
        missed=missed_visits(user, start),
        thanks_total=kinds[DutyKind.THANK_YOU_LETTER],
        replies_total=kinds[DutyKind.LETTER_REPLY],
    )


def part_of(duty: Obligation, now: datetime, end: datetime) -> str:
    """Where a duty stands: what is late or due by `end`, the day's, comes before any kind."""
    if duty.due_at <= end:
        return "overdue" if duty.due_at < now else "today"
    return LATER.get(duty.kind, "later")


def _counted(
    duties: QuerySet[Obligation], now: datetime, end: datetime
) -> tuple[dict[str, int], dict[str, int]]:
    """(how many in each of PARTS, how many of a kind), of any number of duties. One query."""
    late, today = Q(due_at__lt=now), Q(due_at__gte=now, due_at__lte=end)
    found = duties.order_by().values("kind")
    found = found.annotate(late=Count("pk", late), today=Count("pk", today), all=Count("pk"))
    parts, kinds = dict.fromkeys(PARTS, 0), Counter()
    for row in found:
        parts["overdue"] += row["late"]
        parts["today"] += row["today"]
        parts[LATER.get(row["kind"], "later")] += row["all"] - row["late"] - row["today"]
        kinds[row["kind"]] = row["all"]
    return parts, kinds


def own_duties(user: User) -> QuerySet[Obligation]:
    """Open duties that `user` has to do, not those `user` only oversees."""
    return Obligation.objects.visible_to(user).open().filter(owner__in=user.acting_for())


def duty_rows(duties: QuerySet[Obligation], user: User) -> list[DutyRow]:
    """Rows with the words of their buttons. One query."""
    return [
        DutyRow(
            duty,
            *WHAT_TO_DO.get(duty.kind, ("bi-hourglass-split", "去办理")),
            owner_name="" if duty.owner_id == user.pk else duty.owner.name,
        )
        for duty in duties.select_related("owner")
    ]


# What a row shows: a page of many parts reads few of the hundred columns that hang on a visit.
SHOWN = (
    *("scheduled_start", "scheduled_end", "mode", "state", "is_formal", "location", "purpose"),
    *("customer__name", "owner__name"),
)
GONE = (Visit.State.DRAFT, Visit.State.CANCELLED, Visit.State.RESCHEDULED, Visit.State.NO_SHOW)


DONE = (Visit.State.RECORDED, Visit.State.CLOSED)


def visit_rows(user: User, start: datetime, end: datetime) -> list[VisitRow]:
    """Visits in [start, end) that `user`, or whom `user` stands in for, makes or joins."""
    return _rows(user, _shown(_taken_part_in(user, start, end)).order_by("scheduled_start", "pk"))


def visits_of_day(user: User, start: datetime, end: datetime) -> tuple[list[VisitRow], int]:
    """ROWS_SHOWN of these, what is still to do before the rest; and how many there are. By time."""
    visits = _shown(_taken_part_in(user, start, end)).annotate(
        total=Window(Count("pk")), is_done=ExpressionWrapper(Q(state__in=DONE), BooleanField())
    )
    rows = _rows(user, visits.order_by("is_done", "scheduled_start", "pk")[:ROWS_SHOWN])
    rows.sort(key=lambda row: (row.visit.scheduled_start, row.visit.pk))
    return rows, rows[0].visit.total if rows else 0


def _taken_part_in(user: User, start: datetime, end: datetime) -> QuerySet[Visit]:
    people = user.acting_for()
    joined = VisitParticipant.objects.filter(user__in=people).order_by()
    own = Visit.objects.filter(owner__in=people).on_day(start, end).order_by()
    # Two index reads where an OR would read the day of the whole branch.
    visits = Visit.objects.visible_to(user).filter(
        pk__in=own.values("pk").union(joined.values("visit"))
    )
    return visits.on_day(start, end).exclude(state__in=GONE)


def _rows(user: User, visits: QuerySet[Visit]) -> list[VisitRow]:
    mine = {person.pk for person in user.acting_for()}
    return [visit_row(visit, is_joint=visit.owner_id not in mine) for visit in visits]


def _shown(visits: QuerySet[Visit]) -> QuerySet[Visit]:
    contacts = Prefetch("contacts", Contact.objects.order_by("pk").only("name", "title"))
    return visits.select_related("customer", "owner").only(*SHOWN).prefetch_related(contacts)


NOT_TOLD = "没有登记结果"
UNTOLD = (Visit.State.PLANNED, Visit.State.BOOKED, Visit.State.IN_PROGRESS)


def missed_visits(user: User, start: datetime) -> list[VisitRow]:
    """Own visits of earlier days of which nobody has said what became of them; latest first.

    Until somebody does, no letter is owed (R8): they must not drop from sight at midnight.
    """
    visits = Visit.objects.visible_to(user).filter(
        owner__in=user.acting_for(), state__in=UNTOLD, scheduled_start__lt=start
    )
    return [
        VisitRow(
            v, "chip-late", "bi-question-circle", "没有登记结果", v.get_absolute_url(), "去登记"
        )
        for v in _shown(visits.order_by("-scheduled_start", "-pk"))[:ROWS_SHOWN]
    ]


def visit_row(visit: Visit, *, is_joint: bool) -> VisitRow:
    """The hint and the one button of a visit: book, go, record, or only look (R3–R5)."""
    here = visit.get_absolute_url()
    css, icon, hint, url, action = _step(visit, here)
    if is_joint:
        return VisitRow(visit, css, icon, hint, here, "查看", True)
    return VisitRow(visit, css, icon, hint, url, action)


def _step(visit: Visit, here: str) -> tuple[str, str, str, str, str]:
    state, State = visit.state, Visit.State
    if state == State.PLANNED and visit.is_formal:
        book = reverse("visits:visit_book", args=[visit.pk])
        return "chip-late", "bi-telephone", "还没有预约", book, "去预约"
    if state in (State.PLANNED, State.BOOKED):
        return "chip-info", "bi-clock", _when_to_come(visit), here, "去拜访"
    if state == State.IN_PROGRESS:
        return "chip-soon", "bi-record-circle", "进行中", here, "结束拜访"
    if state == State.HELD:
        record = reverse("visits:visit_record", args=[visit.pk])
        return "chip-soon", "bi-pencil-square", "待写记录", record, "写记录"
    return "chip-ok", "bi-check-circle", visit.get_state_display(), here, "查看"


def _when_to_come(visit: Visit) -> str:
    if visit.mode == Visit.Mode.PHONE:
        return "按时致电"
    be_there = (visit.scheduled_start - ARRIVE_EARLY).astimezone(SHANGHAI)
    return f"请在 {be_there:%H:%M} 前到达"
