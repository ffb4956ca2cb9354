"""What is offered where. Opening a service in an area is a change of its row (R15)."""

from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from core import once
from reminders.actions import said_length
from reminders.models import DutyKind
from service.actions import catalog, launching
from service.actions.errors import ServiceError
from service.forms.catalog import AreaForm, AvailabilityForm, ItemForm, NewItemForm
from service.models import Availability, CatalogItem
from staff.access import may, requires

WAITING = Count("watches", Q(watches__state="watching"))


@requires("catalog.view")
@require_GET
def catalog_list(request):
    areas = Availability.objects.order_by("area")
    items = CatalogItem.objects.visible_to(request.user).order_by("-is_active", "name", "pk")
    context = {
        "items": items.prefetch_related(Prefetch("availabilities", areas)),
        "may_change": may(request.user, "catalog.admin"),
    }
    return render(request, "service/catalog_list.html", context)


@requires("catalog.admin")
@require_http_methods(["GET", "POST"])
def catalog_create(request):
    form = NewItemForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with once.guard(request) as first:
                if first.result_url:
                    return redirect(first.result_url)
                branch, fields = request.user.branch, form.cleaned_data
                item = catalog.create_item(branch=branch, by=request.user, **fields)
                first.remember(item.get_absolute_url())
            messages.success(request, "业务已建立，请添加区域。")
            return redirect(item)
        except ServiceError as error:
            form.add_error("code", str(error))
    return _show_form(request, form, "service/catalog_form.html")


@requires("catalog.admin")
@require_http_methods(["GET", "POST"])
def catalog_edit(request, pk):
    item = get_object_or_404(CatalogItem.objects.visible_to(request.user), pk=pk)
    initial = {name: getattr(item, name) for name in ("name", "description", "is_active")}
    form = ItemForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        catalog.edit_item(item=item, by=request.user, **form.cleaned_data)
        messages.success(request, "已保存。")
        return redirect("service:catalog_list")
    areas = item.availabilities.annotate(waiting=WAITING).order_by("area")
    return _show_form(request, form, "service/catalog_form.html", item=item, areas=areas)


@requires("catalog.admin")
@require_http_methods(["GET", "POST"])
def availability_create(request, pk):
    item = get_object_or_404(CatalogItem.objects.visible_to(request.user), pk=pk)
    form = AreaForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with once.guard(request) as first:
                if not first.result_url:
                    catalog.add_area(item=item, by=request.user, **form.cleaned_data)
                    first.remember(item.get_absolute_url())
            messages.success(request, "区域已添加。")
            return redirect(item)
        except ServiceError as error:
            form.add_error("area", str(error))
    return _show_form(request, form, "service/area_form.html", item=item)


@requires("catalog.admin")
@require_http_methods(["GET", "POST"])
def availability_edit(request, pk):
    rows = Availability.objects.visible_to(request.user).select_related("item", "changed_by")
    row = get_object_or_404(rows, pk=pk)
    initial = {"seen": row.state, "state": row.state, "expected_on": row.expected_on}
    form = AvailabilityForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            fields = form.cleaned_data
            count = launching.set_availability(availability=row, by=request.user, **fields)
            messages.success(request, _said(row, count))
            return redirect(row.item)
        except ServiceError as error:
            form.add_error(None, str(error))
    waiting = row.watches.watching().count()
    untold = row.watches.filter(state="available").count()
    context = {"row": row, "waiting": waiting, "untold": untold}
    return _show_form(request, form, "service/availability_form.html", **context)


def _said(row: Availability, count: int) -> str:
    if not count:
        return "已保存。"
    if row.is_open:
        within = said_length(DutyKind.SERVICE_LAUNCH_NOTICE)
        return f"已开办。{count} 家等待的客户，已交由各自的客户经理在 {within}内告知。"
    return f"已暂停开办。{count} 家还没有告知的客户恢复为等待。"


def _show_form(request, form, template, **context):
    status = 422 if form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)
