"""Default deny: every page says who may open it, and three pages answer somebody unknown."""

import uuid

import pytest
from django.urls import URLPattern, get_resolver, reverse

# crm:offline and crm:service_worker hold nobody's data: the worker must always reach them.
PUBLIC = {
    "account_login",
    "crm:healthz",
    "crm:readyz",
    "crm:offline",
    "crm:service_worker",
    "visits:calendar_feed",
}
# Views of allauth carry no verb: LoginRequiredMiddleware alone guards them.
OF_ALLAUTH = {"account_login", "account_logout", "account_change_password"}
SAMPLES = {"IntConverter": 1, "UUIDConverter": uuid.UUID(int=1)}


def every_url(patterns=None, namespace=""):
    """(full name, view, sample arguments) of each URL the product answers."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLPattern):
            converters = entry.pattern.converters.items()
            sample = {name: SAMPLES.get(type(c).__name__, "x") for name, c in converters}
            yield f"{namespace}{entry.name}", entry.callback, sample
        else:
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from every_url(entry.url_patterns, inner)


def test_every_view_says_who_may_open_it():
    silent = {name for name, view, _ in every_url() if not hasattr(view, "verb")}
    assert silent <= OF_ALLAUTH


def test_every_url_has_a_name_of_its_own():
    names = [name for name, _, _ in every_url()]
    assert len(names) == len(set(names))
    assert not any(name.endswith("None") for name in names)


@pytest.mark.parametrize("method", ["get", "post"])
def test_somebody_unknown_is_led_to_the_sign_in_from_every_other_page(client, db, method):
    answering = set()
    for name, _, sample in every_url():
        answer = getattr(client, method)(reverse(name, kwargs=sample))
        if answer.status_code != 302 or not answer.url.startswith(reverse("account_login")):
            answering.add(name)
    assert answering == PUBLIC
