"""Row scopes of User and Department: what each role may see, pick and answer for."""

from datetime import timedelta

import pytest
from django.utils import timezone

from staff.models import Department, User
from staff.tests.factories import make_absence, make_branch, make_department, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    """Two departments, one below the first, and a second branch with the same codes."""
    gov = make_department(code="GOV")
    people = {
        "head": make_user("dept_head", department=gov),
        "one": make_user(department=gov),
        "below": make_user(department=make_department(code="GOV-1", parent=gov)),
        "beside": make_user(department=make_department(code="GOV2")),
        "director": make_user("branch_director"),
        "auditor": make_user("auditor"),
        "admin": make_user("sysadmin"),
        "engineer": make_user("solution_engineer", department=gov),
    }
    there = make_department(code="GOV", branch=make_branch())
    people["stranger"] = make_user(department=there)
    return people


def names(house, queryset):
    return {name for name, user in house.items() if user in queryset}


EVERYONE = {"head", "one", "below", "beside", "director", "auditor", "admin", "engineer"}


@pytest.mark.parametrize(
    ("viewer", "seen"),
    [
        ("one", {"one"}),
        ("head", {"head", "one", "below", "engineer"}),
        ("director", EVERYONE),
        ("auditor", EVERYONE),
        ("admin", {"admin"}),
    ],
)
def test_whom_a_role_answers_for(house, viewer, seen):
    assert names(house, User.objects.overseen_by(house[viewer])) == seen


def test_the_administrator_opens_every_account_of_the_branch_only(house):
    assert names(house, User.objects.visible_to(house["admin"])) == EVERYONE


def test_work_is_given_to_active_people_of_the_front_line(house):
    assert names(house, User.objects.assignable_by(house["head"])) == {"head", "one", "below"}
    User.objects.filter(pk=house["one"].pk).update(state="left", left_on=timezone.localdate())
    assert "one" not in names(house, User.objects.assignable_by(house["head"]))


def test_absence_is_kept_by_oneself_and_by_heads(house):
    kept = User.objects.absence_kept_by
    assert names(house, kept(house["one"])) == {"one"}
    assert names(house, kept(house["auditor"])) == {"auditor"}
    assert names(house, kept(house["head"])) == {"head", "one", "below", "engineer"}


def test_the_delegate_of_a_head_answers_for_the_people_of_that_head(house):
    today = timezone.localdate()
    make_absence(house["head"], house["beside"], today, today)
    delegate = User.objects.get(pk=house["beside"].pk)
    seen = {"beside", "head", "one", "below", "engineer"}
    assert names(house, User.objects.overseen_by(delegate)) == seen


def test_departments_are_those_of_the_branch(house):
    codes = {d.code for d in Department.objects.visible_to(house["admin"])}
    assert codes == {"GOV", "GOV-1", "GOV2"}
    assert Department.objects.visible_to(house["admin"]).count() == 3


def test_who_stands_in_when_somebody_is_away_or_gone(house):
    today = timezone.localdate()
    one = house["one"]
    assert one.stand_in(today) == one
    assert one.superior() == house["head"]
    make_absence(one, house["below"], today, today)
    assert one.stand_in(today) == house["below"]
    assert one.stand_in(today + timedelta(days=1)) == one
    User.objects.filter(pk=one.pk).update(state="left", left_on=today)
    assert User.objects.get(pk=one.pk).stand_in(today) == house["head"]
    assert house["head"].superior() == house["director"]
