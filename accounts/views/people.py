"""Telephone numbers on request, and one human being at several customers."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions.errors import AccountError
from accounts.actions.people import link_person, reveal_phone, unlink_person
from accounts.models import Contact
from core.htmx import is_htmx
from staff.access import requires

FOUND = 20


@never_cache
@require_POST
@requires("contacts.reveal")
def contact_reveal(request, pk):
    """The full number for one who asked; the trail says who. Not in the address, not cached."""
    contact = _in_scope(request, pk)
    context = {"contact": contact, "customer": contact.customer, "may_reveal": True}
    status = 200
    try:
        context["number"] = reveal_phone(contact=contact, by=request.user)
    except AccountError as error:
        context["error"], status = str(error), 422
    name = "accounts/_contact_phone.html" if is_htmx(request) else "accounts/contact_phone.html"
    return render(request, name, context, status=status)


@require_http_methods(["GET", "POST"])
@requires("customers.write")
def contact_link(request, pk):
    """GET finds the same person at other customers of the user; POST links the chosen one."""
    contact = _in_scope(request, pk)
    others = _others(request, contact)
    error = ""
    if request.method == "POST":
        chosen = request.POST.get("other", "")
        other = get_object_or_404(others, pk=chosen if chosen.isdecimal() else 0)
        try:
            link_person(contact=contact, other=other, by=request.user)
        except AccountError as refusal:
            error = str(refusal)
        else:
            messages.success(request, f"已关联：{other.customer} 的 {other}。")
            return redirect(_home(contact))
    text = request.GET.get("q", contact.name).replace("\0", "").strip()
    found = others.filter(name__contains=text).order_by("name", "pk")[:FOUND] if text else []
    context = {"contact": contact, "customer": contact.customer, "error": error}
    return render(request, "accounts/contact_link.html", context | {"q": text, "found": found})


@require_POST
@requires("customers.write")
def contact_unlink(request, pk):
    contact = _in_scope(request, pk)
    try:
        unlink_person(contact=contact, by=request.user)
    except AccountError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "已解除关联。")
    return redirect(_home(contact))


def _others(request, contact):
    visible = Contact.objects.visible_to(request.user).exclude(customer=contact.customer_id)
    return visible.select_related("customer")


def _in_scope(request, pk):
    contacts = Contact.objects.visible_to(request.user).select_related("customer")
    return get_object_or_404(contacts, pk=pk)


def _home(contact) -> str:
    url = reverse("accounts:customer_section", args=[contact.customer_id, "people"])
    return f"{url}#contact-{contact.pk}"
