"""Search keys follow the customer's name, codes, contacts and phones; openings are remembered."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import duplicate_rules
from accounts import search_rules as rules
from accounts.actions.duplicates import key_of
from accounts.models import Contact, Customer, SearchKey
from core import bulk, readings

HINT_LENGTH = 40
NOTE_EVERY = timedelta(minutes=1)
BATCH = 500
OPENED = """
INSERT INTO accounts_recentcustomer AS kept (user_id, customer_id, opened_at, times)
VALUES (%s, %s, %s, 1)
ON CONFLICT (user_id, customer_id)
DO UPDATE SET opened_at = excluded.opened_at, times = kept.times + 1 WHERE kept.opened_at < %s
"""


def index_customer(customer: Customer) -> None:
    """Make the search keys of one customer true again. Call after its data or contacts change."""
    index_customers([customer])


@transaction.atomic
def index_customers(customers: Iterable[Customer]) -> None:
    """The same for many, e.g. after an import: two reads and at most two writes for each 500."""
    customers = list(customers)
    for start in range(0, len(customers), BATCH):
        _index_batch(customers[start : start + BATCH])


def index_all(customers: QuerySet) -> int:
    """Rebuild the keys of a queryset in batches, each its own transaction; returns how many."""
    done = 0
    batch: list[Customer] = []
    for customer in customers.order_by("pk").iterator(chunk_size=BATCH):
        batch.append(customer)
        if len(batch) == BATCH:
            index_customers(batch)
            done, batch = done + len(batch), []
    index_customers(batch)
    return done + len(batch)


def _index_batch(customers: list[Customer]) -> None:
    contacts: dict[int, list[Contact]] = {customer.pk: [] for customer in customers}
    for contact in Contact.objects.filter(customer__in=contacts, is_current=True).order_by("pk"):
        contacts[contact.customer_id].append(contact)
    wanted = {
        (customer.pk, key): rest
        for customer in customers
        for key, rest in keys_of(customer, contacts[customer.pk]).items()
    }
    stale = []
    for row in SearchKey.objects.filter(customer__in=contacts).iterator(chunk_size=5000):
        place = (row.customer_id, row.key)
        if wanted.get(place) == (row.weight, row.hint):
            del wanted[place]
        else:
            stale.append(row.pk)
    for start in range(0, len(stale), BATCH):
        SearchKey.objects.filter(pk__in=stale[start : start + BATCH]).delete()
    bulk.insert(
        SearchKey,
        ("customer_id", "key", "weight", "hint"),
        [(pk, key, weight, hint) for (pk, key), (weight, hint) in wanted.items()],
        skip_known=True,  # somebody else indexes the same customer at this moment
    )


def keys_of(customer: Customer, contacts: Iterable[Contact]) -> dict[str, tuple[int, str]]:
    """{key: (weight, hint)}; `contacts` are those in office. The best weight of a key counts."""
    found: dict[str, tuple[int, str]] = {}

    def add(key: str, weight: int, hint: str = "") -> None:
        if key and (key not in found or weight < found[key][0]):
            found[key] = (weight, hint)

    for key in rules.code_keys(customer.code):
        add(key, rules.NAME_START)
    for key in rules.credit_code_keys(customer.credit_code):
        add(key, rules.NAME_START)
    for key in readings.keys(customer.name):
        add(key.text, _weight_of_name(key))
    add(key_of(customer.name), duplicate_rules.SAME_NAME)
    for contact in contacts:
        hint = f"联系人 {contact}"[:HINT_LENGTH]
        for key in readings.keys(contact.name, is_person=True):
            add(key.text, rules.PERSON_LETTERS if key.is_letters else rules.PERSON, hint)
        for text in rules.phone_keys(contact.phone):
            add(text, rules.PERSON, hint)
    return found


def _weight_of_name(key: readings.Key) -> int:
    if key.is_start:
        return rules.LETTERS_START if key.is_letters else rules.NAME_START
    return rules.LETTERS_INSIDE if key.is_letters else rules.NAME_INSIDE


def note_opening(*, customer: Customer, by) -> None:
    """Remember that `by` opened the customer, once a minute: search shows it first. No audit.

    One statement, whether it is the first opening, a later one or one too soon.
    """
    now = timezone.now()
    moments = (now, now - NOTE_EVERY)
    now, due = (connection.ops.adapt_datetimefield_value(moment) for moment in moments)
    with connection.cursor() as cursor:
        cursor.execute(OPENED, [by.pk, customer.pk, now, due])
