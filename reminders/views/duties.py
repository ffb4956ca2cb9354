from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from core import clock
from core.htmx import is_htmx
from core.paging import keyset_page
from reminders import actions, reports
from reminders.filters import DutyFilter
from reminders.models import Obligation
from staff.access import may, open_to_all_staff


@open_to_all_staff
@require_GET
def duty_list(request):
    mine = Obligation.objects.visible_to(request.user)
    filters = DutyFilter(request.GET, queryset=mine, request=request)
    found = filters.qs.select_related("owner")
    page = keyset_page(found, request, keys=("due_at", "pk"))
    context = {
        "page": page,
        "rows": reports.duty_rows(page.rows),
        "total": filters.qs.count(),
        "own": {person.pk for person in request.user.acting_for()},
        "may_reassign": may(request.user, "duties.reassign"),
        "here": request.get_full_path(),
    }
    if is_htmx(request):
        return render(request, "reminders/_duty_rows.html", context)
    context["filter_form"] = filters.form
    return render(request, "reminders/duty_list.html", context)


@open_to_all_staff
@require_POST
def duty_acknowledge(request, pk):
    duty = get_object_or_404(Obligation.objects.visible_to(request.user), pk=pk)
    if duty.owner_id not in {person.pk for person in request.user.acting_for()}:
        raise PermissionDenied
    try:
        actions.acknowledge_duty(duty=duty, at=clock.now(), by=request.user)
    except actions.DutyError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "已标为知悉：到期前不再发邮件，逾期后照常提醒。")
    return redirect(_back(request))


def _back(request) -> str:
    url = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(url, {request.get_host()})
    return url if is_ours else reverse("reminders:duty_list")
