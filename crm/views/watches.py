"""转为商机: from the service watch to the opportunity, two siblings below (R15)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from core import once
from crm.actions.watches import convert_watch
from crm.forms.watches import ConvertForm
from opportunities.actions.errors import OpportunityError
from opportunities.models import Opportunity
from service.actions.errors import ServiceError
from service.models import ServiceWatch
from staff.access import requires

State = ServiceWatch.State


@requires("watches.write")
@require_http_methods(["GET", "POST"])
def watch_convert(request, pk):
    rows = ServiceWatch.objects.visible_to(request.user)
    rows = rows.select_related("customer__manager", "availability__item")
    watch = get_object_or_404(rows, pk=pk)
    form = ConvertForm(request.POST or None, watch=watch)
    if request.method == "POST" and form.is_valid():
        try:
            with once.guard(request) as first:
                if first.result_url:
                    return redirect(first.result_url)
                made = convert_watch(watch=watch, by=request.user, **form.cleaned_data)
                first.remember(made.get_absolute_url())
            messages.success(request, "已转为商机。")
            return redirect(made)
        except (ServiceError, OpportunityError) as error:
            form.add_error(None, str(error))
    status = 422 if form.errors else 200
    context = {"form": form, "watch": watch, "is_told": watch.state == State.NOTIFIED}
    if watch.state == State.CONVERTED:
        context["made"] = _made_of(watch, request.user)
    return render(request, "crm/watch_convert.html", context, status=status)


def _made_of(watch, user) -> Opportunity | None:
    """What the watch became, for those who may open it."""
    return Opportunity.objects.visible_to(user).filter(pk=watch.opportunity_ref).first()
