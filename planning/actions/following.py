"""A plan follows its customer to another department or industry, an industry's its author (R41).

Department says who reviews it, industry and parent where it is added up. What was handed in stays
as it was (rollup_reports.moved_since says what moved since); years that are over stay put.
"""

from django.db import transaction
from django.db.models import F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import Customer
from core import audit
from planning.actions.asking import follow_reviewer
from planning.actions.starting import parent_of
from planning.models import MarketingPlan, PlanState
from staff.models import User

Kind = MarketingPlan.Kind
OVER = (PlanState.CLOSED, PlanState.ARCHIVED)
SHOWN = ("department", "industry", "parent")
ABOUT = (*SHOWN, "branch", "author", "author__department", "current")


@transaction.atomic
def follow_customer(*, customer: Customer, by: User | None) -> int:
    """Department, industry and plan above of the customer's plans as the customer has them now; how
    many moved. Called by accounts in the transaction of the change (settings.CUSTOMER_MOVED).

    An industry's plan that begins at the same instant may be missed: see follow_all.
    """
    plans = list(_held(MarketingPlan.objects.filter(kind=Kind.KEY_CUSTOMER, customer=customer)))
    if not plans:
        return 0
    now = Customer.objects.select_related("department", "industry").get(pk=customer.pk)
    return sum(_move(plan, by, department=now.department, industry=now.industry) for plan in plans)


@transaction.atomic
def follow_author(*, plan: MarketingPlan, by: User | None) -> int:
    """An industry's plan belongs to the department of who writes it; how many moved: 1 or 0."""
    plans = _held(MarketingPlan.objects.filter(kind=Kind.KEY_INDUSTRY, pk=plan.pk))
    return sum(_move(one, by, department=one.author.department) for one in plans)


def follow_all() -> int:
    """Whatever went astray by a way that told nobody, or in the same instant as a plan began; how
    many plans moved. Every night; safe to repeat."""
    customers = Customer.objects.filter(pk__in=_astray().order_by().values("customer"))
    moved = sum(follow_customer(customer=one, by=None) for one in customers.order_by("pk"))
    left = _open(MarketingPlan.objects.filter(kind=Kind.KEY_INDUSTRY))
    left = left.exclude(author__department=None).exclude(department=F("author__department"))
    return moved + sum(follow_author(plan=plan, by=None) for plan in left.order_by("pk"))


def _astray() -> QuerySet[MarketingPlan]:
    """Customers' plans that are not where their customer is, or do not hang where they should."""
    same = MarketingPlan.objects.filter(branch=OuterRef("branch"), year=OuterRef("year")).order_by()
    industry = same.filter(kind=Kind.KEY_INDUSTRY, industry=OuterRef("customer__industry"))
    annual = same.filter(kind=Kind.ANNUAL_MARKET)
    nothing = Value(0, IntegerField())
    above = [Subquery(rows.values("pk")[:1]) for rows in (industry, annual)]
    plans = _open(MarketingPlan.objects.filter(kind=Kind.KEY_CUSTOMER, customer__isnull=False))
    plans = plans.alias(above=Coalesce(*above, nothing), hangs=Coalesce("parent_id", nothing))
    return plans.filter(
        ~Q(department=F("customer__department"))
        | ~Q(industry=F("customer__industry"))
        | ~Q(hangs=F("above"))
    )


def _open(plans: QuerySet[MarketingPlan]) -> QuerySet[MarketingPlan]:
    return plans.exclude(current__state__in=OVER)


def _held(plans: QuerySet[MarketingPlan]) -> QuerySet[MarketingPlan]:
    held = plans.select_for_update(no_key=True, of=("self",)).select_related(*ABOUT)
    return _open(held).order_by("pk")


def _move(plan: MarketingPlan, by: User | None, **where) -> int:
    """1 where something changed: written, told above and below, and the review asked anew."""
    before = {name: getattr(plan, name) for name in SHOWN}
    for name, value in where.items():
        setattr(plan, name, value)
    if plan.kind == Kind.KEY_CUSTOMER:
        plan.parent = parent_of(plan)
    changed = [name for name in SHOWN if before[name] != getattr(plan, name)]
    if not changed:
        return 0
    plan.save(update_fields=changed)
    labels = {name: MarketingPlan._meta.get_field(name).verbose_name for name in SHOWN}
    said = {labels[name]: [_text(before[name]), _text(getattr(plan, name))] for name in changed}
    audit.record(verb="plan.moved", target=plan, by=by, changes=said)
    if "parent" in changed:
        _tell_above(before["parent"], [plan.number, ""], by)
        _tell_above(plan.parent, ["", plan.number], by)
    if plan.current_id:
        plan.current.plan = plan
        follow_reviewer(plan.current)
    return 1


def _tell_above(above: MarketingPlan | None, change: list[str], by: User | None) -> None:
    """Its author reads of it on today's page, as of everything else that comes from elsewhere."""
    if above is not None:
        audit.record(verb="plan.moved", target=above, by=by, changes={"下级计划": change})


def _text(value) -> str:
    return value.number if isinstance(value, MarketingPlan) else str(value or "")
