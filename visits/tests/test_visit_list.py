"""The list of visits: scoped, filtered, paged, at a fixed cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.tests.factories import make_customer
from staff.tests.factories import make_department, make_user
from visits.tests.factories import make_participant, make_visit

pytestmark = pytest.mark.django_db
URL = "/visits/"


def rows(client, user, query=""):
    client.force_login(user)
    return client.get(URL + query).context["page"].rows


def test_a_manager_sees_own_visits_and_joined_ones(client):
    own, joined, foreign = make_visit(), make_visit(), make_visit()
    make_participant(joined, own.owner)
    assert set(rows(client, own.owner)) == {own, joined} and foreign.pk


def test_a_head_sees_the_department_and_not_the_next(client):
    visit, other = make_visit(), make_department()
    foreign = make_visit(owner=make_user(department=other))
    assert rows(client, make_user("dept_head", department=visit.owner.department)) == [visit]
    assert rows(client, make_user("dept_head", department=other)) == [foreign]


def test_an_engineer_sees_only_joint_visits(client):
    joint = make_participant(make_visit())
    make_visit()
    assert rows(client, joint.user) == [joint.visit]


@pytest.mark.parametrize("role", ["sysadmin", "dispatcher"])
def test_the_wrong_role_gets_403(client, role):
    client.force_login(make_user(role))
    assert client.get(URL).status_code == 403


def test_it_is_no_post(client):
    client.force_login(make_user())
    assert client.post(URL).status_code == 405


@pytest.mark.parametrize(
    "query",
    ["state=held", "mode=phone", "q=教育", "q=JYJ", "q=jiaoyu", "since={day}", "owner={owner}"],
)
def test_each_filter_finds_its_visit_only(client, query):
    head = make_user("dept_head")
    make_visit(owner=make_user())
    named = make_customer(manager=make_user(), name="教育局")
    type(named).objects.filter(pk=named.pk).update(name_pinyin="jiaoyuju", name_initials="jyj")
    later = timezone.now() + timedelta(days=20)
    wanted = make_visit(customer=named, state="held", mode="phone", scheduled_start=later)
    day = timezone.localdate(later)
    query = query.format(day=day, owner=wanted.owner_id)
    assert rows(client, head, f"?{query}") == [wanted]


def test_the_last_day_of_the_period_belongs_to_it(client):
    visit = make_visit()
    day = timezone.localdate(visit.scheduled_start)
    assert rows(client, visit.owner, f"?since={day}&until={day}") == [visit]
    assert rows(client, visit.owner, f"?until={day - timedelta(days=1)}") == []


def test_a_person_out_of_scope_is_no_filter(client):
    visit, stranger = make_visit(), make_visit().owner
    client.force_login(visit.owner)
    response = client.get(f"{URL}?owner={stranger.pk}&state=bogus")
    assert response.status_code == 200
    assert stranger.name not in response.content.decode()


def queries_of(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return len(queries)


def test_it_costs_the_same_with_1_and_30_rows(client):
    visit = make_visit()
    client.force_login(visit.owner)
    one = queries_of(client, URL)
    for _ in range(29):
        make_visit(customer=visit.customer)
    assert queries_of(client, URL) == one <= 10
    assert len(client.get(URL).context["page"].rows) == 30


def test_the_second_page_has_the_rest(client):
    visit = make_visit()
    for _ in range(50):
        make_visit(customer=visit.customer, contact=visit.contacts.first())
    client.force_login(visit.owner)
    first = client.get(URL).context["page"]
    second = client.get(first.next_url).context["page"]
    assert len(first.rows) == 50 and len(second.rows) == 1
    assert not set(first.rows) & set(second.rows)


def test_an_empty_list_says_what_to_do(client):
    client.force_login(make_user())
    assert "还没有拜访" in client.get(URL).content.decode()
    assert "没有符合条件" in client.get(f"{URL}?q=无").content.decode()
