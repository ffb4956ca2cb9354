"""What a device gets to work without a network: a skeleton, a worker, the least of customers."""

import json

import pytest
from django.urls import reverse

from accounts.tests.factories import make_contact, make_customer
from core.models import Draft
from staff.tests.factories import make_user
from visits.models import Visit
from visits.tests.test_quick_log import send

pytestmark = pytest.mark.django_db
REPLAY = {"x-device-queue": "1"}


def test_the_skeleton_is_the_same_for_everybody_and_names_nobody(client):
    contact = make_contact(make_customer(name="不能出现的客户"), name="不能出现的人")
    before = client.get("/offline/").content
    client.force_login(contact.customer.manager)
    after = client.get("/offline/").content
    assert before == after and "不能出现" not in after.decode()
    assert b"csrfmiddlewaretoken" not in after and b'name="customer_opinions"' in after


def test_the_worker_serves_the_whole_site_and_lists_what_the_skeleton_needs(client):
    answer = client.get("/sw.js")
    said = answer.content.decode()
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["service-worker-allowed"] == "/"
    assert "worker-src 'self'" in answer.headers["content-security-policy"]
    shell = json.loads(said.splitlines()[0].partition(" = ")[2].rstrip(";"))
    assert shell["page"] == "/offline/"
    assert {"/static/js/offline.js", "/static/js/queue.js"} <= set(shell["files"])


def test_a_device_gets_only_numbers_names_and_salutations_of_own_customers(client):
    contact = make_contact(make_customer(), phone="0575-8512345")
    make_customer(name="别人的客户")
    client.force_login(contact.customer.manager)
    found = client.get(reverse("crm:offline_customers")).json()["customers"]
    own = contact.customer
    assert found == [[own.pk, own.name, [[contact.pk, contact.name, contact.salutation]]]]


def test_its_cost_does_not_grow(client, django_assert_num_queries):
    manager = make_user()
    for _ in range(12):
        make_contact(make_customer(manager=manager))
    client.force_login(manager)
    client.get(reverse("crm:offline_customers"))
    with django_assert_num_queries(5):  # session, person, absences, customers, contacts
        client.get(reverse("crm:offline_customers"))


def test_the_state_says_which_submissions_are_done(client):
    contact = make_contact(make_customer())
    key = "0f7de4c6-4d5c-4a4c-8d3e-111111111111"
    url = send(client, contact, submission_key=key).url
    answer = client.get(reverse("crm:offline_state"), {"key": [key, "nonsense"]}).json()
    assert (answer["user"], answer["done"]) == (contact.customer.manager.pk, {key: url})
    client.force_login(make_user())
    assert client.get(reverse("crm:offline_state"), {"key": key}).json()["done"] == {}


def test_ten_replays_of_one_key_make_one_visit(client):
    contact = make_contact(make_customer())
    key = "0f7de4c6-4d5c-4a4c-8d3e-222222222222"
    urls = {send(client, contact, submission_key=key).url for _ in range(10)}
    assert len(urls) == 1 and Visit.objects.count() == 1


def test_a_refused_replay_is_told_in_words_and_touches_no_draft(client):
    contact = make_contact(make_customer())
    client.force_login(contact.customer.manager)
    data = {"customer": contact.customer_id, "ended_at": "2035-01-01T10:00"}
    answer = client.post("/visits/quick/", data, headers=REPLAY)
    assert answer.status_code == 422
    assert "结束时间不能晚于现在。" in answer.json()["messages"]
    assert not Draft.objects.exists()
