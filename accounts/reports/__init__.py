"""Read-only assemblies of the customer pages, a module per page group."""

from accounts.reports.customers import CustomerRow, file_facts, with_next_duty

__all__ = ["CustomerRow", "file_facts", "with_next_duty"]
