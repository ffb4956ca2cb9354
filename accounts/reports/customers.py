"""Read-only assemblies of the customer pages."""

from accounts.models import Customer

FILE = (
    (
        "基本情况",
        (
            "code",
            "credit_code",
            "ownership_type",
            "segment",
            "group_grade",
            "region",
            "exchange_office",
            "address",
            "postcode",
        ),
    ),
    (
        "单位概况",
        (
            "legal_representative",
            "parent_name",
            "founded_year",
            "employees",
            "branches_count",
            "outlets_count",
            "business_area",
            "main_business",
        ),
    ),
    (
        "经营与关系",
        (
            "profit_text",
            "profit_source",
            "payment_capacity",
            "relationship_stage",
            "informatization_stage",
            "next_stage",
        ),
    ),
)


def file_groups(customer: Customer) -> list[tuple[str, list[tuple[str, str]]]]:
    """(group, [(label, text)]) of the customer's file as R69 lists it; an empty text is a gap."""
    return [(group, [_fact(customer, name) for name in names]) for group, names in FILE]


def file_facts(customer: Customer) -> list[tuple[str, str]]:
    """(label, text) of everything in the file that is filled, in the order of R69."""
    return [fact for _, facts in file_groups(customer) for fact in facts if fact[1]]


def _fact(customer: Customer, name: str) -> tuple[str, str]:
    field = customer._meta.get_field(name)
    value = getattr(customer, name)
    text = dict(field.flatchoices).get(value, value)
    return str(field.verbose_name), "" if text is None else str(text)
