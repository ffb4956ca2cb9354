"""Customers that are probably the same: the warning while typing, the list, merge and undo."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actions import AccountError
from accounts.actions.merging import merge, undo_merge
from accounts.forms.merging import MergeForm
from accounts.models import Customer, CustomerMerge
from accounts.reports import duplicates
from accounts.reports.merging import preview
from core.paging import keyset_page
from staff.access import requires

PAGE = 20


@require_GET
@requires("customers.write")
def duplicate_check(request):
    """Fragment under the name of a new customer."""
    found = duplicates.warning(
        request.user,
        name=request.GET.get("name", "")[:100],
        credit_code=request.GET.get("credit_code", "")[:18],
        phone=request.GET.get("phone", "")[:30],
    )
    return render(request, "accounts/_duplicate_warning.html", {"warning": found})


@require_GET
@requires("customers.assign")
def duplicate_list(request):
    by_phone = request.GET.get("by") == "phone"
    rows = duplicates.same_phones(request.user) if by_phone else duplicates.same_names(request.user)
    # By that alone: the number of customers behind it is counted, and no index knows it.
    page = keyset_page(rows, request, keys=("phone" if by_phone else "key",), size=PAGE)
    group = duplicates.groups_by_phone if by_phone else duplicates.groups_by_name
    context = {
        "page": page,
        "groups": group(request.user, page.rows),
        "by_phone": by_phone,
        "merges": _merges(request.user).filter(undone_at=None)[:PAGE],
    }
    return render(request, "accounts/duplicate_list.html", context)


def _merges(user):
    kept = Customer.objects.visible_to(user)
    return CustomerMerge.objects.filter(kept__in=kept).select_related("kept", "merged_by")


@require_http_methods(["GET", "POST"])
@requires("customers.assign")
def merge_preview(request, kept_pk, gone_pk):
    """`gone` becomes part of `kept`; both must be in scope."""
    visible = Customer.objects.visible_to(request.user).select_related("manager", "department")
    kept = get_object_or_404(visible, pk=kept_pk)
    gone = get_object_or_404(visible, pk=gone_pk)
    if kept == gone:
        raise Http404
    plan = preview(kept, gone)
    form = MergeForm(request.POST or None, kept=kept, gone=gone, preview=plan)
    if request.method == "POST" and form.is_valid():
        try:
            done = _merge(request, kept, gone, form)
        except AccountError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"「{done.gone_name}」已并入「{done.kept}」。")
            return redirect("accounts:merge_detail", done.pk)
    context = {"kept": kept, "gone": gone, "plan": plan, "form": form}
    return render(request, "accounts/merge_preview.html", context)


def _merge(request, kept, gone, form) -> CustomerMerge:
    return merge(
        kept=kept,
        gone=gone,
        by=request.user,
        fields=form.choices_of_fields,
        kinds=form.choices_of_kinds,
        seen=form.seen,
    )


@require_GET
@requires("customers.assign")
def merge_detail(request, pk):
    done = get_object_or_404(_merges(request.user).select_related("undone_by"), pk=pk)
    return render(request, "accounts/merge_detail.html", {"merge": done})


@require_POST
@requires("customers.assign")
def merge_undo(request, pk):
    done = get_object_or_404(_merges(request.user), pk=pk)
    try:
        back = undo_merge(merge=done, by=request.user)
    except AccountError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"已撤销合并，「{back}」恢复为单独的客户。")
    return redirect("accounts:merge_detail", pk)
