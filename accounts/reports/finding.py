"""Customers by what is typed, the user's own first (issue 3.7). Every row passes `visible_to`."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts import search_rules as rules
from accounts.models import Customer, RecentCustomer, SearchKey

LIMIT = 20
# Up to so many customers are searched one by one through their own keys; a user who sees more
# takes the keys in order of weight until the page is full. Either way no table is read through.
FEW = 2000
MOST_RECENT = 100
MOST_KEYS = 500


@dataclass(frozen=True)
class Found:
    """`hint` says what matched when it is not the customer's own name or code."""

    customer: Customer
    hint: str = ""
    is_recent: bool = False


def find(user, text: str, *, limit: int = LIMIT) -> list[Found]:
    """At most `limit` customers that `user` may see; the recent ones when nothing is typed."""
    words = rules.terms(text)
    if not words:
        return recent(user, limit=limit)
    visible = Customer.objects.visible_to(user)
    known = _familiar(user, visible)
    hits = _hits(visible, known, words, limit)
    ranked = sorted(hits, key=lambda pk: (-known.get(pk, 0), *hits[pk], pk))[:limit]
    return _rows(visible, ranked, known, _hints({pk: hits[pk][1] for pk in ranked}))


def recent(user, *, limit: int = LIMIT) -> list[Found]:
    """What the user opened lately and often, nearest first."""
    visible = Customer.objects.visible_to(user)
    known = _familiar(user, visible)
    return _rows(visible, sorted(known, key=lambda pk: -known[pk])[:limit], known, {})


def _familiar(user, visible: QuerySet) -> dict[int, int]:
    """{customer: familiarity} of the last hundred openings that are still in scope."""
    now = timezone.now()
    opened = RecentCustomer.objects.filter(user=user, customer__in=visible).order_by("-opened_at")
    return {
        pk: rules.familiarity(at, times, now)
        for pk, at, times in opened.values_list("customer", "opened_at", "times")[:MOST_RECENT]
    }


def _hits(visible, known, words, limit) -> dict[int, tuple[int, str]]:
    """{customer: (weight, key)} of the best key; more than `limit` when that is cheap."""
    few = list(visible.order_by().values_list("pk", flat=True)[: FEW + 1])
    if len(few) <= FEW:
        return _best(_among(few, words))
    hits = _best(_among(list(known), words)) if known else {}
    for rows in _by_weight(visible, words, limit):
        for pk, hit in _best(rows).items():
            hits.setdefault(pk, hit)
        if len(hits) - len(known) >= limit:
            break
    return hits


def _among(customers: list[int], words: list[str]) -> QuerySet:
    """Matching keys of these customers: a probe of the unique index for each of them."""
    spans = Q(pk__in=[])
    for low, high in rules.ranges(words[0]):
        spans |= Q(key__gte=low, key__lt=high)
    keys = SearchKey.objects.filter(spans, customer__in=customers)
    return _picked(keys, words[1:])[:MOST_KEYS]


def _by_weight(visible, words, limit) -> Iterable[QuerySet]:
    """Matching keys in scope, a short read of the index for each weight, best first."""
    for weight in rules.WEIGHTS:
        for low, high in reversed(rules.ranges(words[0])):
            if low.startswith(rules.BACKWARDS) and weight != rules.PERSON:
                continue
            keys = SearchKey.objects.filter(
                weight=weight, key__gte=low, key__lt=high, customer__in=visible
            )
            yield _picked(keys, words[1:])[: 3 * limit]


def _picked(keys: QuerySet, more_words: list[str]) -> QuerySet:
    """Ordered rows of (customer, weight, key) of customers that match every other word.

    No more than these three columns: the index holds them, so the table is not touched.
    """
    for word in more_words:
        spans = Q(pk__in=[])
        for low, high in rules.ranges(word):
            spans |= Q(key__gte=low, key__lt=high)
        keys = keys.filter(Exists(SearchKey.objects.filter(spans, customer=OuterRef("customer"))))
    ordered = keys.order_by("weight", "key", "customer")
    return ordered.values_list("customer", "weight", "key")


def _hints(keys: dict[int, str]) -> dict[int, str]:
    """{customer: hint} of the one key of each that matched."""
    rows = SearchKey.objects.filter(customer__in=keys, key__in=set(keys.values()))
    found = rows.values_list("customer", "key", "hint")
    return {pk: hint for pk, key, hint in found if keys[pk] == key}


def _best(rows: Iterable) -> dict[int, tuple[int, str]]:
    best: dict[int, tuple[int, str]] = {}
    for pk, *rest in rows:
        best.setdefault(pk, tuple(rest))
    return best


def _rows(visible, pks, known, hints) -> list[Found]:
    rows = visible.select_related("manager", "department").in_bulk(pks)
    return [Found(rows[pk], hints.get(pk, ""), pk in known) for pk in pks if pk in rows]
