"""联系人与决策链 (R72)."""

from accounts.reports.people import people_of
from accounts.sections.registry import ORDINARY, Section
from staff.access import may


def people(customer, user, request) -> dict:
    return {"people": people_of(customer, user), "may_reveal": may(user, "contacts.reveal")}


SECTIONS = (Section("people", "联系人与决策链", "bi-people", people, ORDINARY),)
