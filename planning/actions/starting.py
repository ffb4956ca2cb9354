"""A plan begins: its number, its first version with every section, its place in the tree (R41)."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from accounts.models import Customer, Industry
from core import audit, clock
from core.models import Parameter, WorkCalendarDay
from core.rules import close_of_business
from planning.actions.errors import PlanError
from planning.actions.rights import ABOVE, AUTHORS
from planning.models import MarketingPlan, PlanSection, PlanState, PlanTargetLine, PlanVersion
from planning.outline_rules import OUTLINES
from planning.target_rules import blank_lines
from reminders.actions import open_duty, reopen_duty
from reminders.models import DutyKind, Obligation
from reminders.rules import workdays_deadline
from staff.models import Branch, User

Kind = MarketingPlan.Kind
EXISTS = "这一年的计划已经建立，请直接打开它。"


@transaction.atomic
def start_plan(
    *,
    kind: str,
    year: int,
    by: User,
    customer: Customer | None = None,
    industry: Industry | None = None,
    branch: Branch | None = None,
    author: User | None = None,
    responsible: User | None = None,
    due_on: date | None = None,
    prepares: bool = False,
) -> MarketingPlan:
    """Version 1 with blank sections and target lines, hung below the plan above it (R41–R45).

    `prepares`: the outline is written and reviewed first (R46). With `due_on` handing it in is a
    duty of the author. PlanError when there is one already or nobody fits as author.
    """
    subject = _subject(kind, customer, industry, branch or by.branch)
    # One after the other in a branch: two that begin at once would not see each other, and the
    # lower one would hang on nothing.
    Branch.objects.select_for_update(no_key=True).get(pk=subject["branch"].pk)
    author = author or _author_of(subject, by)
    _check_author(subject, author)
    plan = MarketingPlan(
        kind=kind,
        year=year,
        author=author,
        responsible=responsible or author,
        department=customer.department if customer else _department(kind, author),
        due_on=due_on,
        created_by=by,
        **subject,
    )
    plan.number = number_of(plan)
    plan.parent = parent_of(plan)
    _insert(plan)
    version = _first_version(plan, prepares)
    MarketingPlan.objects.filter(pk=plan.pk).update(current=version)
    plan.current = version
    _adopt(plan)
    audit.record(verb="plan.started", target=plan, by=by)
    open_submission(plan, by=by)
    return plan


def _subject(kind, customer, industry, branch) -> dict:
    if kind == Kind.KEY_CUSTOMER:
        if customer is None:
            raise PlanError("请选择客户。")
        return {"customer": customer, "industry": customer.industry, "branch": customer.branch}
    if kind == Kind.KEY_INDUSTRY and industry is None:
        raise PlanError("请选择行业。")
    return {"industry": industry if kind == Kind.KEY_INDUSTRY else None, "branch": branch}


def _author_of(subject: dict, by: User) -> User:
    """The customer's manager, the industry's manager, or who starts it."""
    if "customer" in subject:
        return subject["customer"].manager
    industry = subject["industry"]
    managers = industry.managers.filter(branch=subject["branch"]) if industry else None
    found = managers.filter(state=User.State.ACTIVE).order_by("pk").first() if managers else None
    return found or by


def _check_author(subject: dict, author: User) -> None:
    roles = AUTHORS if "customer" in subject else ABOVE
    if author.role not in roles or not author.is_active:
        who = "、".join(User.Role(role).label for role in roles)
        raise PlanError(f"编写人应是在职的{who}，请另选一位。")
    if author.branch_id != subject["branch"].pk:
        raise PlanError("编写人应在同一分公司，请另选一位。")


def _department(kind: str, author: User):
    return author.department if kind == Kind.KEY_INDUSTRY else None


def number_of(plan: MarketingPlan) -> str:
    """KP-2027-C0001, IP-2027-FIN, AP-2027-SX-GOVENT; a second branch's industry adds its code."""
    if plan.kind == Kind.KEY_CUSTOMER:
        return f"KP-{plan.year}-{plan.customer.code}"
    if plan.kind == Kind.ANNUAL_MARKET:
        return f"AP-{plan.year}-{plan.branch.code}"
    number = f"IP-{plan.year}-{plan.industry.code}"
    others = MarketingPlan.objects.filter(number=number).exclude(branch=plan.branch)
    return f"{number}-{plan.branch.code}"[:30] if others.exists() else number


