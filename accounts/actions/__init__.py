"""Writes of this app: customers, who is responsible for them, and their contacts."""

from accounts.actions.assignments import add_backup, assign_manager, end_backup
from accounts.actions.contacts import add_contact, retire_contact, update_contact
from accounts.actions.customers import create_customer, update_customer
from accounts.actions.errors import AccountError
from accounts.actions.searching import index_customer, index_customers, note_opening

__all__ = [
    "AccountError",
    "add_backup",
    "add_contact",
    "assign_manager",
    "create_customer",
    "end_backup",
    "index_customer",
    "index_customers",
    "note_opening",
    "retire_contact",
    "update_contact",
    "update_customer",
]
