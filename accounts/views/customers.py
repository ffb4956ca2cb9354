from copy import copy

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts import actions, reports
from accounts.forms.customers import CustomerForm, NewCustomerForm
from accounts.models import Customer
from core import once
from reminders.models import Obligation
from staff.access import may, requires


@require_GET
@requires("customers.view")
def customer_detail(request, pk):
    customer = get_object_or_404(
        Customer.objects.visible_to(request.user).select_related(
            "manager", "industry", "department", "branch"
        ),
        pk=pk,
    )
    actions.note_opening(customer=customer, by=request.user)
    duties = Obligation.objects.of_customer(pk).open().select_related("owner")
    context = {
        "customer": customer,
        "facts": reports.file_facts(customer),
        "contacts": customer.contacts.order_by("-is_current", "pk"),
        "assignments": customer.assignments.select_related("user"),
        "duties": duties.order_by("due_at", "pk"),
        "may_write": may(request.user, "customers.write"),
        "may_assign": may(request.user, "customers.assign"),
        "may_visit": may(request.user, "visits.write"),
    }
    return render(request, "accounts/customer_detail.html", context)


@require_http_methods(["GET", "POST"])
@requires("customers.write")
def customer_create(request):
    form = NewCustomerForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_create_once(request, form))
        except actions.AccountError as error:
            form.add_error(None, str(error))
    return render(request, "accounts/customer_create.html", {"form": form})


def _create_once(request, form) -> str:
    with once.guard(request) as first:
        if first.result_url:
            return first.result_url
        customer = actions.create_customer(by=request.user, **form.cleaned_data)
        messages.success(request, f"已建立客户「{customer}」。")
        return first.remember(customer.get_absolute_url())


@require_http_methods(["GET", "POST"])
@requires("customers.write")
def customer_edit(request, pk):
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    # a copy, so that what is typed does not show as if it were saved
    form = CustomerForm(request.POST or None, instance=copy(customer))
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        seen_at = values.pop("seen_at")
        try:
            actions.update_customer(customer=customer, by=request.user, expected=seen_at, **values)
        except actions.AccountError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "已保存。")
            return redirect(customer)
    return render(request, "accounts/customer_edit.html", {"form": form, "customer": customer})
