from copy import copy

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import actions
from accounts.forms.contacts import ContactForm
from accounts.models import Contact, Customer
from core import once
from staff.access import requires


@require_http_methods(["GET", "POST"])
@requires("customers.write")
def contact_create(request, customer_pk):
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=customer_pk)
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_create_once(request, customer, form))
        except actions.AccountError as error:
            form.add_error(None, str(error))
    return render(request, "accounts/contact_form.html", {"form": form, "customer": customer})


def _create_once(request, customer, form) -> str:
    with once.guard(request) as first:
        if first.result_url:
            return first.result_url
        contact = actions.add_contact(customer=customer, by=request.user, **form.cleaned_data)
        messages.success(request, f"已添加联系人 {contact}。")
        return first.remember(customer.get_absolute_url())


@require_http_methods(["GET", "POST"])
@requires("customers.write")
def contact_edit(request, pk):
    contact = _in_scope(request, pk)
    form = ContactForm(request.POST or None, instance=copy(contact))
    if request.method == "POST" and form.is_valid():
        try:
            actions.update_contact(contact=contact, by=request.user, **form.cleaned_data)
        except actions.AccountError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "已保存。")
            return redirect(contact)
    context = {"form": form, "customer": contact.customer, "contact": contact}
    return render(request, "accounts/contact_form.html", context)


@require_POST
@requires("customers.write")
def contact_retire(request, pk):
    contact = _in_scope(request, pk)
    try:
        actions.retire_contact(contact=contact, by=request.user)
    except actions.AccountError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{contact} 已标为离任。")
    return redirect(contact)


def _in_scope(request, pk):
    contacts = Contact.objects.visible_to(request.user).select_related("customer")
    return get_object_or_404(contacts, pk=pk)
