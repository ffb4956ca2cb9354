"""Customers that are probably the same (item 10). Out of scope only that one exists. Reads only."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from accounts import duplicate_rules as rules
from accounts import search_rules
from accounts.actions.duplicates import key_of
from accounts.models import Contact, Customer, SearchKey
from staff.models import User

MOST = 5
SHORTEST_NAME = 2
WORDS, SOUND, CODE, PHONE = "名称相同", "读音相同", "信用代码相同", "联系电话相同"


@dataclass(frozen=True)
class Match:
    """A customer in scope, and why it is probably the same."""

    customer: Customer
    why: str


@dataclass(frozen=True)
class Likeness:
    """`elsewhere` is the department of one customer out of scope, or empty: no name, no number."""

    matches: list[Match]
    elsewhere: str

    def __bool__(self) -> bool:
        return bool(self.matches or self.elsewhere)


def warning(user: User, *, name: str, credit_code: str = "", phone: str = "") -> Likeness:
    """What a new customer might repeat. Four queries at most, of the search index.

    Out of scope the answer has one shape: that it exists and who is in charge. It is given for
    equal words or an equal credit code only, never for a sound or a telephone number.
    """
    by_key = _keys(name, credit_code, phone)
    if not by_key:
        return Likeness([], "")
    found: dict[int, set[str]] = defaultdict(set)
    weights = [*search_rules.WEIGHTS, rules.SAME_NAME]
    hits = SearchKey.objects.filter(weight__in=weights, key__in=by_key)
    for pk, key in hits.values_list("customer", "key"):
        found[pk].add(by_key[key])
    customers = Customer.objects.filter(pk__in=found).order_by("code", "pk")
    mine = set(customers.visible_to(user).values_list("pk", flat=True))
    matches, elsewhere = [], ""
    for customer in customers.select_related("department"):
        why = _why(customer, found[customer.pk], name, credit_code)
        if customer.pk in mine and why:
            matches.append(Match(customer, why))
        elif customer.pk not in mine and why in (WORDS, CODE):
            elsewhere = elsewhere or str(customer.department)
    return Likeness(matches[:MOST], elsewhere)


def _keys(name: str, credit_code: str, phone: str) -> dict[str, str]:
    keys = {}
    if len(rules.fold(name)) >= SHORTEST_NAME:
        keys[key_of(name)] = SOUND
    code = search_rules.credit_code_keys(credit_code)[:1]
    keys |= dict.fromkeys(code if len(credit_code.strip()) == 18 else [], CODE)
    numbers = search_rules.phone_keys(phone)[:1]
    return keys | dict.fromkeys([n for n in numbers if len(n) >= 7], PHONE)


def _why(customer: Customer, reasons: set[str], name: str, credit_code: str) -> str:
    if CODE in reasons and customer.credit_code.upper() == credit_code.strip().upper():
        return CODE
    if SOUND in reasons:
        return WORDS if rules.same_words(customer.name, name) else SOUND
    return PHONE if PHONE in reasons else ""


def token(name: str, credit_code: str) -> str:
    """What 「仍要新建」 confirms: another name or code is asked about again."""
    return rules.identity_key(f"{rules.fold(name)}|{credit_code.strip().upper()}")


@dataclass(frozen=True)
class Group:
    """Customers of one scope that are probably one; the first was entered first."""

    key: str
    why: str
    customers: list[Customer]

    @property
    def first(self) -> Customer:
        return self.customers[0]

    @property
    def others(self) -> list[Customer]:
        return self.customers[1:]


def same_names(user: User) -> QuerySet:
    """Rows (key) of names that more than one visible customer has."""
    scope = Customer.objects.visible_to(user)
    keys = SearchKey.objects.filter(weight=rules.SAME_NAME, customer__in=scope)
    counted = keys.order_by().values("key").annotate(held=Count("pk"))
    return counted.filter(held__gt=1).values_list("key", named=True)


def same_phones(user: User) -> QuerySet:
    """Rows (phone) of numbers at more than one visible customer; a person of several
    customers (Person) is meant to have the same."""
    contacts = Contact.objects.visible_to(user).current().filter(person=None).exclude(phone="")
    counted = contacts.order_by().values("phone").annotate(held=Count("customer", distinct=True))
    return counted.filter(held__gt=1).values_list("phone", named=True)


def groups_by_name(user: User, rows: list) -> list[Group]:
    """The customers of one page of `same_names`. Two queries."""
    keys = [row.key for row in rows]
    hits = SearchKey.objects.filter(weight=rules.SAME_NAME, key__in=keys)
    members = defaultdict(list)
    for pk, key in hits.values_list("customer", "key"):
        members[key].append(pk)
    return _groups(user, keys, members, _name_reason)


def groups_by_phone(user: User, rows: list) -> list[Group]:
    """The customers of one page of `same_phones`. Two queries."""
    numbers = [row.phone for row in rows]
    hits = Contact.objects.visible_to(user).current().filter(phone__in=numbers, person=None)
    members = defaultdict(list)
    for pk, number in hits.order_by().values_list("customer", "phone").distinct():
        members[number].append(pk)
    return _groups(user, numbers, members, lambda group: PHONE)


def _groups(user, keys, members, reason) -> list[Group]:
    ids = {pk for found in members.values() for pk in found}
    visible = Customer.objects.visible_to(user).filter(pk__in=ids)
    rows = {one.pk: one for one in visible.select_related("manager", "department")}
    groups = []
    for key in keys:
        group = [rows[pk] for pk in sorted(members[key]) if pk in rows]
        if len(group) > 1:
            groups.append(Group(key, reason(group), group))
    return groups


def _name_reason(group: list[Customer]) -> str:
    return WORDS if len({rules.fold(one.name) for one in group}) == 1 else SOUND
