"""core.once: a form that arrives twice is done once, on both engines."""

import threading
from uuid import uuid4

import pytest
from django.db import connections
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import reverse

from core import audit, once
from core.models import AuditEvent, Submission
from staff.models import Department
from staff.tests.factories import make_user


def post(user, key):
    request = RequestFactory().post("/", {"submission_key": str(key)})
    request.user = user
    return request


def do_once(request, fail=False):
    with once.guard(request) as first:
        if first.result_url:
            return first.result_url
        event = audit.record(verb="probe", target=request.user, by=request.user)
        if fail:
            raise RuntimeError
        return first.remember(f"/result/{event.pk}/")


@pytest.mark.django_db
def test_ten_replays_lead_to_the_first_result():
    user, key = make_user(), uuid4()
    results = {do_once(post(user, key)) for _ in range(10)}
    assert len(results) == 1
    assert AuditEvent.objects.filter(verb="probe").count() == 1


@pytest.mark.django_db
def test_the_same_key_of_another_user_is_another_form():
    key = uuid4()
    assert do_once(post(make_user(), key)) != do_once(post(make_user(), key))


@pytest.mark.django_db
def test_without_a_key_every_arrival_counts():
    user = make_user()
    assert do_once(post(user, "")) != do_once(post(user, "no uuid"))


@pytest.mark.django_db
def test_a_failed_first_arrival_leaves_the_key_free():
    user, key = make_user(), uuid4()
    with pytest.raises(RuntimeError):
        do_once(post(user, key), fail=True)
    assert not Submission.objects.exists()
    assert do_once(post(user, key)).startswith("/result/")


@pytest.mark.django_db
def test_a_refused_first_arrival_may_be_corrected():
    user, key = make_user(), uuid4()
    with once.guard(post(user, key)) as first:
        assert first.result_url == ""  # the action refused: nothing remembered
    assert do_once(post(user, key)).startswith("/result/")


@pytest.mark.django_db(transaction=True)
def test_twenty_parallel_arrivals_are_done_once():
    user, key = make_user(), uuid4()
    before = AuditEvent.objects.filter(verb="probe").count()
    results, barrier = [], threading.Barrier(20)

    def arrive():
        barrier.wait()
        try:
            results.append(do_once(post(user, key)))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=arrive) for _ in range(20)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(results) == 20 and len(set(results)) == 1
    assert AuditEvent.objects.filter(verb="probe").count() == before + 1


def test_every_form_gets_a_key_of_its_own():
    html = Template("{% load forms_once %}{% submission_key %}{% submission_key %}")
    first, second = html.render(Context()).split("><")
    assert 'name="submission_key"' in first and first != second


def create_department(client, key, code="GOV"):
    fields = {"code": code, "name": "政务部", "kind": "customer", "submission_key": str(key)}
    return client.post(reverse("staff:department_create"), fields)


@pytest.mark.django_db
def test_a_replayed_form_is_led_to_its_result_before_it_is_validated(client):
    client.force_login(make_user("sysadmin"))
    key = uuid4()
    answers = [create_department(client, key) for _ in range(10)]
    assert {answer.url for answer in answers} == {reverse("staff:department_list")}
    assert Department.objects.count() == 1


@pytest.mark.django_db
def test_a_key_of_another_user_leads_nowhere(client):
    key = uuid4()
    client.force_login(make_user("sysadmin"))
    create_department(client, key)
    client.force_login(make_user("sysadmin"))
    assert create_department(client, key, code="FIN").status_code == 302
    assert Department.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_twenty_parallel_posts_of_one_form_make_one_row_and_no_error():
    user, key = make_user("sysadmin"), uuid4()
    clients = [Client() for _ in range(20)]
    for client in clients:
        client.force_login(user)
    statuses, barrier = [], threading.Barrier(20)

    def send(client):
        barrier.wait()
        try:
            statuses.append(create_department(client, key).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=[client]) for client in clients]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert statuses == [302] * 20
    assert Department.objects.count() == 1
