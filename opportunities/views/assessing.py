"""The three assessments: tap, see the result at once, keep it (§B.4)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from core.htmx import is_htmx
from opportunities.actions import assessing
from opportunities.actions.errors import OpportunityError
from opportunities.assessment_rules import Verdict
from opportunities.forms.assessing import FORM_OF
from opportunities.models import Assessment
from opportunities.views.scope import changeable
from staff.access import requires


@requires("opportunities.write")
@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def assess(request, pk, kind):
    """htmx asks by GET what the taps so far come to; nothing is kept until it is sent."""
    if kind not in FORM_OF:
        raise Http404
    opportunity = changeable(request, pk)
    if request.method == "GET" and is_htmx(request):
        return _verdict(request, kind)
    newest = opportunity.assessments.filter(kind=kind).select_related("by").first()
    form = FORM_OF[kind](request.POST or None, initial=_known(newest))
    if request.method == "POST" and form.is_valid():
        try:
            made = assessing.assess(
                opportunity=opportunity, kind=kind, by=request.user, **form.answers()
            )
        except OpportunityError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, f"{made.get_kind_display()}：{made.score} 分，{made.verdict}。"
            )
            return redirect(opportunity)
    context = {"opportunity": opportunity, "form": form, "kind": Assessment.Kind(kind)}
    context |= {"newest": newest, "verdict": _said(newest) if not form.is_bound else None}
    status = 422 if form.errors else 200
    return render(request, "opportunities/assess.html", context, status=status)


def _known(newest: Assessment | None) -> dict:
    """The answers of the newest one, so that only what has changed is tapped."""
    if newest is None:
        return {}
    if newest.kind != Assessment.Kind.COMPETE:
        return newest.answers["ours"]
    sides = (("ours", "ours_"), ("rival", "rival_"))
    return {f"{p}{code}": n for side, p in sides for code, n in newest.answers[side].items()}


def _said(newest: Assessment | None) -> Verdict | None:
    return newest and Verdict(newest.score, newest.verdict, newest.rival_score)


def _verdict(request, kind: str):
    form = FORM_OF[kind](request.GET)
    is_whole = form.is_valid()
    context = {
        "kind": Assessment.Kind(kind),
        "verdict": form.verdict() if is_whole else None,
        "open": sum(name not in form.cleaned_data for name in form.fields),
    }
    return render(request, "opportunities/_verdict.html", context)
