"""For every role: what belongs to a customer out of scope is shown nowhere and counted nowhere.

On PostgreSQL for the three kinds of scope alone: own customers, an industry, a department.
"""

from itertools import product

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client, TestCase, override_settings

from accounts.models import Customer
from staff.access import may
from tests.leaks.walk import QUERIES, addresses, lists, text_of
from tests.leaks.world import CODE, FAR, MARK, NEAR, OWN, ROLES, build

# What the house has in common, or one person for itself.
OF_NO_CUSTOMER = {"Availability", "CatalogItem", "Industry", "InformatizationStage", "Person"}
OF_NO_CUSTOMER |= {"LetterNumber", "LetterTemplate", "LintWord", "Tip", "VisitFrequencyPolicy"}
OF_NO_CUSTOMER |= {"CalendarFeed", "KpiMonth"}
MADE_FROM_THE_REST = {"RecentCustomer", "SearchKey", "ViewQuality"}
SCOPES = ("account_manager", "industry_manager", "dept_head")


def secrets(user) -> dict[int, list[str]]:
    """{customer: texts that this user must never read}."""
    seen = set(Customer.objects.visible_to(user).values_list("pk", flat=True))
    return {pk: [MARK[pk], CODE[pk]] for pk in (NEAR, FAR) if pk not in seen}


def asked(user) -> list[str]:
    """Everything by each kind of scope (on PostgreSQL by one's own customers); less by the others.

    Who has no customers at all is refused before any row, whatever is asked.
    """
    if not may(user, "customers.view"):
        return QUERIES[:2]
    if user.role in (SCOPES if connection.vendor == "sqlite" else SCOPES[:1]):
        return QUERIES
    return [*QUERIES[:3], QUERIES[-1]]


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def leaks(response, address: str, hidden: dict) -> list[str]:
    if response.status_code in (403, 404, 405):
        return []
    text = text_of(response).replace(address, "")
    # A search field shows again what was typed into it; that is no leak.
    words = [mark for marks in hidden.values() for mark in marks if mark not in address]
    return [f"{response.status_code} {address}: {word}" for word in words if word in text]


def shown_by_lists_searches_and_suggestions(client, hidden, queries) -> list[str]:
    found = []
    for address in lists(queries):
        # htmx fragments hold a part of the page; only what they search for is asked again
        for headers in ({}, {"HX-Request": "true"})[: 2 if "?q=" in address else 1]:
            found += leaks(client.get(address, headers=headers), address, hidden)
    return found


def shown_on_pages_of_ones_own_rows(client, hidden) -> list[str]:
    return [
        text for address in addresses(OWN) for text in leaks(client.get(address), address, hidden)
    ]


def addresses_of_its_own_that_answer(client, hidden) -> list[str]:
    open_doors = []
    for pk in hidden:
        for address in addresses(pk):
            for ask in (client.get, client.post):
                status = ask(address).status_code
                if status not in (403, 404, 405):
                    open_doors.append(f"{status} {ask.__name__} {address}")
    return open_doors


def hidden_total(client, user) -> int:
    return client.get("/customers/?view=none").context["total"]


@override_settings(ROOT_URLCONF="tests.leaks.quiet_urls")
class Leaks(TestCase):
    """Two tests a role (made below): the rows take longer to make than to look for."""

    @classmethod
    def setUpTestData(cls):
        cls.people = build()

    def nothing_shows_it(self, role):
        user = self.people[role]
        hidden, client = secrets(user), signed_in(user)
        assert shown_by_lists_searches_and_suggestions(client, hidden, asked(user)) == []
        assert shown_on_pages_of_ones_own_rows(client, hidden) == []
        assert addresses_of_its_own_that_answer(client, hidden) == []

    def no_export_holds_it(self, role):
        user = self.people[role]
        client = signed_in(user)
        queries = ("", "?q=jinsi", f"?manager={NEAR}", "?view=930001")
        for kind, query in product(("csv", "xlsx"), queries):
            response = client.post(f"/customers/export/{query}", {"format": kind})
            text = text_of(response) if response.status_code == 200 else ""
            assert not any(mark in text for marks in secrets(user).values() for mark in marks)
        assert hidden_total(client, user) == Customer.objects.visible_to(user).count()

    def test_every_table_below_a_customer_holds_rows_that_could_leak(self):
        empty = {
            model.__name__
            for app in ("accounts", "visits", "service")
            for model in apps.get_app_config(app).get_models()
            if model._base_manager.filter(pk__in=(OWN, NEAR, FAR)).count() < 3
        }
        assert empty == OF_NO_CUSTOMER | MADE_FROM_THE_REST

    def test_the_walk_itself_finds_what_is_in_scope(self):
        """A walk that opens nothing would find no leak either."""
        client = signed_in(self.people["branch_director"])
        assert sum(MARK[NEAR] in text_of(client.get(a)) for a in addresses(NEAR)[:200]) > 20
        assert sum(MARK[NEAR] in text_of(client.get(a)) for a in lists([""])) > 10


def _test_of(check, role):
    def test(self):
        getattr(self, check)(role)

    return test if role in SCOPES else pytest.mark.once(test)


for _role in ROLES:
    setattr(Leaks, f"test_nothing_shows_it_to_{_role}", _test_of("nothing_shows_it", _role))
for _role in SCOPES:
    setattr(Leaks, f"test_no_export_holds_it_for_{_role}", _test_of("no_export_holds_it", _role))
