"""Versions of a plan: read one, compare two, begin the next, give one up (R46)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from core import once
from planning import paper_reports
from planning import review_reports as reports
from planning.actions import moving
from planning.actions.errors import PlanError
from planning.actions.rights import may_write
from planning.actions.snapshots import content_of
from planning.forms.review import ReasonForm
from planning.models import MarketingPlan, PlanVersion
from planning.views.review import expect
from planning.views.scope import plan_or_404, version_or_404
from staff.access import requires


@requires("plans.view")
@require_GET
def version(request, pk, number):
    """One version as it was handed in, or as it stands."""
    plan = plan_or_404(request, pk)
    one = version_or_404(plan, number)
    context = {
        "plan": plan,
        "version": one,
        "tab": "review",
        "chapters": paper_reports.chapters_of(plan, content_of(one), request.user),
        "older": plan.versions.filter(number__lt=one.number).order_by("-number").first(),
        "reviews": one.reviews.select_related("reviewer"),
    }
    return render(request, "planning/version.html", context)


@requires("plans.view")
@require_GET
def compare(request, pk, number, other):
    """What became of version `other` in version `number`: texts, lines, targets."""
    plan = plan_or_404(request, pk)
    if number == other:
        raise Http404
    new, old = version_or_404(plan, number), version_or_404(plan, other)
    context = {
        "plan": plan,
        "version": new,
        "tab": "review",
        "old": old,
        "difference": reports.difference(old, new),
        "numbers": plan.versions.order_by("number").values_list("number", flat=True),
    }
    return render(request, "planning/version_compare.html", context)


@requires("plans.write")
@require_http_methods(["GET", "POST"])
def amend(request, pk):
    """The next version, with the reason for it."""
    return _with_reason(request, pk, "amend", "修订计划", "开始修订")


@requires("plans.write")
@require_http_methods(["GET", "POST"])
def discard(request, pk):
    return _with_reason(request, pk, "discard", "作废这一版", "作废")


SAID = {"amend": "新版本已建立，内容取自上一版。", "discard": "这一版已作废。"}


def _with_reason(request, pk, verb, heading, button):
    plan = plan_or_404(request, pk)
    if not may_write(plan, request.user):
        raise PermissionDenied
    current = plan.current
    initial = {"number": current.number, "seen": current.state}
    form = ReasonForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with once.guard(request) as first:
            if first.result_url:
                return redirect(first.result_url)
            if _done(request, plan, current, verb, form):
                messages.success(request, SAID[verb])
                return redirect(first.remember(reverse("planning:detail", args=[plan.pk])))
    context = {
        "plan": plan,
        "version": current,
        "tab": "review",
        "form": form,
        "heading": heading,
        "button": button,
        "is_possible": verb in {move.verb for move in reports.verbs(current, request.user)},
    }
    return render(request, "planning/version_reason.html", context)


def _done(request, plan: MarketingPlan, current: PlanVersion, verb: str, form) -> bool:
    try:
        expect(current, form)
        act = getattr(moving, verb)
        act(version=current, reason=form.cleaned_data["reason"], by=request.user)
    except PlanError as error:
        form.add_error(None, str(error))
        return False
    return True
