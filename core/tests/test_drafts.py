"""core:draft_save and draft_discard keep what a user types, for that user only."""

import json

import pytest
from django.urls import reverse

from core import drafts
from core.models import Draft
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db
URL = "core:draft_save"


@pytest.fixture
def user(client):
    user = make_user()
    client.force_login(user)
    return user


def save(client, form="visits:quick_log", payload=None):
    body = payload if isinstance(payload, str) else json.dumps(payload or {"facts": "谈了专线"})
    return client.post(reverse(URL), {"form": form, "payload": body})


def test_a_draft_is_kept_and_the_time_is_told(client, user):
    response = save(client)
    assert len(response.json()["saved_at"]) == 5
    assert drafts.load(user, "visits:quick_log") == {"facts": "谈了专线"}


def test_a_second_save_replaces_the_first(client, user):
    save(client)
    save(client, payload={"facts": "改了"})
    assert Draft.objects.get().payload == {"facts": "改了"}


def test_tokens_are_no_part_of_a_draft(client, user):
    save(client, payload={"a": "1", "csrfmiddlewaretoken": "x", "submission_key": "y"})
    assert Draft.objects.get().payload == {"a": "1"}


def test_another_user_does_not_see_it(client, user):
    save(client)
    assert drafts.load(make_user(), "visits:quick_log") is None


@pytest.mark.parametrize(
    ("form", "payload"),
    [
        ("", "{}"),
        ("../etc", "{}"),
        ("a:b", "[1]"),
        ("a:b", "{"),
        ("a:b", '{"x":"' + "长" * 50_001 + '"}'),
    ],
)
def test_what_is_no_draft_is_refused_and_not_stored(client, user, form, payload):
    assert save(client, form, payload).status_code == 422
    assert not Draft.objects.exists()


def test_discard_forgets_it_and_may_be_repeated(client, user):
    save(client)
    for _ in range(2):
        response = client.post(reverse("core:draft_discard"), {"form": "visits:quick_log"})
        assert response.status_code == 204
    assert not Draft.objects.exists()


@pytest.mark.parametrize("name", ["core:draft_save", "core:draft_discard"])
def test_get_is_405_and_strangers_sign_in(client, name):
    assert client.get(reverse(name)).status_code == 302
    client.force_login(make_user())
    assert client.get(reverse(name)).status_code == 405