def parent_of(plan: MarketingPlan) -> MarketingPlan | None:
    """A customer's plan hangs on its industry's, that on the branch's of the same year.

    Where the industry has no plan the customer's hangs on the branch's (R41: annual = Σ industry +
    other), so that no plan is left out of the sum.
    """
    plans = MarketingPlan.objects.filter(branch=plan.branch, year=plan.year)
    above = None
    if plan.kind == Kind.KEY_CUSTOMER:
        above = plans.filter(kind=Kind.KEY_INDUSTRY, industry=plan.industry).first()
    if above is None and plan.kind != Kind.ANNUAL_MARKET:
        above = plans.filter(kind=Kind.ANNUAL_MARKET).first()
    return above


def _adopt(plan: MarketingPlan) -> None:
    """Plans below that were there first, and had nothing nearer to hang on.

    A plan without a customer has stepped aside when two customers became one: it stays alone.
    """
    below = MarketingPlan.objects.filter(branch=plan.branch, year=plan.year).exclude(pk=plan.pk)
    customers = below.filter(kind=Kind.KEY_CUSTOMER, customer__isnull=False)
    if plan.kind == Kind.KEY_INDUSTRY:
        customers.filter(industry=plan.industry).update(parent=plan)
    elif plan.kind == Kind.ANNUAL_MARKET:
        below.filter(kind=Kind.KEY_INDUSTRY).update(parent=plan)
        customers.filter(parent=None).update(parent=plan)


def _insert(plan: MarketingPlan) -> None:
    try:
        with transaction.atomic():
            plan.save(force_insert=True)
    except IntegrityError as error:
        raise PlanError(EXISTS) from error


def _first_version(plan: MarketingPlan, prepares: bool) -> PlanVersion:
    """In the author's name: who only begins it for somebody may still review it (D29)."""
    state = PlanState.PREPARING if prepares else PlanState.DRAFTING
    version = PlanVersion.objects.create(plan=plan, number=1, state=state, created_by=plan.author)
    PlanSection.objects.bulk_create(
        PlanSection(version=version, code=section.code) for section in OUTLINES[plan.kind]
    )
    PlanTargetLine.objects.bulk_create(
        PlanTargetLine(version=version, kind=kind, business_line=line, from_operator=operator)
        for kind, line, operator in blank_lines(plan.kind)
    )
    return version


# --- the day it is due ----------------------------------------------------------------------------
def due_at(day: date) -> datetime:
    """The close of business of that day."""
    return close_of_business(day, Parameter.objects.value("business_close"))


def open_submission(
    plan: MarketingPlan, *, by: User, at: datetime | None = None, until: datetime | None = None
) -> Obligation | None:
    """The author's duty to hand the plan in by `due_on`; None when no day is set (R46).

    `until`: by that instant, whatever the plan says.
    """
    if until is None and plan.due_on is None:
        return None
    return open_duty(
        kind=DutyKind.PLAN_SUBMISSION,
        subject=plan,
        owner=plan.author,
        started_at=at or clock.now(),
        due_at=until or due_at(plan.due_on),
        title=f"提交 {plan.title()}",
        customer_name=plan.about(),
        path=plan.get_absolute_url(),
        by=by,
    )


def owe_again(plan: MarketingPlan, *, at: datetime, by: User, workdays: int = 0) -> None:
    """What was handed in is the author's to hand in once more: by `due_on`, or within `workdays`
    working days after `at` where that is later. Nothing is owed without either.
    """
    days = [due_at(plan.due_on)] if plan.due_on else []
    if workdays:
        closes_at = Parameter.objects.value("business_close")
        calendar = WorkCalendarDay.objects.as_calendar()
        days.append(workdays_deadline(at, workdays, calendar, closes_at).due_at)
    if not days:
        return
    same = {"kind": DutyKind.PLAN_SUBMISSION, "subject": plan, "owner": plan.author}
    if not reopen_duty(**same, started_at=at, due_at=max(days), by=by):
        open_submission(plan, by=by, at=at, until=max(days))
