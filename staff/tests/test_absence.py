"""Absence: delegates see, may do and are reminded of what the absent would, on those days only."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Customer
from accounts.tests.factories import make_customer
from core.models import AuditEvent
from staff.access import may
from staff.models import Absence, User
from staff.tests.costs import page_cost
from staff.tests.factories import make_absence, make_branch, make_department, make_user

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DAY = timedelta(days=1)


def fresh(user):
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize(
    ("first", "last", "sees"),
    [(0, 0, True), (-3, 0, True), (0, 5, True), (1, 5, False), (-5, -1, False)],
)
def test_a_delegate_sees_the_customers_on_those_days_only(first, last, sees):
    absent, delegate = make_user(), make_user()
    customer = make_customer(manager=absent)
    make_absence(absent, delegate, TODAY + first * DAY, TODAY + last * DAY)
    seen = Customer.objects.visible_to(fresh(delegate))
    assert (customer in seen) is sees
    assert (fresh(absent).stand_in(TODAY) == delegate) is sees


def test_the_absent_person_keeps_seeing_everything():
    absent, delegate = make_user(), make_user()
    customer = make_customer(manager=absent)
    make_absence(absent, delegate, TODAY, TODAY)
    assert customer in Customer.objects.visible_to(fresh(absent))


def test_the_delegate_of_a_head_may_what_the_head_may():
    head, delegate = make_user("dept_head"), make_user()
    assert not may(fresh(delegate), "customers.assign")
    make_absence(head, delegate, TODAY, TODAY)
    assert may(fresh(delegate), "customers.assign")


def test_a_delegate_of_a_delegate_sees_nothing_of_the_first():
    first, second, third = make_user(), make_user(), make_user()
    make_absence(first, second, TODAY, TODAY)
    make_absence(second, third, TODAY, TODAY)
    assert fresh(third).acting_for() == [third, second]


@pytest.fixture
def manager(client):
    user = make_user()
    client.force_login(user)
    return user


def create(client, who, whom, **fields):
    fields = {
        "user": who.pk,
        "delegate": whom.pk,
        "starts_on": TODAY.isoformat(),
        "ends_on": (TODAY + 2 * DAY).isoformat(),
        "reason": "休假",
    } | fields
    return client.post(reverse("staff:absence_create"), fields)


def test_people_enter_their_own_absence(client, manager):
    assert create(client, manager, make_user()).url == reverse("staff:absence_list")
    absence = Absence.objects.get()
    assert absence.user == manager
    assert AuditEvent.objects.about(absence).get().verb == "absence.created"


def test_a_colleague_cannot_be_sent_away(client, manager):
    response = create(client, make_user(), manager)
    assert "user" in response.context["form"].errors
    assert not Absence.objects.exists()


def test_a_head_enters_it_for_the_own_people_only(client):
    department = make_department()
    head = make_user("dept_head", department=department)
    client.force_login(head)
    below = make_user(department=make_department(parent=department))
    assert create(client, below, head).status_code == 302
    elsewhere = make_user(department=make_department())
    assert create(client, elsewhere, head).status_code == 422


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"starts_on": ""}, "starts_on"),
        ({"starts_on": "2026-02-30"}, "starts_on"),
        ({"starts_on": (TODAY - DAY).isoformat()}, "starts_on"),
        ({"ends_on": (TODAY - DAY).isoformat()}, "ends_on"),
        ({"reason": "长" * 61}, "reason"),
        ({"delegate": 999999}, "delegate"),
    ],
)
def test_bad_input_is_said_at_the_field(client, manager, fields, where):
    response = create(client, manager, make_user(), **fields)
    assert where in response.context["form"].errors
    assert not Absence.objects.exists()


def test_nobody_stands_in_for_oneself_and_no_stranger_does(client, manager):
    stranger = make_user("branch_director", branch=make_branch())
    for delegate in (manager, stranger):
        assert "delegate" in create(client, manager, delegate).context["form"].errors


def test_a_second_absence_and_an_absent_delegate_are_refused(client, manager):
    first, second = make_user(), make_user()
    create(client, manager, first)
    assert "已登记过缺勤" in create(client, manager, second).content.decode()
    client.force_login(second)
    assert "也缺勤" in create(client, second, manager).content.decode()
    assert Absence.objects.count() == 1


def end(client, absence):
    return client.post(reverse("staff:absence_end", args=[absence.pk]))


def test_being_back_early_ends_it_today(client, manager):
    absence = make_absence(manager, make_user(), TODAY - 3 * DAY, TODAY + 3 * DAY)
    assert end(client, absence).status_code == 302
    absence.refresh_from_db()
    assert absence.ends_on == TODAY - DAY
    assert AuditEvent.objects.about(absence).get().verb == "absence.ended"


def test_an_unstarted_absence_disappears(client, manager):
    absence = make_absence(manager, make_user(), TODAY + DAY, TODAY + 3 * DAY)
    end(client, absence)
    assert not Absence.objects.exists()


def test_an_ended_absence_stays_as_it_was(client, manager):
    absence = make_absence(manager, make_user(), date(2026, 1, 1), date(2026, 1, 3))
    end(client, absence)
    absence.refresh_from_db()
    assert absence.ends_on == date(2026, 1, 3)
    assert not AuditEvent.objects.about(absence).exists()


def test_the_delegate_sees_it_and_cannot_end_it(client, manager):
    absence = make_absence(make_user(), manager, TODAY, TODAY + DAY)
    assert absence.user.name in client.get(reverse("staff:absence_list")).content.decode()
    assert end(client, absence).status_code == 404


def test_wrong_role_is_403_and_get_is_405(client, manager):
    absence = make_absence(manager, make_user(), TODAY, TODAY)
    url = reverse("staff:absence_end", args=[absence.pk])
    assert client.get(url).status_code == 405
    client.force_login(make_user())
    assert client.post(url).status_code == 404
    client.force_login(make_user("dispatcher"))
    assert client.post(url).status_code == 403


def test_the_list_costs_the_same_with_30_rows(client, manager):
    url = reverse("staff:absence_list")
    make_absence(manager, make_user(), date(2026, 1, 1), date(2026, 1, 1))
    before = page_cost(client, url)
    for day in range(2, 31):
        make_absence(manager, make_user(), date(2026, 1, day), date(2026, 1, day))
    assert page_cost(client, url) == before
