from copy import copy

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts import actions
from accounts.actions import revisions
from accounts.forms.customers import CustomerForm, NewCustomerForm
from accounts.models import Customer
from accounts.reports import duplicates
from core import once
from staff.access import requires


@require_http_methods(["GET", "POST"])
@requires("customers.write")
def customer_create(request):
    form = NewCustomerForm(request.POST or None, user=request.user)
    likeness = None
    if request.method == "POST" and form.is_valid():
        likeness = _likeness(request, form)
        if not likeness:
            try:
                return redirect(_create_once(request, form))
            except actions.AccountError as error:
                form.add_error(None, str(error))
    context = {"form": form, "warning": likeness}
    if likeness:
        context["anyway"] = _token(form)
    return render(request, "accounts/customer_create.html", context)


def _likeness(request, form):
    """Customers that this one may repeat; None after 「仍要新建」 for the same name and code."""
    if request.POST.get("anyway") == _token(form):
        return None
    values = form.cleaned_data
    return duplicates.warning(request.user, name=values["name"], credit_code=values["credit_code"])


def _token(form) -> str:
    return duplicates.token(form.cleaned_data["name"], form.cleaned_data["credit_code"])


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
    conflict = []
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        seen_at = values.pop("seen_at")
        try:
            actions.update_customer(customer=customer, by=request.user, expected=seen_at, **values)
        except actions.AccountError as error:
            # What was typed stays; the next save is against what is stored now.
            customer.refresh_from_db()
            if customer.updated_at != seen_at:
                typed = {name: values[name] for name in form._meta.fields}
                conflict = revisions.differences(customer, typed)
            form.data = form.data.copy()
            form.data["seen_at"] = customer.updated_at.isoformat()
            form.add_error(None, str(error))
        else:
            messages.success(request, "已保存。")
            return redirect("accounts:customer_section", pk, "file")
    context = {"form": form, "customer": customer, "conflict": conflict}
    return render(request, "accounts/customer_edit.html", context)
