"""Which run a page reads, and what of it (R51, R52). Everything starts from `visible_to`.

A rank is that of the whole run. Names, counts, totals and pictures are made of the rows that the
reader may see; an average reaches further only where no single stranger shows in it (may_pool).
"""

from dataclasses import dataclass

from django.db.models import Avg, Count, F, Q, QuerySet

from accounts.models import Industry
from staff.models import User
from valuation.models import CustomerValuation, ValuationRun
from valuation.revenue_rules import may_pool

State = ValuationRun.State
READABLE = (State.PUBLISHED, State.SUPERSEDED)
RUNS_OFFERED = 24
AXES = ("current", "potential", "loyalty", "social")


def readable_runs(user: User) -> QuerySet[ValuationRun]:
    """Published runs of the reader's branch and those they replaced, the newest first."""
    found = ValuationRun.objects.visible_to(user).filter(state__in=READABLE)
    return found.select_related("industry", "branch", "model").order_by("-as_of", "-pk")


def latest_run(user: User) -> ValuationRun | None:
    """The published run of the whole network; without one that of an industry."""
    found = readable_runs(user).filter(state=State.PUBLISHED)
    network = found.filter(scope=ValuationRun.Scope.LOCAL_NETWORK)
    return network.first() or found.first()


def offered_runs(user: User) -> list[ValuationRun]:
    return list(readable_runs(user)[:RUNS_OFFERED])


def former_run(run: ValuationRun) -> ValuationRun | None:
    """The run of the same scope that was published before this one."""
    same = ValuationRun.objects.filter(
        branch=run.branch_id, scope=run.scope, industry=run.industry_id, state__in=READABLE
    ).exclude(pk=run.pk)
    earlier = Q(as_of__lt=run.as_of) | Q(as_of=run.as_of, pk__lt=run.pk)
    return same.filter(earlier).order_by("-as_of", "-pk").first()


def results(run: ValuationRun, user: User) -> QuerySet[CustomerValuation]:
    """Managed customers of the run that the reader may see: all that is shown is one of these."""
    return CustomerValuation.objects.visible_to(user).filter(run=run, is_managed=True)


def sees_all(run: ValuationRun, user: User) -> bool:
    """Whether the reader sees every managed customer of the run."""
    return not run.results.filter(is_managed=True).exclude(pk__in=results(run, user)).exists()


@dataclass(frozen=True)
class Means:
    """Averages of the dimensions of one industry; `is_pooled`: of more than the reader sees."""

    values: dict
    count: int
    is_pooled: bool


def industry_means(run: ValuationRun, user: User, industry: int | None) -> Means:
    """For the comparison of one customer (R61's rule for averages). Two queries."""
    everybody = run.results.filter(is_managed=True, industry_ref=industry)
    mine = everybody.filter(pk__in=results(run, user))
    seen = _averages(mine)
    whole = _averages(everybody)
    if may_pool(whole["number"], seen["number"]):
        return Means(whole, whole["number"], whole["number"] != seen["number"])
    return Means(seen, seen["number"], False)


def _averages(rows: QuerySet) -> dict:
    return rows.order_by().aggregate(number=Count("pk"), **{axis: Avg(axis) for axis in AXES})


def industry_names() -> dict[int, str]:
    return dict(Industry.objects.values_list("pk", "name"))


def differs_in_grade(rows: QuerySet) -> QuerySet:
    """Whose suggested grade is not that of the file."""
    return rows.exclude(grade="").exclude(grade=F("customer__grade"))
