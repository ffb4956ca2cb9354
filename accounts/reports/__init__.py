"""Read-only assemblies of the customer pages, a module per page group."""

from accounts.reports.customers import file_facts, file_groups

__all__ = ["file_facts", "file_groups"]
