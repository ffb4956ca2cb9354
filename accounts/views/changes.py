"""Steps of the ladder, and the changes that visits have proposed (R9, R21)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions import AccountError, lifecycle, proposals
from accounts.forms.lifecycle import LifecycleForm
from accounts.models import Customer, CustomerViewRevision
from accounts.reports.history import may_decide
from accounts.views.items import tab_url
from staff.access import requires


@require_http_methods(["GET", "POST"])
@requires("customers.write")
def customer_lifecycle(request, pk):
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    form = LifecycleForm(request.POST or None, customer=customer)
    if request.method == "POST" and form.is_valid():
        try:
            lifecycle.change_lifecycle(customer=customer, by=request.user, **form.cleaned_data)
        except AccountError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"关系发展已改为「{customer.get_lifecycle_display()}」。")
            return redirect(tab_url(customer, "file"))
    context = {"customer": customer, "form": form, "back_url": tab_url(customer, "file")}
    context["standing"] = lifecycle.standing(customer)
    return render(request, "accounts/lifecycle_form.html", context)


@require_POST
@requires("customers.review")
def proposal_decide(request, pk):
    """POST decision=take|leave, seen=<the present value that the page showed>."""
    rows = CustomerViewRevision.objects.visible_to(request.user).select_related("customer")
    revision = get_object_or_404(rows, pk=pk)
    is_taken = request.POST.get("decision") == "take"
    try:
        if not may_decide(request.user, revision.customer):
            raise AccountError("由客户经理本人或部门负责人确认。")
        proposals.decide(
            revision=revision, is_taken=is_taken, seen=request.POST.get("seen", ""), by=request.user
        )
    except AccountError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "已采纳，客户视图已更新。" if is_taken else "已记为不采纳。")
    return redirect(tab_url(revision.customer, "history"))
