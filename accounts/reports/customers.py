"""Read-only assemblies of the customer pages."""

from dataclasses import dataclass

from accounts.models import Customer
from reminders.models import Obligation


@dataclass(frozen=True)
class CustomerRow:
    """One line of the list: the customer, and its open duty with the nearest deadline or None."""

    customer: Customer
    next_duty: Obligation | None


def with_next_duty(customers) -> list[CustomerRow]:
    """One query for the duties of all `customers`."""
    keys = [customer.pk for customer in customers]
    duties = Obligation.objects.open().filter(customer_ref__in=keys).order_by("-due_at", "-pk")
    nearest = {duty.customer_ref: duty for duty in duties}  # the earliest comes last and stays
    return [CustomerRow(customer, nearest.get(customer.pk)) for customer in customers]


FILE = (
    ("code", "region", "exchange_office", "ownership_type", "address", "postcode"),
    ("legal_representative", "parent_name", "founded_year", "employees", "business_area"),
    ("payment_capacity", "relationship_stage", "main_business"),
)


def file_facts(customer: Customer) -> list[tuple[str, str]]:
    """(label, text) of the customer's file in the order of R69; empty fields are left out."""
    facts = []
    for name in (name for group in FILE for name in group):
        field = customer._meta.get_field(name)
        value = getattr(customer, name)
        text = dict(field.flatchoices).get(value, value)
        if text not in (None, ""):
            facts.append((field.verbose_name, str(text)))
    return facts
