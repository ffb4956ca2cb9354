"""The group of a customer as one user may see it: two queries for any depth and size."""

from django.db.models import OuterRef, Subquery, Sum

from accounts import tree_rules
from accounts.models import Customer, MonthlyBill

FIELDS = ("pk", "name", "tree_path", "grade", "manager__name")


def group_of(customer: Customer, user) -> list[tree_rules.Branch]:
    """The whole group, from its root down; totals of 元 are those of everybody's last bill."""
    root = tree_rules.ids(customer.tree_path)[0]
    return _grow(f"/{root}/", user)


def branch_of(customer: Customer, user) -> tree_rules.Branch:
    """The customer and what hangs below it."""
    return _grow(customer.tree_path, user)[0]


def _grow(path: str, user) -> list[tree_rules.Branch]:
    seen = Customer.objects.visible_to(user).filter(tree_path__startswith=path).order_by()
    revenue = dict(_last_bills(seen))
    return tree_rules.grow(
        tree_rules.Member(pk, name, own, grade, manager, revenue.get(pk, 0))
        for pk, name, own, grade, manager in seen.values_list(*FIELDS)
    )


def _last_bills(customers):
    """(customer, 元): the reported totals of each one's last month."""
    newest = MonthlyBill.objects.filter(customer=OuterRef("customer")).order_by("-month")
    bills = MonthlyBill.objects.filter(
        customer__in=customers.values("pk"), month=Subquery(newest.values("month")[:1])
    )
    return bills.order_by().values_list("customer").annotate(Sum("reported_total"))
