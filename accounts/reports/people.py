"""联系人与决策链 of one customer: five queries, however many people there are (R72)."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils import timezone

from accounts import people_map, people_rules
from accounts.models import BusinessLine, Contact, Customer, RelationshipTie

LINES = dict(BusinessLine.choices) | {people_rules.ALL_LINES: "全部"}


@dataclass(frozen=True)
class Row:
    """One line of the list: the contact, what the rules know of it, the same person elsewhere."""

    contact: Contact
    person: people_rules.Person
    ties: list[RelationshipTie]
    elsewhere: list[Contact]


@dataclass(frozen=True)
class People:
    rows: list[Row]
    former: list[Contact]
    levels: list
    routes: list
    gaps: list[people_rules.Gap]
    wide: people_map.Map
    narrow: people_map.Map


def people_of(customer: Customer, user) -> People:
    contacts = list(customer.contacts.select_related("decision_level").order_by("pk"))
    current = [contact for contact in contacts if contact.is_current]
    ties, elsewhere = _ties(customer), _elsewhere(customer, user)
    people = [_person(contact, ties[contact.pk]) for contact in current]
    stored = list(customer.decision_levels.order_by("order"))
    levels = [level_of(row) for row in stored]
    rows = [
        Row(contact, person, ties[contact.pk], elsewhere[contact.person_id])
        for contact, person in zip(current, people, strict=True)
    ]
    rows.sort(key=_rank)
    return People(
        rows,
        [contact for contact in contacts if not contact.is_current],
        list(zip(stored, levels, strict=True)),
        list(customer.approval_routes.order_by("pk")),
        people_rules.gaps(levels, people),
        people_map.draw(levels, people, columns=4, is_wide=True),
        people_map.draw(levels, people, columns=2, is_wide=False),
    )


def silent(customer: Customer, staff: list[Contact]) -> list[people_rules.Gap]:
    """Deciding departments without contact; `staff`: everybody in office. One query."""
    levels = [level_of(row) for row in customer.decision_levels.order_by("order")]
    people = [_person(contact, []) for contact in staff]
    return [gap for gap in people_rules.gaps(levels, people) if gap.is_grave]


def _rank(row: Row):
    level = row.contact.decision_level
    return (level.order if level else 99, -(row.person.influence or 0), row.contact.pk)


def _ties(customer: Customer) -> dict[int, list[RelationshipTie]]:
    found = defaultdict(list)
    ties = RelationshipTie.objects.filter(contact__customer=customer).select_related("user")
    for tie in ties.order_by("user__name", "pk"):
        found[tie.contact_id].append(tie)
    return found


def _elsewhere(customer: Customer, user) -> dict[int | None, list[Contact]]:
    """{person: the same human being at other customers that `user` sees}."""
    found: dict[int | None, list[Contact]] = defaultdict(list)
    mine = customer.contacts.exclude(person=None).values("person")
    others = Contact.objects.visible_to(user).filter(person__in=mine).exclude(customer=customer)
    for contact in others.select_related("customer").order_by("customer__name", "pk"):
        found[contact.person_id].append(contact)
    return found


def _person(contact: Contact, ties: list[RelationshipTie]) -> people_rules.Person:
    return people_rules.Person(
        pk=contact.pk,
        name=contact.name,
        title=contact.title,
        department=contact.department,
        role=contact.decision_role,
        role_label=contact.get_decision_role_display(),
        attitude=contact.attitude,
        influence=contact.influence,
        level=contact.decision_level_id,
        days=_days(contact.last_contact_at),
        reports_to=contact.reports_to_id,
        ties=tuple(people_rules.Tie(tie.user.name, tie.current, tie.wanted) for tie in ties),
    )


def _days(moment) -> int | None:
    """Calendar days in Shanghai since `moment`."""
    return (timezone.localdate() - timezone.localdate(moment)).days if moment else None


def level_of(row) -> people_rules.Level:
    departments = tuple(
        (line, LINES.get(line, line), department)
        for line, department in row.department_by_line.items()
    )
    return people_rules.Level(row.pk, row.unit_level, row.has_right, departments, row.scope_text)
