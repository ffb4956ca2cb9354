"""Analyses of industries: list, one of them, its lines of spending (R64)."""

from copy import copy

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Customer, Industry
from planning import six_score_reports as score_reports
from planning.actions import six_industry
from planning.actions.errors import PlanError
from planning.forms.six import AnalysisForm, AnalysisStartForm, StructureLines
from planning.models import IndustryAnalysis, KPFRating
from planning.six_step_reports import card_context
from planning.views.six_scope import analysis_or_404, may_write, own_analysis_or_403
from planning.views.six_scores import industry_cards
from staff.access import requires

MOST = 200


@requires("planning.six")
@require_GET
def industry_list(request):
    rows = IndustryAnalysis.objects.visible_to(request.user)
    rows = rows.select_related("industry", "branch", "updated_by").order_by(
        "-year", "industry__code", "pk"
    )
    context = {"rows": rows[:MOST], "may_write": may_write(request)}
    if context["may_write"]:
        context["form"] = _start_form(request)
    return render(request, "planning/industry_list.html", context)


def _start_form(request, data=None) -> AnalysisStartForm:
    this_year = timezone.localdate().year
    return AnalysisStartForm(
        data, industries=_industries(request.user), this_year=this_year,
        initial={"year": this_year + 1},
    )  # fmt: skip


def _industries(user) -> set[int]:
    """Of one's customers and those one answers for."""
    mine = Customer.objects.visible_to(user).filter(branch=user.branch_id)
    own = Industry.objects.filter(managers__in=user.acting_for())
    found = set(mine.order_by().values_list("industry", flat=True).distinct())
    return (found | set(own.values_list("pk", flat=True))) - {None}


@requires("planning.six_write")
@require_POST
def industry_start(request):
    form = _start_form(request, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = six_industry.start_analysis(
                branch=request.user.branch, industry=data["industry"], year=data["year"],
                by=request.user,
            )  # fmt: skip
        except PlanError as error:
            messages.warning(request, str(error))
        else:
            return redirect(made)
    else:
        messages.warning(request, "请选择行业和年度。")
    return redirect("planning:industry_list")


@requires("planning.six")
@require_GET
def industry_analysis(request, pk):
    analysis = analysis_or_404(request, pk)
    ratings = list(KPFRating.objects.filter(analysis=analysis).select_related("factor"))
    context = {
        "analysis": analysis,
        "periods": score_reports.structure(analysis),
        "ratings": ratings,
        "chart": score_reports.factor_chart(ratings),
        "may_write": may_write(request) and six_industry.may_write(analysis, request.user),
        **card_context(industry_cards(analysis).first()),
    }
    return render(request, "planning/industry_analysis.html", context)


@requires("planning.six_write")
@require_http_methods(["GET", "POST"])
def industry_edit(request, pk):
    analysis = own_analysis_or_403(request, pk)
    form = AnalysisForm(request.POST or None, instance=copy(analysis))
    if request.method == "POST" and form.is_valid():
        try:
            six_industry.save_analysis(
                analysis=analysis, values=form.values(), base_edit=form.cleaned_data["base_edit"],
                by=request.user,
            )  # fmt: skip
        except PlanError as error:
            form.data = form.data.copy()
            form.data["base_edit"] = analysis.edit
            form.add_error(None, str(error))
        else:
            messages.success(request, "已保存。")
            return redirect(analysis)
    stored = analysis if form.non_field_errors() else None
    context = {"analysis": analysis, "form": form, "stored": stored}
    status = 422 if form.is_bound else 200
    return render(request, "planning/industry_edit.html", context, status=status)


@requires("planning.six_write")
@require_http_methods(["GET", "POST"])
def industry_structure(request, pk):
    """Lines of spending, all at once."""
    analysis = own_analysis_or_403(request, pk)
    names = ("label", "period", "amount_wan", "last_year_wan", "last_period_wan", "source")
    data = request.POST if request.method == "POST" else None
    rows = StructureLines(kept=analysis.structure.values(*names), data=data)
    fault = ""
    if rows.is_bound and rows.is_valid:
        edit = data.get("base_edit", "")
        try:
            six_industry.save_structure(
                analysis=analysis, lines=rows.cleaned, by=request.user,
                base_edit=int(edit) if edit.isascii() and edit.isdecimal() else -1,
            )  # fmt: skip
        except PlanError as error:
            fault = str(error)
        else:
            messages.success(request, "已保存。")
            return redirect(analysis)
    context = {"analysis": analysis, "rows": rows, "fault": fault}
    status = 422 if rows.is_bound else 200
    return render(request, "planning/industry_structure.html", context, status=status)
