"""The register of customers who wait for a service (R15)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Customer
from core import once
from core.paging import keyset_page
from core.rules import local_date
from reminders.models import DutyKind, Obligation
from service.actions import watching
from service.actions.errors import ServiceError
from service.filters import WatchFilter
from service.forms.watches import EndForm, ToldForm, WatchForm
from service.models import Availability, LaunchNotice, ServiceWatch
from service.watch_rules import first_answer, launch_answer
from staff.access import may, requires

RELATED = ("customer__manager", "availability__item", "contact", "registered_by")
SHOWN_OF_CUSTOMER = 20
LONGEST_KEY = 18  # digits of the largest primary keys


@requires("watches.view")
@require_GET
def watch_list(request):
    found = ServiceWatch.objects.visible_to(request.user).select_related(*RELATED)
    filters = WatchFilter(request.GET, found, request=request)
    page = keyset_page(filters.qs, request, keys=("-registered_at", "-pk"))
    context = {
        "filters": filters,
        "page": page,
        "rows": with_duties(page.rows),
        "is_filtered": any(request.GET.get(name) for name in filters.filters),
        "may_write": may(request.user, "watches.write"),
    }
    return render(request, "service/watch_list.html", context)


def with_duties(rows) -> list[tuple[ServiceWatch, Obligation | None]]:
    """Each watch with the open duty of its latest opening. Two queries for all."""
    notices = LaunchNotice.objects.filter(watch__in=[row.pk for row in rows])
    watch_of = dict(notices.order_by("launched_at", "pk").values_list("pk", "watch"))
    duties = Obligation.objects.open().filter(
        kind=DutyKind.SERVICE_LAUNCH_NOTICE, object_id__in=watch_of
    )
    by_watch = {watch_of[duty.object_id]: duty for duty in duties}
    return [(row, by_watch.get(row.pk)) for row in rows]


@requires("watches.view")
@require_GET
def watch_detail(request, pk):
    watch = _visible(request, pk)
    context = {
        "watch": watch,
        "duty": with_duties([watch])[0][1],
        "answer": _answer(watch),
        "may_write": may(request.user, "watches.write"),
        "sees_customer": may(request.user, "customers.view"),
    }
    return render(request, "service/watch_detail.html", context)


def _visible(request, pk) -> ServiceWatch:
    rows = ServiceWatch.objects.visible_to(request.user).select_related(*RELATED)
    return get_object_or_404(rows, pk=pk)


def _answer(watch: ServiceWatch) -> str:
    """What to say to the customer now; nothing once the matter is over."""
    item, area = watch.availability.item.name, watch.availability.area
    if watch.state == ServiceWatch.State.AVAILABLE:
        day = local_date(watch.launched_at)
        return launch_answer(item, area, f"{day.month}月{day.day}日")
    if watch.state == ServiceWatch.State.WATCHING:
        # registered before the limit was lowered, or the approval has ended
        lines, by = watch.alternative_lines, watch.customer.manager
        if watching.unsayable(customer=watch.customer, text=watch.alternatives, by=by):
            lines = []
        return first_answer(item, area, watch.get_reason_display(), lines)
    return ""


@requires("watches.write")
@require_http_methods(["GET", "POST"])
def watch_create(request):
    customer = _customer_of_query(request)
    initial = {"area": customer.region, "item": request.GET.get("item")}
    form = WatchForm(request.POST or None, initial=initial, customer=customer, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            with once.guard(request) as first:
                if first.result_url:
                    return redirect(first.result_url)
                fields = form.cleaned_data
                row = watching.register_watch(customer=customer, by=request.user, **fields)
                first.remember(row.get_absolute_url())
            messages.success(request, "已登记。请先向客户致谢，开办后立即告知。")
            return redirect(row)
        except ServiceError as error:
            form.add_error(None, str(error))
    areas = Availability.objects.visible_to(request.user).order_by("area")
    areas = areas.values_list("area", flat=True).distinct()
    return _show(request, "watch_form", form=form, customer=customer, areas=areas)


def _customer_of_query(request) -> Customer:
    """`?customer=` of the link that led here; 404 without it and outside scope."""
    key = request.GET.get("customer", "")
    if not (key.isascii() and key.isdecimal() and len(key) <= LONGEST_KEY):
        raise Http404
    return get_object_or_404(Customer.objects.visible_to(request.user), pk=key)


@requires("watches.write")
@require_http_methods(["GET", "POST"])
def watch_notify(request, pk):
    watch = _visible(request, pk)
    now = timezone.localtime().replace(second=0, microsecond=0)
    form = ToldForm(request.POST or None, initial={"at": now}, watch=watch)
    if request.method == "POST" and form.is_valid():
        try:
            watching.tell_customer(watch=watch, by=request.user, **form.cleaned_data)
            messages.success(request, "已记下告知情况。")
            return redirect(watch)
        except ServiceError as error:
            form.add_error(None, str(error))
    duty = with_duties([watch])[0][1]
    return _show(request, "watch_notify", form=form, watch=watch, duty=duty, answer=_answer(watch))


@requires("watches.write")
@require_http_methods(["GET", "POST"])
def watch_end(request, pk):
    watch = _visible(request, pk)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            watching.end_watch(watch=watch, by=request.user, **form.cleaned_data)
            messages.success(request, "已结束这条关注。")
            return redirect(watch)
        except ServiceError as error:
            form.add_error(None, str(error))
    return _show(request, "watch_end", form=form, watch=watch)


@requires("watches.view")
@require_GET
def customer_watches(request, pk):
    """A part of the customer's page: what this customer waits for."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    rows = customer.service_watches.select_related(*RELATED)[:SHOWN_OF_CUSTOMER]
    context = {
        "customer": customer,
        "rows": with_duties(rows),
        "may_write": may(request.user, "watches.write"),
    }
    return render(request, "service/_customer_watches.html", context)


def _show(request, template, *, form, **context):
    status = 422 if form.errors else 200
    context = {"form": form, **context}
    return render(request, f"service/{template}.html", context, status=status)
