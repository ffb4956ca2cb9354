"""Contacts: found by customer, name and phone; else by title; else by the name alone."""

from collections import defaultdict

from accounts.actions.contacts import GONE
from accounts.actions.revisions import differences
from accounts.imports.checking.plans import Plan, Request, judged
from accounts.imports.columns import Line
from accounts.models import Contact


def plan_contacts(request: Request) -> list[Plan]:
    customers = request.customers()
    there: dict[tuple[int, str], list[Contact]] = defaultdict(list)
    rows = Contact.objects.filter(customer__in=customers.values(), name__in=request.column("name"))
    for contact in request.locked(rows):
        there[contact.customer_id, contact.name].append(contact)
    plans, taken = [], {}
    for line in request.lines:
        customer = request.customer_of(line, customers)
        values = {k: v for k, v in line.values.items() if k != "customer_code"}
        same = there[customer.pk, line.values.get("name", "")] if customer else []
        stored = _match(request, line, same)
        if stored and stored.pk in taken:
            request.blame(line, "name", f"和第 {taken[stored.pk]} 行是同一位联系人。")
        elif stored:
            taken[stored.pk] = line.number
        if stored and not stored.is_current and differences(stored, values):
            is_by_phone = stored.phone and stored.phone == line.values.get("phone")
            request.blame(line, "phone" if is_by_phone else "name", GONE)
        plans.append(judged(line, stored=stored, model=Contact, customer=customer, values=values))
    return plans


def _match(request: Request, line: Line, same: list[Contact]) -> Contact | None:
    """Those in office come first. Ambiguous is a fault, not a guess."""
    same = sorted(same, key=lambda contact: not contact.is_current)
    for name in ("phone", "title"):
        value = line.values.get(name)
        for contact in same:
            if value and getattr(contact, name) == value:
                return contact
    if line.values.get("phone") or line.values.get("title"):
        return None
    bare = [contact for contact in same if not contact.phone and not contact.title]
    candidates = bare or same
    if len(candidates) > 1:
        request.blame(line, "name", "该客户有几位同名联系人，请填电话或职务。")
    return candidates[0] if candidates else None
