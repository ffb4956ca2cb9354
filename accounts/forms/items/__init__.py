"""Forms of the rows that hang on a customer, a module per tab."""

from accounts.forms.items.knowledge import (
    AgreementForm,
    AllowanceForm,
    BudgetForm,
    EventForm,
    FinanceForm,
    InfoForm,
    NeedForm,
)
from accounts.forms.items.network import LayerShareForm, LinkForm, NodeForm
from accounts.forms.items.people import LevelForm, RouteForm, TieForm
from accounts.forms.items.revenue import (
    AccountForm,
    BillForm,
    ContractForm,
    ProductForm,
    UsageForm,
)

__all__ = [
    "AccountForm",
    "AgreementForm",
    "AllowanceForm",
    "BillForm",
    "BudgetForm",
    "ContractForm",
    "EventForm",
    "FinanceForm",
    "InfoForm",
    "LayerShareForm",
    "LevelForm",
    "LinkForm",
    "NeedForm",
    "NodeForm",
    "ProductForm",
    "RouteForm",
    "TieForm",
    "UsageForm",
]
