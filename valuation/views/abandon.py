"""放弃评估: the questions of the published run, and the head's answer (R59)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from core.paging import keyset_page
from staff.access import requires
from valuation.actions import abandoning
from valuation.actions.errors import ValuationError
from valuation.forms.runs import AbandonForm
from valuation.models import AbandonReview, ValuationRun
from valuation.views.runs import tabs

PARTS = (("open", "待决定"), ("decided", "已决定"))


@requires("valuation.runs")
@require_GET
def abandon_list(request):
    part = request.GET.get("part", "open")
    rows = AbandonReview.objects.visible_to(request.user)
    rows = rows.select_related("customer__manager", "customer__department", "run", "decided_by")
    if part == "decided":
        rows = rows.exclude(decision="")
    else:
        rows = rows.filter(decision="", run__state=ValuationRun.State.PUBLISHED)
    page = keyset_page(rows, request, keys=("-run", "pk"))
    for row in page.rows:
        row.may_decide = not row.decision and abandoning.may_decide(request.user, row.customer)
    context = {"page": page, "part": part, "parts": PARTS, "tabs": tabs(request.user)}
    return render(request, "valuation/abandon_list.html", context)


@requires("valuation.decide")
@require_http_methods(["GET", "POST"])
def abandon_decide(request, pk):
    rows = AbandonReview.objects.visible_to(request.user)
    review = get_object_or_404(rows.select_related("customer__department", "run"), pk=pk)
    form = AbandonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            abandoning.decide(review=review, by=request.user, **form.cleaned_data)
        except ValuationError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "已记下决定；客户的等级、服务和名单都没有自动改变。")
            return redirect("valuation:abandon_list")
    context = {
        "review": review,
        "form": form,
        "limits": abandoning.limits(),
        "former": _former(request, review),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "valuation/abandon_decide.html", context, status=status)


def _former(request, review) -> AbandonReview | None:
    """What was decided about the customer the last time."""
    rows = AbandonReview.objects.visible_to(request.user).filter(customer=review.customer)
    return rows.exclude(decision="").select_related("decided_by").order_by("-decided_at").first()
