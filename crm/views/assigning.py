"""Another manager for one customer or for many: visits, letters and promises follow."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions import AccountError
from accounts.forms.assignments import AssignForm
from accounts.models import Customer
from accounts.views.assignments import assign_page
from crm.actions import handover as actions
from crm.forms.handover import BulkAssignForm
from crm.reports.handover import open_work
from reminders.actions import DutyError
from staff.access import requires

MOST = 100
"""Customers in one go: each takes its visits, letters and duties along, all in one transaction."""


@require_http_methods(["GET", "POST"])
@requires("customers.assign")
def customer_assign(request, pk):
    customers = Customer.objects.visible_to(request.user).select_related("manager", "department")
    customer = get_object_or_404(customers, pk=pk)
    form = AssignForm(request.POST or None, user=request.user, customer=customer)
    if request.method == "POST" and form.is_valid():
        try:
            actions.reassign_customer(customer=customer, by=request.user, **form.cleaned_data)
        except (AccountError, DutyError) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"「{customer}」已交给 {customer.manager}。")
            return redirect(customer)
    return assign_page(request, customer, form=form)


@require_POST
@requires("customers.assign")
def bulk_assign(request):
    """First the preview, then (`confirmed`) the move. One customer out of scope refuses all."""
    ids = {int(text) for text in request.POST.getlist("ids") if text.isdecimal()}
    if len(ids) > MOST:
        messages.error(request, f"一次最多分配 {MOST} 家客户，请分几次办理。")
        return redirect("accounts:customer_list")
    customers = _chosen(request, ids)
    if not customers:
        messages.error(request, "请先在客户列表里选中客户。")
        return redirect("accounts:customer_list")
    is_confirmed = "confirmed" in request.POST
    form = BulkAssignForm(request.POST if is_confirmed else None, user=request.user)
    if is_confirmed and form.is_valid():
        try:
            records = actions.bulk_assign(customers=customers, by=request.user, **form.cleaned_data)
        except (AccountError, DutyError) as error:
            form.add_error(None, str(error))
        else:
            moved = sum(item["kind"] == "customer" for r in records for item in r.items)
            messages.success(request, f"{moved} 家客户已交给 {form.cleaned_data['to']}。")
            return redirect(_record_page(records))
    context = {"customers": customers, "form": form, "work": open_work(customers)}
    return render(request, "crm/bulk_assign.html", context)


def _chosen(request, ids: set[int]) -> list[Customer]:
    mine = Customer.objects.visible_to(request.user).filter(pk__in=ids)
    customers = list(mine.select_related("manager", "department").order_by("code", "pk"))
    if len(customers) != len(ids):
        raise Http404
    return customers


def _record_page(records) -> str:
    if len(records) == 1:
        return reverse("crm:handover_detail", args=[records[0].pk])
    return reverse("crm:handover_list")
