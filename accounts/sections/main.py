"""概况, 档案 and the other tabs that need no module of their own."""

from accounts import reports
from accounts.sections.registry import Section
from reminders.models import Obligation


def overview(customer, user, request) -> dict:
    duties = Obligation.objects.of_customer(customer.pk).open().select_related("owner")
    return {
        "contacts": customer.contacts.order_by("-is_current", "pk"),
        "assignments": customer.assignments.select_related("user"),
        "duties": duties.order_by("due_at", "pk"),
    }


def file(customer, user, request) -> dict:
    return {"facts": reports.file_facts(customer)}


SECTIONS = (
    Section("overview", "概况", "bi-speedometer2", overview),
    Section("file", "档案", "bi-folder2-open", file),
)
