"""The draft runs of a month: each branch, and each industry in it with enough customers (§B.16)."""

from django.db.models import Count

from accounts.models import Customer, Industry
from core import clock
from core.rules import local_date
from staff.models import Branch
from valuation.actions.computing import start_run
from valuation.actions.errors import ValuationError
from valuation.models import ValuationRun, ValueModel

Scope = ValuationRun.Scope


def start_month() -> list[int]:
    """Start what this month still lacks; the pks. Called twice it starts nothing more."""
    today = local_date(clock.now())
    started = []
    for branch in Branch.objects.filter(customers__isnull=False).distinct().order_by("pk"):
        for scope, industry in _wanted(branch):
            if _is_there(branch, scope, industry, today):
                continue
            try:
                run = start_run(branch=branch, scope=scope, industry=industry, as_of=today, by=None)
            except ValuationError:
                continue  # without a model, or with too few customers by now
            started.append(run.pk)
    return started


def _wanted(branch: Branch) -> list[tuple[str, Industry | None]]:
    model = ValueModel.objects.filter(state=ValueModel.State.ACTIVE).first()
    if model is None:
        return []
    counts = (
        Customer.objects.filter(branch=branch, is_managed=True)
        .exclude(lifecycle="lost")
        .values_list("industry")
        .annotate(number=Count("pk"))
        .filter(number__gte=model.min_cohort)
        .order_by("industry")
    )
    industries = Industry.objects.in_bulk([pk for pk, _ in counts])
    return [(Scope.LOCAL_NETWORK, None), *((Scope.INDUSTRY, one) for one in industries.values())]


def _is_there(branch, scope, industry, today) -> bool:
    """Whether somebody, or the task itself, has a run of this month already."""
    return (
        ValuationRun.objects.filter(branch=branch, scope=scope, industry=industry)
        .filter(as_of__gte=today.replace(day=1))
        .exclude(state=ValuationRun.State.DISCARDED)
        .exists()
    )
