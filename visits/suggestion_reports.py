"""Suggestions as other pages show them: the top of the own ones, and those of one customer."""

from django.db.models.query import QuerySet

from accounts.models import Customer
from staff.models import User
from visits.models import VisitSuggestion

TOP = 5


def own_top(user: User) -> list[VisitSuggestion]:
    """The most pressing of the customers that `user`, or whom `user` stands in for, looks after."""
    found = VisitSuggestion.objects.visible_to(user).open()
    found = (
        found.filter(customer__manager__in=user.acting_for())
        .select_related("customer")
        .only(
            *("kind", "state", "last_at", "due_on"),
            *("customer__name", "customer__grade", "customer__region"),
        )
    )
    return list(found.order_by("due_on", "customer__grade", "pk")[:TOP])


def of_customer(customer: Customer) -> QuerySet[VisitSuggestion]:
    """What is open or arranged for one customer, by day."""
    found = customer.suggestions.filter(state__in=["open", "planned"])
    return found.select_related("visit").order_by("due_on", "pk")
