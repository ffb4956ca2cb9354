from copy import copy

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts import actions
from accounts.actions import revisions
from accounts.actions.contacts import version_of
from accounts.forms.contacts import ContactForm
from accounts.models import Contact, Customer
from core import once
from staff.access import requires


@require_http_methods(["GET", "POST"])
@requires("customers.write")
def contact_create(request, customer_pk):
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=customer_pk)
    form = ContactForm(request.POST or None, customer=customer)
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
        values = form.cleaned_data
        del values["seen"]
        contact = actions.add_contact(customer=customer, by=request.user, **values)
        messages.success(request, f"已添加联系人 {contact}。")
        return first.remember(_home(customer))


@require_http_methods(["GET", "POST"])
@requires("customers.write")
def contact_edit(request, pk):
    contact = _in_scope(request, pk)
    customer = contact.customer
    form = ContactForm(request.POST or None, instance=copy(contact), customer=customer)
    conflict = []
    if request.method == "POST" and form.is_valid():
        try:
            actions.update_contact(contact=contact, by=request.user, **form.cleaned_data)
        except actions.AccountError as error:
            # What was typed stays; the next save is against what is stored now.
            stored = _in_scope(request, pk)
            if version_of(stored) != form.cleaned_data["seen"]:
                typed = {name: form.cleaned_data[name] for name in form._meta.fields}
                conflict = revisions.differences(stored, typed)
            form.data = form.data.copy()
            form.data["seen"] = version_of(stored)
            form.add_error(None, str(error))
        else:
            messages.success(request, "已保存。")
            return redirect(_home(customer))
    context = {"form": form, "customer": customer, "contact": contact, "conflict": conflict}
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
    return redirect(_home(contact.customer))


def _home(customer) -> str:
    return reverse("accounts:customer_section", args=[customer.pk, "people"])


def _in_scope(request, pk):
    contacts = Contact.objects.visible_to(request.user).select_related("customer")
    return get_object_or_404(contacts, pk=pk)
