"""What each row of a file would do, judged against the rows that the importing user may see."""

from accounts.imports.checking.bills import plan_bills
from accounts.imports.checking.contacts import plan_contacts
from accounts.imports.checking.contracts import plan_contracts
from accounts.imports.checking.customers import plan_customers
from accounts.imports.checking.plans import Plan, Verdict

PLANNERS = {
    "customers": plan_customers,
    "contacts": plan_contacts,
    "bills": plan_bills,
    "contracts": plan_contracts,
}

__all__ = ["PLANNERS", "Plan", "Verdict"]
