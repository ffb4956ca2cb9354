"""Read-only assemblies of the customer pages, a module per page group."""

from accounts.reports.customers import file_facts

__all__ = ["file_facts"]
