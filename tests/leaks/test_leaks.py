"""For every role: what belongs to a customer out of scope is shown nowhere and counted nowhere."""

import pytest
from django.test import Client

from accounts.models import Customer
from tests.leaks.walk import addresses, lists, text_of
from tests.leaks.world import CODE, FAR, MARK, NEAR, OWN, ROLES, build

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.leaks.quiet_urls")]


def secrets(user) -> dict[int, list[str]]:
    """{customer: texts that this user must never read}."""
    seen = set(Customer.objects.visible_to(user).values_list("pk", flat=True))
    return {pk: [MARK[pk], CODE[pk]] for pk in (NEAR, FAR) if pk not in seen}


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


@pytest.mark.parametrize("role", ROLES)
def test_no_list_search_or_suggestion_shows_it(role):
    user = build(role)
    hidden, client = secrets(user), signed_in(user)
    found = []
    for address in lists():
        # htmx fragments hold a part of the page; only what they search for is asked again
        for headers in ({}, {"HX-Request": "true"})[: 2 if "?q=" in address else 1]:
            found += leaks(client.get(address, headers=headers), address, hidden)
    assert found == []


@pytest.mark.parametrize("role", ROLES)
def test_no_page_of_ones_own_rows_shows_it(role):
    user = build(role)
    hidden, client = secrets(user), signed_in(user)
    found = []
    for address in addresses(OWN):
        found += leaks(client.get(address), address, hidden)
    assert found == []


@pytest.mark.parametrize("role", ROLES)
def test_its_own_addresses_answer_that_there_is_nothing(role):
    user = build(role)
    hidden, client = secrets(user), signed_in(user)
    open_doors = []
    for pk in hidden:
        for address in addresses(pk):
            for ask in (client.get, client.post):
                status = ask(address).status_code
                if status not in (403, 404, 405):
                    open_doors.append(f"{status} {ask.__name__} {address}")
    assert open_doors == []


@pytest.mark.parametrize("role", ["account_manager", "industry_manager", "dept_head"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_export_holds_it(role, kind):
    user = build(role)
    client = signed_in(user)
    for query in ("", "?q=jinsi", f"?manager={NEAR}", "?view=930001"):
        response = client.post(f"/customers/export/{query}", {"format": kind})
        text = text_of(response) if response.status_code == 200 else ""
        assert not any(mark in text for marks in secrets(user).values() for mark in marks)
    assert hidden_total(client, user) == Customer.objects.visible_to(user).count()


def hidden_total(client, user) -> int:
    return client.get("/customers/?view=none").context["total"]


def test_the_walk_itself_finds_what_is_in_scope():
    """A walk that opens nothing would find no leak either."""
    user = build("branch_director")
    client = signed_in(user)
    assert sum(MARK[NEAR] in text_of(client.get(a)) for a in addresses(NEAR)) > 20
    assert sum(MARK[NEAR] in text_of(client.get(a)) for a in lists()) > 10
