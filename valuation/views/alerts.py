"""高潜客户: suggested for the list of managed customers (R54)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from core.paging import keyset_page
from staff.access import requires
from valuation.actions import abandoning, alerts
from valuation.actions.errors import ValuationError
from valuation.forms.runs import AlertForm
from valuation.models import PotentialAlert
from valuation.views.runs import tabs

State = PotentialAlert.State


@requires("valuation.view")
@require_GET
def alert_list(request):
    asked = request.GET.get("state")
    state = asked if asked in State.values else State.OPEN
    rows = PotentialAlert.objects.visible_to(request.user).filter(state=state)
    rows = rows.select_related(
        "customer__manager", "customer__department", "customer__industry", "run", "decided_by"
    )
    page = keyset_page(rows, request, keys=("-potential", "pk"))
    for row in page.rows:
        is_open = row.state == State.OPEN
        row.may_decide = is_open and abandoning.may_decide(request.user, row.customer)
    context = {"page": page, "state": state, "states": State.choices, "tabs": tabs(request.user)}
    return render(request, "valuation/alert_list.html", context)


@requires("valuation.decide")
@require_http_methods(["GET", "POST"])
def alert_decide(request, pk):
    rows = PotentialAlert.objects.visible_to(request.user)
    alert = get_object_or_404(rows.select_related("customer__manager", "run"), pk=pk)
    form = AlertForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        is_adopted = form.cleaned_data["answer"] == AlertForm.ADOPT
        act = alerts.adopt if is_adopted else alerts.dismiss
        try:
            act(alert=alert, note=form.cleaned_data["note"], by=request.user)
        except ValuationError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "已纳入名单制。" if is_adopted else "已记下，暂不纳入。")
            return redirect("valuation:alert_list")
    status = 422 if request.method == "POST" else 200
    context = {"alert": alert, "form": form}
    return render(request, "valuation/alert_decide.html", context, status=status)
