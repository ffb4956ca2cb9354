"""待审阅的记录: the head's list, and many at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from staff.tests.factories import make_user
from visits.models import VisitRecord
from visits.tests.factories import make_record, make_visit

pytestmark = pytest.mark.django_db
URL = "/visits/records/"


@pytest.fixture
def owner():
    return make_user()


@pytest.fixture
def head(owner):
    return make_user("dept_head", department=owner.department)


def waiting(owner, **fields):
    return make_record(make_visit(owner=owner, state="recorded"), **fields)


def pick(record):
    return f"{record.pk}:{record.version}"


def test_it_lists_what_waits_for_the_head_and_nothing_else(client, owner, head):
    mine = waiting(owner)
    done = waiting(owner, state="accepted")
    other = waiting(make_user("dept_head"))  # goes to the director
    client.force_login(head)
    page = client.get(URL).content.decode()
    assert f'value="{pick(mine)}"' in page
    assert f'value="{pick(done)}"' not in page and f'value="{pick(other)}"' not in page


def test_it_filters_by_person(client, owner, head):
    mate = make_user(department=owner.department)
    mine, other = waiting(owner), waiting(mate)
    client.force_login(head)
    page = client.get(URL, {"owner": mate.pk}).content.decode()
    assert pick(other) in page and f'value="{pick(mine)}"' not in page


def test_ticked_records_are_accepted_and_the_others_wait(client, owner, head):
    first, second, third = waiting(owner), waiting(owner), waiting(owner)
    client.force_login(head)
    answer = client.post(URL, {"picked": [pick(first), pick(second)]}, follow=True)
    assert "已采纳 2 条记录" in answer.content.decode()
    states = dict(VisitRecord.objects.values_list("pk", "state"))
    assert states == {first.pk: "accepted", second.pk: "accepted", third.pk: "submitted"}


def test_one_that_changed_meanwhile_does_not_hold_up_the_others(client, owner, head):
    first, second = waiting(owner), waiting(owner)
    picked = [pick(first), pick(second)]
    VisitRecord.objects.filter(pk=second.pk).update(version=2)
    client.force_login(head)
    answer = client.post(URL, {"picked": picked}, follow=True)
    assert "1 条记录已有变化" in answer.content.decode()
    assert VisitRecord.objects.get(pk=first.pk).state == "accepted"
    assert VisitRecord.objects.get(pk=second.pk).state == "submitted"


def test_a_foreign_record_is_not_accepted_by_its_number(client, owner, head):
    foreign = waiting(make_user("dept_head"))
    client.force_login(head)
    client.post(URL, {"picked": [pick(foreign), "x:1", "1:x", "9" * 40 + ":1", ":"]})
    assert VisitRecord.objects.get(pk=foreign.pk).state == "submitted"


def test_nothing_ticked_says_so(client, head):
    client.force_login(head)
    assert "请先勾选" in client.post(URL, follow=True).content.decode()


def test_an_account_manager_gets_403(client, owner):
    client.force_login(owner)
    assert client.get(URL).status_code == 403 and client.post(URL).status_code == 403


def test_the_team_page_counts_them(client, owner, head):
    waiting(owner)
    client.force_login(head)
    page = client.get(reverse("crm:team")).content.decode()
    assert "等我审阅的拜访记录" in page and URL in page


def test_thirty_rows_cost_what_one_costs(client, owner, head):
    client.force_login(head)
    waiting(owner)
    client.get(URL)
    with CaptureQueriesContext(connection) as one:
        client.get(URL)
    for _ in range(30):
        waiting(owner)
    with CaptureQueriesContext(connection) as many:
        client.get(URL)
    assert len(one) == len(many)
