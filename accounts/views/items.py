"""One set of pages for all small rows of a customer: add, edit, delete, verify, reveal."""

from copy import copy

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions import AccountError, items, secrets
from accounts.models import BillingAccount, Customer, CustomerInfoItem
from accounts.sections import LABELS, SECTIONS
from accounts.sections.kinds import KINDS
from core import once
from staff.access import requires


@require_http_methods(["GET", "POST"])
@requires("customers.write")
def item_create(request, customer_pk, kind):
    kind = _kind(kind)
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=customer_pk)
    known = {name: request.GET[name] for name in request.GET if name in kind.form.base_fields}
    form = kind.form(request.POST or None, customer=customer, user=request.user, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_create_once(request, customer, kind, form))
        except AccountError as error:
            form.add_error(None, str(error))
    return _form_page(request, customer, kind, form)


def _create_once(request, customer, kind, form) -> str:
    with once.guard(request) as first:
        if first.result_url:
            return first.result_url
        items.create_item(
            model=kind.model,
            customer=customer,
            place=kind.place,
            by=request.user,
            values=form.values(),
            lines=form.lines(),
        )
        messages.success(request, f"已新增{kind.label}。")
        return first.remember(tab_url(customer, kind.section))


@require_http_methods(["GET", "POST"])
@requires("customers.write")
def item_edit(request, kind, pk):
    (kind, row, customer), conflict = _row(request, kind, pk), []
    # a copy, so that what is typed does not show as if it were saved
    asked = {"instance": copy(row), "customer": customer, "user": request.user}
    form = kind.form(request.POST or None, **asked)
    if request.method == "POST" and form.is_valid():
        try:
            _update(request, kind, row, customer, form)
        except AccountError as error:
            conflict = _conflict(kind, row, form)
            form.add_error(None, str(error))
        else:
            return redirect(tab_url(customer, kind.section))
    return _form_page(request, customer, kind, form, row, conflict)


def _conflict(kind, row, form) -> list:
    """Where what is stored now and what was typed differ. What was typed stays; the next save is
    against what is stored now."""
    stored = kind.model._default_manager.filter(pk=row.pk).first()
    if stored is None or items.version_of(stored) == form.cleaned_data["seen"]:
        return []
    form.data = form.data.copy()
    form.data["seen"] = items.version_of(stored)
    return items.changes_to(stored, form.values(), form.lines())


def _update(request, kind, row, customer, form):
    was_verified = getattr(row, "verified_at", None)
    is_changed = items.update_item(
        row=row,
        customer=customer,
        place=kind.place,
        by=request.user,
        values=form.values(),
        lines=form.lines(),
        seen=form.cleaned_data["seen"],
        reason=form.cleaned_data["reason"],
    )
    if is_changed and was_verified:
        messages.warning(request, "已保存。内容有变化，原来的核实已取消，请重新核实。")
    else:
        messages.success(request, "已保存。" if is_changed else "内容没有变化。")


@require_http_methods(["GET", "POST"])
@requires("customers.write")
def item_delete(request, kind, pk):
    """GET shows what will be gone and asks for the reason; POST deletes what was shown."""
    kind, row, customer = _row(request, kind, pk)
    reason = request.POST.get("reason", "").strip()[:200]
    error, seen = "", items.version_of(row)
    if request.method == "POST" and not reason:
        error, seen = "请写明删除的原因。", request.POST.get("seen", "")
    elif request.method == "POST":
        try:
            _delete(request, kind, row, customer, reason)
        except AccountError as refusal:
            error = str(refusal)
        else:
            messages.success(request, f"已删除{kind.label}，内容保留在修订记录里。")
            return redirect(tab_url(customer, kind.section))
    context = {"customer": customer, "kind": kind, "row": row, "reason": reason, "error": error}
    context |= {"seen": seen, "content": items.content_of(row)}
    context["back_url"] = tab_url(customer, kind.section)
    return render(request, "accounts/item_delete.html", context)


def _delete(request, kind, row, customer, reason):
    items.delete_item(
        row=row,
        customer=customer,
        place=kind.place,
        by=request.user,
        reason=reason,
        seen=request.POST.get("seen", ""),
    )


@require_POST
@requires("customers.write")
def item_verify(request, pk):
    rows = CustomerInfoItem.objects.visible_to(request.user).select_related("customer")
    item = get_object_or_404(rows, pk=pk)
    try:
        items.verify_item(item=item, place=KINDS["info"].place, by=request.user)
    except AccountError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "已标为核实。")
    return redirect(tab_url(item.customer, "info"))


@require_POST
@requires("customers.write")
def section_confirm(request, customer_pk, code):
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=customer_pk)
    if code not in LABELS:
        raise Http404
    items.confirm_section(customer=customer, section=code, label=LABELS[code], by=request.user)
    messages.success(request, f"已记下：「{LABELS[code]}」核对过，内容无变化。")
    return redirect(tab_url(customer, "quality"))


@never_cache
@require_POST
@requires("customers.write")
def account_reveal(request, pk):
    """The full bank account, once, for one who asked; the trail says who (R69)."""
    rows = BillingAccount.objects.visible_to(request.user).select_related("customer")
    account = get_object_or_404(rows, pk=pk)
    try:
        number = secrets.reveal_account(account=account, by=request.user)
    except AccountError as error:
        messages.error(request, str(error))
        return redirect(tab_url(account.customer, "business"))
    context = {"account": account, "customer": account.customer, "number": number}
    return render(request, "accounts/account_revealed.html", context)


def tab_url(customer, code) -> str:
    if code not in SECTIONS or code == "overview":
        return customer.get_absolute_url()
    return reverse("accounts:customer_section", args=[customer.pk, code])


def _kind(code):
    if code not in KINDS:
        raise Http404
    return KINDS[code]


def _row(request, code, pk):
    kind = _kind(code)
    row = get_object_or_404(kind.visible_to(request.user).select_related(kind.path), pk=pk)
    return kind, row, kind.customer_of(row)


def _form_page(request, customer, kind, form, row=None, conflict=()):
    context = {"customer": customer, "kind": kind, "form": form, "row": row, "conflict": conflict}
    context["back_url"] = tab_url(customer, kind.section)
    return render(request, "accounts/item_form.html", context)
