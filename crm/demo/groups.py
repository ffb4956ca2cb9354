"""The group above and below Bank A, a tree of four levels (R69)."""

from accounts import actions
from accounts.actions.tree import move_branch
from accounts.models import Customer
from crm.demo import contacts

HEADQUARTERS = "C0046"
BELOW = "C0001"
# code, name, code above; the headquarters have bought nothing from us yet
GROUP = (
    (HEADQUARTERS, "A银行", ""),
    ("C0047", "A银行城中支行", BELOW),
    ("C0048", "A银行柯桥支行", BELOW),
    ("C0049", "A银行北海分理处", "C0047"),
    ("C0050", "A银行鲁迅路储蓄所", "C0047"),
    ("C0051", "A银行轻纺城分理处", "C0048"),
)


def codes() -> list[str]:
    return [code for code, _, _ in GROUP]


def load(bank: Customer) -> dict[str, Customer]:
    """Make the group of `bank`; returns it by code. The headquarters are left to hang it under."""
    by = bank.manager
    made = {BELOW: bank}
    for code, name, above in GROUP:
        customer = actions.create_customer(
            code=code,
            name=name,
            manager=by,
            industry=bank.industry,
            region="北京" if code == HEADQUARTERS else "越城",
            grade="A" if code == HEADQUARTERS else "C",
            ownership_type=bank.ownership_type,
            lifecycle=Customer.Lifecycle.POTENTIAL,
            is_managed=False,
            is_training_case=True,
            by=by.reports_to or by,
        )
        for fields in contacts.of_customers([name])[name][:1]:
            actions.add_contact(customer=customer, by=by, **fields)
        if above:
            move_branch(customer=customer, parent=made[above], seen_parent=None, by=by)
        made[code] = customer
    return made
