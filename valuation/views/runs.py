"""Runs: list, start, one run with its progress, review, publish, recompute, discard (R51, R52)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import once
from core.htmx import is_htmx
from core.paging import keyset_page
from staff.access import may, requires
from valuation import run_reports
from valuation.actions import computing, publishing
from valuation.actions.errors import ValuationError
from valuation.forms.runs import RunReviewForm, StartForm
from valuation.models import ValuationRun

TABS = (
    ("valuation:run_list", "评估批次", "valuation.runs"),
    ("valuation:abandon_list", "放弃评估", "valuation.runs"),
    ("valuation:alert_list", "高潜客户", "valuation.view"),
    ("valuation:ranking", "排名与矩阵", "valuation.view"),
)


def tabs(user) -> list[tuple[str, str]]:
    return [(url, name) for url, name, verb in TABS if may(user, verb)]


def _visible(request, pk) -> ValuationRun:
    rows = ValuationRun.objects.visible_to(request.user).select_related(
        "branch", "industry", "model", "run_by", "reviewed_by", "published_by"
    )
    return get_object_or_404(rows, pk=pk)


@requires("valuation.runs")
@require_GET
def run_list(request):
    rows = run_reports.offered(request.user)
    if not request.GET.get("all"):
        rows = rows.exclude(state=ValuationRun.State.DISCARDED)
    context = {
        "page": keyset_page(rows, request, keys=("-as_of", "-pk")),
        "tabs": tabs(request.user),
        "shows_all": bool(request.GET.get("all")),
        "may_run": may(request.user, "valuation.run"),
    }
    return render(request, "valuation/run_list.html", context)


@requires("valuation.run")
@require_http_methods(["GET", "POST"])
def run_start(request):
    form = StartForm(request.POST or None, initial={"as_of": timezone.localdate()})
    if request.method == "POST":
        with once.guard(request) as first:
            if first.result_url:
                return redirect(first.result_url)
            run = _start(request, form)
            if run:
                return redirect(first.remember(run.get_absolute_url()))
    status = 422 if request.method == "POST" else 200
    return render(request, "valuation/run_start.html", {"form": form}, status=status)


def _start(request, form) -> ValuationRun | None:
    if not form.is_valid():
        return None
    user = request.user
    try:
        return computing.start_run(branch=user.branch, by=user, **form.cleaned_data)
    except ValuationError as error:
        form.add_error(None, str(error))
        return None


@requires("valuation.runs")
@require_GET
def run_detail(request, pk):
    run = _visible(request, pk)
    if is_htmx(request) and request.headers.get("HX-Target") == "run-state":
        response = render(request, "valuation/_run_state.html", {"run": run})
        if not run.is_at_work:  # it is done: the whole page has more to show now
            response["HX-Refresh"] = "true"
        return response
    return _page(request, run)


def _page(request, run, form=None):
    context = {"run": run, "tabs": tabs(request.user), "can": run_reports.verbs(run, request.user)}
    context |= run_reports.context(run, request.user)
    context["review_form"] = (form or RunReviewForm()) if context["can"]["review"] else None
    context["refused"] = form if form and not context["review_form"] else None
    return render(request, "valuation/run_detail.html", context, status=422 if form else 200)


def _done(request, pk, act, said: str):
    run = _visible(request, pk)
    try:
        act(run=run, by=request.user)
    except ValuationError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect(run)


@requires("valuation.run")
@require_POST
def run_review(request, pk):
    run = _visible(request, pk)
    form = RunReviewForm(request.POST)
    if form.is_valid():
        try:
            publishing.review(run=run, by=request.user, **form.cleaned_data)
        except ValuationError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "已审核，可以发布。")
            return redirect(run)
    return _page(request, _visible(request, pk), form)


@requires("valuation.run")
@require_POST
def run_publish(request, pk):
    return _done(request, pk, publishing.publish, "已发布，原来的一次成为历史。")


@requires("valuation.run")
@require_POST
def run_recompute(request, pk):
    return _done(request, pk, publishing.recompute, "将重新计算。")


@requires("valuation.run")
@require_POST
def run_discard(request, pk):
    return _done(request, pk, publishing.discard, "已作废。")
