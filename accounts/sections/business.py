"""业务与账单: what runs and what it earns (R69, D7)."""

from django.db.models import F

from accounts.reports.revenue import operator_grid, revenue
from accounts.sections.registry import ORDINARY, Section

SPANS = (12, 24)


def business(customer, user, request) -> dict:
    months = 24 if request.GET.get("months") == "24" else 12
    running_first = F("ended_on").asc(nulls_first=True)
    products = list(customer.products.order_by(running_first, "business_line", "pk"))
    return {
        "months": months,
        "spans": SPANS,
        "revenue": revenue(customer, months),
        "grid": operator_grid(customer),
        "products": products,
        "sticky": sum(1 for one in products if one.is_sticky and one.ended_on is None),
        "billing_accounts": customer.billing_accounts.order_by("-is_active", "contract_no"),
    }


SECTIONS = (Section("business", "业务与账单", "bi-receipt", business, ORDINARY),)
