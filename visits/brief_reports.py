"""预案单: all one needs to know before a visit, on one page (R3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from accounts.models import Contact, Customer, Operator, OperatorUsage
from accounts.people_rules import ATTITUDES
from accounts.reports.knowledge import icebergs
from accounts.reports.overview import expiring
from staff.models import User
from visits import issue_reports, rules
from visits.actions.correspondence import ANSWERABLE
from visits.actions.preparing import materials_of
from visits.models import (
    Commitment,
    InboundLetter,
    Visit,
    VisitInvitation,
    VisitNextStep,
    VisitRecord,
)
from visits.reports import sees_customer

SHOWN = 4
BILLS_READ = 36
ENDED = (Visit.State.HELD, Visit.State.RECORDED, Visit.State.CLOSED)
DEPTHS = {1: "只知道事实", 2: "还不知道关键驱动因素"}


@dataclass(frozen=True)
class Line:
    """One thing to know. `is_late`: it will be spoken of, and not kindly."""

    text: str
    sub: str = ""
    is_late: bool = False


@dataclass(frozen=True)
class Part:
    """A block of the sheet: the lines that are shown, and how many more there are."""

    title: str
    icon: str
    lines: tuple[Line, ...]
    more: int = 0


@dataclass(frozen=True)
class Brief:
    """The sheet of one visit. `parts` with lines only; `clear` names what there is none of."""

    visit: Visit
    hint: str
    plan: list[Part]
    parts: list[Part]
    clear: tuple[str, ...]


def brief(visit: Visit, user: User) -> Brief:
    """What the plan says and, for who sees the customer itself, how we stand with it (A0)."""
    found = _of_customer(visit, user) if sees_customer(visit, user) else []
    return Brief(
        visit=visit,
        hint=rules.STAGE_HINTS[visit.stage],
        plan=[part for part in _of_plan(visit) if part.lines],
        parts=[part for part in found if part.lines],
        clear=tuple(part.title for part in found if not part.lines),
    )


def _part(title: str, icon: str, lines: Iterable[Line], shown: int = SHOWN) -> Part:
    lines = tuple(lines)
    return Part(title, icon, lines[:shown], max(len(lines) - shown, 0))


def short(text: str, longest: int = 70) -> str:
    flat = "；".join(line.strip() for line in text.splitlines() if line.strip())
    return flat if len(flat) <= longest else flat[: longest - 1] + "…"


def _day(day: date | None) -> str:
    return f"{day:%Y-%m-%d}" if day else ""


def _words(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


# --- the plan -----------------------------------------------------------------------------------
def _of_plan(visit: Visit) -> list[Part]:
    points = [
        Line(f"{p.get_kind_display()}：{p.content}", f"{p.owner.name}讲" if p.owner else "")
        for p in visit.key_points.select_related("owner")
    ]
    materials = [
        Line(row.title, "" if row.file_id else "文件未上传") for row in materials_of(visit)
    ]
    questions = [Line(q.strip()) for q in visit.expected_questions.splitlines() if q.strip()]
    notes = [Line(short(text, 160)) for text in (visit.prep_text, visit.risks) if text]
    return [
        _part("拜访对象", "bi-people", (_who(c) for c in visit.contacts.all()), 6),
        _part("拜访重点", "bi-bullseye", points, 8),
        _part("客户会问", "bi-question-circle", questions, 6),
        _part("携带资料", "bi-briefcase", materials, 8),
        _part("预案与注意", "bi-journal-text", notes),
    ]


def _who(contact: Contact) -> Line:
    seen = contact.last_contact_at
    last = f"最近接触 {timezone.localtime(seen):%Y-%m-%d}" if seen else "还没有接触过"
    role = contact.get_decision_role_display() if contact.decision_role else "角色未判断"
    return Line(str(contact), _words(role, ATTITUDES[contact.attitude][1], last))


# --- the customer -------------------------------------------------------------------------------
def _of_customer(visit: Visit, user: User) -> list[Part]:
    customer, today = visit.customer, timezone.localdate()
    mine = Visit.objects.visible_to(user).filter(customer=customer)
    return [
        _part("欠费与待缴", "bi-receipt", _owed(customer, today)),
        _part("未兑现的承诺", "bi-bookmark-check", _promises(customer, user, today)),
        _part("未了的问题", "bi-tools", _issues(customer, user)),
        _part("未答复的来函", "bi-inbox", _letters(customer, user)),
        _part("上次拜访", "bi-clock-history", _last(mine, visit), 6),
        _part("竞争情况", "bi-flag", _rivals(customer, mine)),
        _part("还没问到底的需求", "bi-lightbulb", _needs(customer)),
        _part("到期合同", "bi-calendar-event", _expiring(customer)),
    ]


def _owed(customer: Customer, today: date) -> Iterable[Line]:
    """Bills with a date of payment that are not paid in full: over it, and before it."""
    bills = customer.bills.exclude(due_on=None).order_by("-month", "-pk")[:BILLS_READ]
    rows = [(b.month, b.due_on, b.reported_total - b.paid_amount) for b in bills]
    for word, is_late in (("欠费", True), ("待缴", False)):
        open_ones = [(m, d, a) for m, d, a in rows if a > 0 and (d < today) == is_late]
        if open_ones:
            total = sum((a for _, _, a in open_ones), Decimal(0))
            first = min(open_ones)
            sub = f"{len(open_ones)} 期，最早 {first[0]:%Y-%m}，应于 {_day(first[1])} 前缴"
            yield Line(f"{word} {total:,.2f} 元", sub, is_late)


def _promises(customer: Customer, user: User, today: date) -> Iterable[Line]:
    rows = Commitment.objects.visible_to(user).running().filter(customer=customer)
    for row in rows.select_related("owner").order_by("due_on", "pk")[: SHOWN * 3]:
        late = row.due_on < today
        when = f"{_day(row.due_on)} {'已过期' if late else '前'}"
        yield Line(short(row.content), _words(when, row.owner.name), late)


def _issues(customer: Customer, user: User) -> Iterable[Line]:
    """What does not go well, and what has to be asked about (R22)."""
    for row in issue_reports.unended_of(customer, user)[: SHOWN * 3]:
        weight = "" if row.severity == "minor" else row.get_severity_display()
        since = f"{_day(row.found_on)} 发现"
        yield Line(short(row.description), _words(since, weight, row.get_state_display()))


def _letters(customer: Customer, user: User) -> Iterable[Line]:
    rows = InboundLetter.objects.visible_to(user).filter(customer=customer, state__in=ANSWERABLE)
    for row in rows.order_by("received_at", "pk")[: SHOWN * 3]:
        came = f"{timezone.localtime(row.received_at):%Y-%m-%d} 收到"
        yield Line(f"《{short(row.subject)}》", _words(came, row.get_state_display()))


def _last(mine, visit: Visit) -> Iterable[Line]:
    """The last visit that took place: when and why, what was agreed, what is still to be done."""
    before = mine.filter(state__in=ENDED).exclude(pk=visit.pk).select_related("record", "owner")
    last = before.order_by("-scheduled_start", "-pk").first()
    if last is None:
        return
    on = f"{timezone.localtime(last.scheduled_start):%Y-%m-%d}"
    yield Line(short(last.purpose), _words(on, last.get_mode_display(), last.owner.name))
    record = getattr(last, "record", None)
    if record:
        yield Line(f"谈定：{short(record.summary_points, 110)}")
        if record.next_step:
            yield Line(f"下一步：{short(record.next_step)}")
    for step in VisitNextStep.objects.filter(visit__in=mine, done_at=None).order_by("pk")[:SHOWN]:
        sub = _words(step.get_side_display(), step.person, _day(step.due_on))
        yield Line(f"待办：{short(step.content)}", sub)


def _rivals(customer: Customer, mine) -> Iterable[Line]:
    told = VisitRecord.objects.filter(visit__in=mine).exclude(competitor_mentions="")
    for record in told.select_related("visit").order_by("-visit__scheduled_start", "-pk")[:2]:
        on = timezone.localtime(record.visit.scheduled_start)
        yield Line(short(record.competitor_mentions), f"{on:%Y-%m-%d} 拜访")
    others = OperatorUsage.objects.filter(customer=customer).exclude(operator=Operator.TELECOM)
    for use in others.order_by("-year", "-amount", "pk")[:2]:
        sub = _words(f"{use.year} 年", f"{use.amount:,.0f} 元", use.volume_text)
        yield Line(f"{use.get_operator_display()}：{use.get_business_line_display()}", sub)


def _needs(customer: Customer) -> Iterable[Line]:
    """Needs of which the WIN is not known yet: what to ask for (R18, R63)."""
    for berg in icebergs(customer):
        if berg.depth in DEPTHS and berg.need.status != "dropped":
            speaker = berg.need.speaker.name if berg.need.speaker else ""
            yield Line(short(berg.need.description), _words(DEPTHS[berg.depth], speaker))


def _expiring(customer: Customer) -> Iterable[Line]:
    for one in expiring(customer):
        yield Line(one.text, _words(one.kind, f"{_day(one.on)} 到期，还有 {one.days} 天"), False)


# --- the page of the visit ----------------------------------------------------------------------
@dataclass(frozen=True)
class Prep:
    """What the page of a visit shows of its preparation and of invitations. One query."""

    questions: str
    risks: str
    is_ahead: bool
    invitations: list[VisitInvitation]


def prep(visit: Visit) -> Prep:
    rows = visit.invitations.select_related("contact").order_by("-pk")[:10]
    is_ahead = visit.state in rules.EDITABLE
    return Prep(visit.expected_questions, visit.risks, is_ahead, list(rows))
