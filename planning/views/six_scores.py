"""Ratings and scorecards, of a customer or of an industry; the rows they are made of (R65, R67)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from planning import six_rules as rules
from planning import six_score_reports as score_reports
from planning.actions import six_scores
from planning.actions.errors import PlanError
from planning.forms.six import FactorForm, RateForm, ScoreForm, WeightsForm
from planning.models import (
    CompetitorScorecard,
    CustomerPlanning,
    KeyPurchaseFactor,
    KPFRating,
    ScoreCriterion,
)
from planning.six_reports import scorecards
from planning.six_step_reports import card_context
from planning.views.six_scope import own_analysis_or_403, planning_or_404, scorecard_or_404
from staff.access import requires


@requires("planning.six_write")
@require_http_methods(["GET", "POST"])
def six_rate(request, pk, year):
    planning = planning_or_404(request, pk, year)
    back = reverse("planning:six_step", args=[pk, year, 1])
    return _rate(request, planning, planning.customer.name, back)


@requires("planning.six_write")
@require_http_methods(["GET", "POST"])
def industry_rate(request, pk):
    analysis = own_analysis_or_403(request, pk)
    return _rate(request, analysis, str(analysis), analysis.get_absolute_url())


def _rate(request, subject, name, back):
    is_customer = isinstance(subject, CustomerPlanning)
    owner = {"planning": subject} if is_customer else {"analysis": subject}
    rows = list(KPFRating.objects.filter(**owner).select_related("factor").order_by("pk"))
    rated = {row.factor_id for row in rows}
    factors = [f for f in KeyPurchaseFactor.objects.all() if f.is_active or f.pk in rated]
    data = request.POST if request.method == "POST" else None
    form = RateForm(data, factors=factors, ratings=rows, seen=six_scores.seen_of(rows))
    if form.is_bound and form.is_valid():
        try:
            six_scores.rate_factors(
                subject=subject, ratings=form.ratings(), seen=form.cleaned_data["seen"],
                by=request.user,
            )  # fmt: skip
        except PlanError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "已保存。")
            return redirect(back)
    context = {"form": form, "name": name, "back_url": back}
    return render(request, "planning/six_rate.html", context, status=422 if data else 200)


# --- scorecards -----------------------------------------------------------------------------------
@requires("planning.six_write")
@require_http_methods(["GET", "POST"])
def six_score(request, pk, year):
    """The newest card; another day makes another card."""
    planning = planning_or_404(request, pk, year)
    card = next(iter(scorecards(planning)), None)
    back = reverse("planning:six_step", args=[pk, year, 2])
    owner = {"customer": planning.customer, "branch": planning.customer.branch}
    return _score(request, card, owner, planning.customer.name, back)


@requires("planning.six_write")
@require_http_methods(["GET", "POST"])
def industry_score(request, pk):
    analysis = own_analysis_or_403(request, pk)
    card = industry_cards(analysis).first()
    owner = {"industry": analysis.industry, "branch": analysis.branch}
    return _score(request, card, owner, str(analysis), analysis.get_absolute_url())


def industry_cards(analysis):
    """Of the industry in the branch until the end of that year, the newest first."""
    return CompetitorScorecard.objects.filter(
        industry=analysis.industry_id, branch=analysis.branch_id, as_of__year__lte=analysis.year
    )


def _score(request, card, owner, name, back):
    lines = score_reports.scores(card).lines if card else _blank_lines()
    data = request.POST if request.method == "POST" else None
    form = ScoreForm(data, lines=lines, card=card, today=timezone.localdate())
    if form.is_bound and form.is_valid() and _scored(request, card, owner, form):
        return redirect(back)
    context = {"form": form, "name": name, "back_url": back, "card": card}
    context |= {"anchors": rules.ANCHORS.items(), "providers": score_reports.PROVIDERS}
    return render(request, "planning/six_score.html", context, status=422 if data else 200)


def _scored(request, card, owner, form) -> bool:
    data = form.cleaned_data
    try:
        six_scores.save_scorecard(
            card=card, as_of=data["as_of"], note=data["note"], base_edit=data["edit"],
            scores=form.scores(), by=request.user, **owner,
        )  # fmt: skip
    except PlanError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, "已保存。")
    return True


def _blank_lines() -> list[score_reports.ScoreLine]:
    blank = len(score_reports.PROVIDERS)
    return [
        score_reports.ScoreLine(row, row.weight, (None,) * blank, ("",) * blank)
        for row in ScoreCriterion.objects.filter(is_active=True)
    ]


@requires("planning.six")
@require_GET
def scorecard(request, pk):
    """One card as it was that day."""
    card = scorecard_or_404(request, pk)
    context = card_context(card) | {"name": str(card.customer or card.industry)}
    return render(request, "planning/scorecard.html", context)


# --- reference rows -------------------------------------------------------------------------------
@requires("planning.six_admin")
@require_http_methods(["GET", "POST"])
def six_settings(request):
    """Weights of the criteria, all at once; the purchase factors below."""
    data = request.POST if request.method == "POST" else None
    form = WeightsForm(data, criteria=ScoreCriterion.objects.all())
    if form.is_bound and form.is_valid():
        try:
            six_scores.set_weights(weights=form.weights(), by=request.user)
        except PlanError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "已保存；以前的评分表仍按当时的权重。")
            return redirect("planning:six_settings")
    context = {"form": form, "factors": KeyPurchaseFactor.objects.all()}
    return render(request, "planning/six_settings.html", context, status=422 if data else 200)


@requires("planning.six_admin")
@require_http_methods(["GET", "POST"])
def six_factor_new(request):
    return _factor(request, None)


@requires("planning.six_admin")
@require_http_methods(["GET", "POST"])
def six_factor_edit(request, pk):
    return _factor(request, get_object_or_404(KeyPurchaseFactor, pk=pk))


def _factor(request, factor):
    last = {"position": KeyPurchaseFactor.objects.count() + 1, "is_active": True}
    data = request.POST if request.method == "POST" else None
    form = FactorForm(data, instance=factor, initial=None if factor else last)
    if form.is_bound and form.is_valid():
        kept = KeyPurchaseFactor.objects.get(pk=factor.pk) if factor else None
        six_scores.save_factor(factor=kept, values=form.values(), by=request.user)
        messages.success(request, "已保存。")
        return redirect("planning:six_settings")
    context = {"form": form, "factor": factor}
    return render(request, "planning/six_factor.html", context, status=422 if data else 200)
