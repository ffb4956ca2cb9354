"""Versions of the value model: read, copy, change a draft, put it to use (R51, §B.1)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import once
from staff.access import requires
from valuation import ahp_rules
from valuation.actions import modelling
from valuation.actions.errors import ValuationError
from valuation.forms.models import BandsForm, ModelForm, PairForm
from valuation.models import ValueIndicator, ValueModel

State = ValueModel.State


def _draft(pk) -> ValueModel:
    """404 for what is no draft: there is no page to change it."""
    return get_object_or_404(ValueModel, pk=pk, state=State.DRAFT)


def _page(request, template: str, context: dict):
    status = 422 if context["form"].errors else 200
    return render(request, f"valuation/{template}.html", context, status=status)


def _tried(request, form, act) -> bool:
    try:
        act()
    except ValuationError as error:
        form.add_error(None, str(error))
        return False
    return True


@requires("valuation.admin")
@require_GET
def model_list(request):
    models = ValueModel.objects.select_related("copied_from").order_by("-pk")
    return render(request, "valuation/model_list.html", {"models": models})


@requires("valuation.admin")
@require_GET
def model_detail(request, pk):
    model = get_object_or_404(ValueModel.objects.select_related("copied_from"), pk=pk)
    dimensions = model.dimensions.prefetch_related("indicators__bands").order_by("pk")
    parts = [
        (one, [
            (row, modelling.band_text((b.lower, b.score) for b in row.bands.all()))
            for row in sorted(one.indicators.all(), key=lambda row: row.pk)
        ])
        for one in dimensions
    ]  # fmt: skip
    context = {
        "model": model, "parts": parts, "seen_at": modelling.stamp(model),
        "is_draft": model.state == State.DRAFT, "faults": modelling.faults_of(model),
        "has_runs": model.runs.exists(),
    }  # fmt: skip
    return render(request, "valuation/model_detail.html", context)


@requires("valuation.admin")
@require_POST
def model_copy(request, pk):
    model = get_object_or_404(ValueModel, pk=pk)
    with once.guard(request) as first:
        if not first.result_url:
            made = modelling.copy_model(model=model, by=request.user)
            messages.success(request, f"已复制为 {made.code}，可以修改。")
            response = redirect("valuation:model_detail", made.pk)
            first.remember(response.url)
        return redirect(first.result_url or response.url)


@requires("valuation.admin")
@require_http_methods(["GET", "POST"])
def model_edit(request, pk):
    model = _draft(pk)
    form = ModelForm(request.POST or None, instance=model)
    if request.method == "POST" and form.is_valid():

        def act():
            modelling.change_model(model=model, by=request.user, **form.for_action())

        if _tried(request, form, act):
            messages.success(request, "已保存。")
            return redirect("valuation:model_detail", pk)
    return _page(request, "model_edit", {"model": model, "form": form})


@requires("valuation.admin")
@require_http_methods(["GET", "POST"])
def model_bands(request, pk):
    found = ValueIndicator.objects.select_related("dimension__model")
    indicator = get_object_or_404(found, pk=pk, dimension__model__state=State.DRAFT)
    model = indicator.dimension.model
    seen_at = modelling.stamp(model)
    form = BandsForm(request.POST or None, indicator=indicator, seen_at=seen_at)
    if request.method == "POST" and form.is_valid():

        def act():
            modelling.change_bands(
                indicator=indicator, bands=form.bands, seen_at=form.cleaned_data["seen_at"],
                by=request.user,
            )  # fmt: skip

        if _tried(request, form, act):
            messages.success(request, "分档已保存。")
            return redirect("valuation:model_detail", model.pk)
    context = {"model": model, "indicator": indicator, "form": form}
    return _page(request, "model_bands", context)


@requires("valuation.admin")
@require_http_methods(["GET", "POST"])
def model_ahp(request, pk):
    model = _draft(pk)
    names = [str(row) for row in model.dimensions.order_by("pk")]
    form = PairForm(request.POST or None, model=model, names=names)
    if request.method == "POST" and form.is_valid() and "accept" in request.POST:

        def act():
            modelling.weigh(
                model=model, matrix=form.matrix, seen_at=form.cleaned_data["seen_at"],
                by=request.user,
            )  # fmt: skip

        if _tried(request, form, act):
            messages.success(request, "已采用，四个维度的权重已写入。")
            return redirect("valuation:model_detail", pk)
    found = ahp_rules.solve(form.matrix)
    weights = zip(names, ahp_rules.rounded(found.weights), strict=True)
    context = {"model": model, "form": form, "ahp": found, "weights": list(weights)}
    return _page(request, "ahp", context)


@requires("valuation.admin")
@require_POST
def model_activate(request, pk):
    model = get_object_or_404(ValueModel, pk=pk)
    try:
        modelling.activate(
            model=model, seen_at=request.POST.get("seen_at", ""), today=timezone.localdate(),
            by=request.user,
        )  # fmt: skip
    except ValuationError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{model.code} 已启用，今后的评估采用它。")
    return redirect("valuation:model_detail", pk)


@requires("valuation.admin")
@require_POST
def model_discard(request, pk):
    model = get_object_or_404(ValueModel, pk=pk)
    try:
        modelling.discard(model=model, by=request.user)
    except ValuationError as error:
        messages.error(request, str(error))
        return redirect("valuation:model_detail", pk)
    messages.success(request, f"草稿 {model.code} 已删除。")
    return redirect("valuation:model_list")
