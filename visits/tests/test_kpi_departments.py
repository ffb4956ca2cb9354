"""The numbers of a department: counted by hand, and each the count of the rows behind it."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from core import clock
from reminders.actions import fulfil_duty, open_duty
from reminders.models import DutyKind, Obligation
from staff.models import User
from staff.tests.factories import make_absence, make_department, make_user
from visits.actions.kpi import rebuild_kpi
from visits.actions.promises import open_promise_duty
from visits.models import KpiMonth, WeeklyPlan
from visits.tests.factories import make_commitment, make_letter, make_visit
from visits.tests.kpi_set import NOW, make_world, moment

pytestmark = pytest.mark.django_db
NOVEMBER = date(2026, 11, 1)
ROWS = "visits:kpi_rows"
ADDRESSES = ["visits:kpi", ROWS]
# hits/base of kpi_set.EXPECTED added up by hand, promises and weekly plans as made below
BY_HAND = {
    "near": {"held": "12/16", "booked": "14/17", "punctual": "9/11", "record": "10/14",
             "thanks": "5/7", "reply": "7/11", "promise": "1/2", "weekly": "1/3"},
    "far": {"held": "3/4", "booked": "3/5", "punctual": "1/2", "record": "3/4",
            "thanks": "1/2", "reply": "2/3", "promise": "0/1", "weekly": "0/0"},
}  # fmt: skip


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """Made once; what a test changes is undone after it, the whole after the last one."""
    with django_db_blocker.unblock(), transaction.atomic():
        people = make_world().people
        for name, kept in (("甲", True), ("乙", False), ("丙", False)):
            promise(people[name], kept=kept)
        weekly(people["甲"], 2, "11-06 17:30")
        weekly(people["甲"], 9, "11-13 17:30:01")
        weekly(people["乙"], 2, "")
        yield people
        transaction.set_rollback(True)


@pytest.fixture
def people(made, db, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return {name: User.objects.get(pk=person.pk) for name, person in made.items()}


def promise(owner, *, kept: bool):
    row = make_commitment(letter=make_letter(owner=owner), owner=owner, due_on=date(2026, 11, 10))
    open_promise_duty(row, by=owner)
    if kept:
        at = moment("11-10 18:00")
        fulfil_duty(kind=DutyKind.COMMITMENT, subject=row, at=at, evidence={}, by=owner)


def weekly(owner, monday: int, handed_in: str):
    plan = WeeklyPlan.objects.create(user=owner, monday=date(2026, 11, monday))
    started, due = moment(f"11-{monday:02} 09:00"), moment(f"11-{monday + 4:02} 17:30")
    open_duty(
        kind=DutyKind.WEEKLY_PLAN, subject=plan, owner=owner, started_at=started, due_at=due,
        title="周计划", customer_name="", path="/", by=None,
    )  # fmt: skip
    if handed_in:
        at = moment(handed_in)
        fulfil_duty(kind=DutyKind.WEEKLY_PLAN, subject=plan, at=at, evidence={}, by=None)


SIDE_BY_SIDE = {"show": "departments"}


def numbers(page) -> dict:
    """{key of the department: {metric: 「hits/base」}} as the page shows them."""
    return {
        line.group.key: {cell.metric.code: cell.share for cell in line.cells}
        for line in page.context["departments"]
    }


def behind(client, key, metric, month="2026-11") -> str:
    """「hits/base」 of the rows that the drill-down lists, which are also what its tabs count."""
    query = {"metric": metric, "month": month, "department": key}
    page = client.get(reverse(ROWS), query)
    rows = page.context["rows"]
    share = f"{sum(row.is_hit for row in rows)}/{len(rows)}"
    counts = {code: count for code, _, count in page.context["tabs"]}
    assert share == f"{counts['hit']}/{counts['base']}"
    missed = client.get(reverse(ROWS), query | {"part": "miss"}).context["rows"]
    assert len(missed) == counts["miss"] == counts["base"] - counts["hit"]
    return share


def shown_equal_rows(client) -> dict:
    """What the page shows, once it is known that every number of it is the count of its rows."""
    page = client.get(reverse("visits:kpi"), {"month": "2026-11", **SIDE_BY_SIDE})
    found, text = numbers(page), page.content.decode()
    for key, cells in found.items():
        for metric, share in cells.items():
            assert behind(client, key, metric) == share, (key, metric)
            link = f"?metric={metric}&amp;month=2026-11&amp;department={key}"
            assert (link in text) == (not share.endswith("/0"))
    return found


def key_of(person) -> str:
    return str(person.department_id)


@pytest.mark.parametrize("viewer", ["director", "auditor"])
def test_every_number_is_the_one_added_up_by_hand_and_the_count_of_its_rows(people, client, viewer):
    client.force_login(people[viewer])
    assert shown_equal_rows(client) == {
        key_of(people["甲"]): BY_HAND["near"],
        key_of(people["丙"]): BY_HAND["far"],
    }


def test_who_changed_department_since_the_count_takes_the_rows_along(people, client):
    rebuild_kpi(now=NOW)
    near, far = key_of(people["甲"]), key_of(people["丙"])
    User.objects.filter(pk=people["乙"].pk).update(department=people["丙"].department)
    client.force_login(people["director"])
    found = shown_equal_rows(client)
    # 甲 alone is left of the one; 乙 and 丙 are the other
    assert found[near]["held"] == "9/12" and found[near]["promise"] == "1/1"
    assert found[far]["held"] == "6/8" and found[far]["weekly"] == "0/1"
    assert "也计入现在的部门" in client.get(reverse("visits:kpi")).content.decode()


def test_what_was_done_since_the_count_is_in_the_number_and_in_the_rows(people, client):
    rebuild_kpi(now=NOW)
    duty = Obligation.objects.filter(owner=people["乙"], kind=DutyKind.WEEKLY_PLAN)
    duty.update(state="done", completed_at=moment("11-06 12:00"))
    client.force_login(people["director"])
    assert shown_equal_rows(client)[key_of(people["乙"])]["weekly"] == "2/3"


def test_people_in_no_department_have_a_line_whose_rows_open(people, client):
    lone = people["丙"]
    held(lone, moment("11-20 09:00"))
    User.objects.filter(pk=lone.pk).update(department=None)
    client.force_login(people["director"])
    found = shown_equal_rows(client)
    assert found["none"]["held"] == "4/5"
    assert client.get(reverse("visits:kpi"), {"department": "none"}).status_code == 200
    client.force_login(people["head"])
    assert client.get(reverse(ROWS), {"metric": "held", "department": "none"}).status_code == 404


def test_a_sum_holds_the_front_line_only_and_nobody_who_left_before(people, client):
    near = people["甲"].department
    for fields in ({"role": "back_office"}, {"state": "left", "left_on": date(2026, 10, 31)}):
        other = make_user(department=near, **fields)
        held(other, moment("11-20 09:00"))
    client.force_login(people["director"])
    assert shown_equal_rows(client)[str(near.pk)] == BY_HAND["near"]
    rebuild_kpi(now=NOW)
    [kept] = KpiMonth.objects.filter(month=NOVEMBER, user=None, department=near, metric="held")
    assert f"{kept.hits}/{kept.base}" == BY_HAND["near"]["held"]


def test_a_head_opens_the_rows_of_the_own_department_and_no_other(people, client):
    near, far = key_of(people["甲"]), key_of(people["丙"])
    for viewer, own, foreign in (("head", near, far), ("other head", far, near)):
        client.force_login(people[viewer])
        assert behind(client, own, "held") == BY_HAND["near" if own == near else "far"]["held"]
        assert (
            client.get(reverse("visits:kpi"), SIDE_BY_SIDE).context["departments"] == []
        )  # there is only one
        for name in ADDRESSES:
            query = {"metric": "held", "month": "2026-11", "department": foreign}
            assert client.get(reverse(name), query).status_code == 404
        export = f"{reverse('visits:kpi_rows_export')}?metric=held&department={foreign}"
        assert client.post(export).status_code == 404


def test_a_head_sees_the_departments_below_side_by_side_and_none_beside(people, client):
    above = people["甲"].department
    below = make_department(parent=above)
    User.objects.filter(pk=people["乙"].pk).update(department=below)
    client.force_login(people["head"])
    found = shown_equal_rows(client)
    assert set(found) == {str(above.pk), str(below.pk)}
    assert (found[str(above.pk)]["held"], found[str(below.pk)]["held"]) == ("9/12", "3/4")


def test_an_account_manager_sees_no_department_and_opens_none(people, client):
    client.force_login(people["甲"])
    page = client.get(reverse("visits:kpi"), {"month": "2026-11", **SIDE_BY_SIDE})
    assert page.context["departments"] == [] and "department=" not in page.content.decode()
    for name in ADDRESSES:
        for owner in ("甲", "丙"):
            query = {"metric": "held", "department": key_of(people[owner])}
            assert client.get(reverse(name), query).status_code == 404


def test_who_stands_in_for_a_head_does_not_get_the_own_department_with_it(people, client):
    make_absence(people["head"], people["丙"], localdate(), localdate())
    below = make_department(parent=people["甲"].department)
    User.objects.filter(pk=people["乙"].pk).update(department=below)
    client.force_login(people["丙"])
    assert set(shown_equal_rows(client)) == {key_of(people["甲"]), str(below.pk)}
    query = {"metric": "held", "department": key_of(people["丙"])}
    assert client.get(reverse(ROWS), query).status_code == 404


def held(owner, start):
    return make_visit(
        owner=owner, state="held", scheduled_start=start, booked_at=moment("11-18 09:00"),
        scheduled_end=start + timedelta(minutes=20),
    )  # fmt: skip


def test_the_rows_are_paged_and_cost_the_same_however_many_they_are(people, client):
    owner, query = people["丙"], {"metric": "held", "month": "2026-11"}
    query |= {"department": key_of(owner)}
    client.force_login(people["director"])

    def asked():
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse(ROWS), query)
        return page, len(queries)

    asked()
    few, cost = asked()
    for number in range(60):
        held(owner, moment("11-20 09:00") + timedelta(minutes=number))
    many, same = asked()
    assert (len(few.context["rows"]), len(many.context["rows"])) == (4, 50)
    assert cost == same
    rest = client.get(many.context["page"].next_url)
    assert len(rest.context["rows"]) == 14
    assert re.search(r">全部 64<", rest.content.decode())
    found = numbers(client.get(reverse("visits:kpi"), {"month": "2026-11", **SIDE_BY_SIDE}))
    assert found[key_of(owner)]["held"] == "63/64"


def test_the_page_is_there_first_and_the_table_of_departments_follows(people, client):
    client.force_login(people["director"])
    address = reverse("visits:kpi")
    page = client.get(address, {"month": "2026-11"})
    link = "?month=2026-11&amp;metric=thanks&amp;show=departments"
    text = page.content.decode()
    assert page.context["departments"] == []
    assert f'hx-get="{link}"' in text and f'href="{link}"' in text  # without a script, too
    query = {"month": "2026-11", "metric": "thanks", **SIDE_BY_SIDE}
    part = client.get(address, query, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert numbers(part) == numbers(client.get(address, query)) != {}
    client.force_login(people["甲"])
    assert "show=departments" not in client.get(address).content.decode()
