from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts import actions
from accounts.forms.assignments import AssignForm, BackupForm
from accounts.models import Customer, CustomerAssignment
from reminders.models import Obligation
from staff.access import requires


@require_POST
@requires("customers.assign")
def customer_backup(request, pk):
    customer = _in_scope(request, pk)
    form = BackupForm(request.POST, user=request.user, customer=customer)
    if form.is_valid():
        try:
            actions.add_backup(customer=customer, by=request.user, **form.cleaned_data)
        except actions.AccountError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "备岗已保存。")
            return redirect("crm:customer_assign", pk)
    return assign_page(request, customer, backup_form=form)


@require_POST
@requires("customers.assign")
def backup_end(request, pk):
    rows = CustomerAssignment.objects.visible_to(request.user).filter(role="backup")
    assignment = get_object_or_404(rows.select_related("customer", "user"), pk=pk)
    try:
        actions.end_backup(assignment=assignment, by=request.user)
    except actions.AccountError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{assignment.user} 的备岗已结束。")
    return redirect("crm:customer_assign", assignment.customer_id)


def _in_scope(request, pk):
    customers = Customer.objects.visible_to(request.user).select_related("manager", "department")
    return get_object_or_404(customers, pk=pk)


def assign_page(request, customer, form=None, backup_form=None):
    """Another manager, and the backup: the first form is crm's, because visits follow."""
    duties = Obligation.objects.of_customer(customer.pk).open().filter(owner=customer.manager)
    context = {
        "customer": customer,
        "form": form or AssignForm(user=request.user, customer=customer),
        "backup_form": backup_form or BackupForm(user=request.user, customer=customer),
        "backups": CustomerAssignment.objects.running_backups(customer).select_related("user"),
        "duty_count": duties.count(),
    }
    return render(request, "accounts/customer_assign.html", context)
