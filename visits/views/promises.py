"""Promises made to customers: the list, and keeping one (R12)."""

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from core.paging import keyset_page
from reminders.models import DutyKind, Obligation
from staff.access import may, requires
from visits.actions import promises
from visits.actions.errors import VisitError
from visits.filters import CommitmentFilter
from visits.forms.promises import FulfilForm
from visits.models import Commitment


@requires("letters.view")
@require_GET
def commitment_list(request):
    found = Commitment.objects.visible_to(request.user)
    found = found.select_related("customer", "owner", "visit__customer", "letter__customer")
    filters = CommitmentFilter(request.GET, found, request=request)
    page = keyset_page(filters.qs, request, keys=("due_on", "pk"))
    duties = _duties(page.rows)
    context = {
        "filters": filters,
        "page": page,
        "lines": [(promise, duties.get(promise.pk)) for promise in page.rows],
        "is_filtered": any(request.GET.get(name) for name in filters.filters),
        "may_write": may(request.user, "letters.write"),
    }
    return render(request, "visits/commitment_list.html", context)


def _duties(rows) -> dict[int, Obligation]:
    content_type = ContentType.objects.get_for_model(Commitment)
    found = Obligation.objects.filter(
        kind=DutyKind.COMMITMENT, content_type=content_type, object_id__in=[r.pk for r in rows]
    )
    return {duty.object_id: duty for duty in found}


@requires("letters.write")
@require_http_methods(["GET", "POST"])
def commitment_fulfil(request, pk):
    found = Commitment.objects.visible_to(request.user).select_related(
        "customer", "visit", "letter"
    )
    promise = get_object_or_404(found, pk=pk)
    now = timezone.localtime().replace(second=0, microsecond=0)
    form = FulfilForm(request.POST or None, initial={"at": now})
    if request.method == "POST" and form.is_valid():
        try:
            promises.fulfil_promise(promise=promise, by=request.user, **form.cleaned_data)
        except VisitError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "承诺已兑现。")
            return redirect(promise)
    duty = Obligation.objects.of(DutyKind.COMMITMENT, promise).first()
    context = {"promise": promise, "form": form, "duty": duty}
    return render(request, "visits/commitment_fulfil.html", context)
