"""Read-only assemblies of the customer pages."""

from accounts.models import Customer

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
