"""The floor: what a bare Django page of 40 kB with five indexed queries costs on this machine.

Session and user are two of them; then fifty customers with what hangs on them, their contacts, and
the open duties of the user. One flat template, no frame, no forms.
"""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import Contact, Customer
from reminders.models import Obligation
from staff.access import open_to_all_staff

ROWS = 50


@require_GET
@open_to_all_staff
def page(request):
    customers = Customer.objects.filter(branch=request.user.branch_id).order_by("code")
    customers = list(customers.select_related("manager", "industry", "department")[:ROWS])
    by_customer: dict[int, list[Contact]] = {}
    for contact in Contact.objects.filter(customer__in=customers).order_by("pk"):
        by_customer.setdefault(contact.customer_id, []).append(contact)
    duties = Obligation.objects.filter(owner=request.user).open().order_by("due_at")[:10]
    context = {
        "rows": [(customer, by_customer.get(customer.pk, [])) for customer in customers],
        "duties": list(duties),
    }
    return render(request, "bench/floor.html", context)
