from django.contrib import messages
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from core import clock
from core.paging import keyset_page
from reminders import reports
from reminders.actions import DutyError, channels, ladders
from reminders.filters import DeliveryFilter
from reminders.models import Channel, Delivery
from staff.access import may, requires


@requires("system.view")
@require_GET
def delivery_list(request):
    """Who was sent how much and how it went. No titles: an administrator sees no customers."""
    mine = Delivery.objects.visible_to(request.user)
    filters = DeliveryFilter(request.GET, queryset=mine, request=request)
    found = filters.qs.select_related("recipient").annotate(size=Count("reminders"))
    context = {
        "page": keyset_page(found, request, keys=("-pk",)),
        "filter_form": filters.form,
        "channel": reports.channel_state(),
        "is_configured": channels.is_configured(Channel.EMAIL),
        "failed": reports.failed_messages(mine),
        "may_retry": may(request.user, "ladder.admin"),
    }
    return render(request, "reminders/delivery_list.html", context)


@requires("ladder.admin")
@require_POST
def delivery_retry(request, pk):
    delivery = get_object_or_404(Delivery.objects.visible_to(request.user), pk=pk)
    try:
        ladders.retry_delivery(delivery=delivery, at=clock.now(), by=request.user)
    except DutyError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "已重新排队，下一次巡检时发送。")
    return redirect("reminders:delivery_list")
