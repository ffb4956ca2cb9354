"""staff:user_list, user_create, user_detail, user_edit: the administrator of the branch only."""

from uuid import uuid4

import pytest
from django.urls import reverse

from core.models import AuditEvent
from staff.models import User
from staff.tests.costs import page_cost
from staff.tests.factories import make_branch, make_department, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = make_user("sysadmin")
    client.force_login(user)
    return user


def typed(somewhere, **fields):
    return {
        "username": "wangwu",
        "name": "王五",
        "role": "account_manager",
        "department": somewhere.pk,
        "phone": "13800000000",
        "email": "w@example.com",
    } | fields


def create(client, **fields):
    return client.post(reverse("staff:user_create"), typed(make_department(), **fields))


def test_a_new_account_shows_its_password_once(client, admin):
    key = str(uuid4())
    first = create(client, submission_key=key)
    user = User.objects.get(username="wangwu")
    assert user.check_password(first.context["password"]) and user.must_change_password
    again = create(client, submission_key=key)
    assert again.status_code == 302 and again.url == user.get_absolute_url()
    assert AuditEvent.objects.about(user).get().verb == "user.created"


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"username": "Bad Name"}, "username"),
        ({"username": ""}, "username"),
        ({"name": "长" * 51}, "name"),
        ({"role": "emperor"}, "role"),
        ({"email": "no"}, "email"),
        ({"department": 999999}, "department"),
        ({"department": ""}, "__all__"),
    ],
)
def test_bad_input_is_said_at_the_field_and_nothing_is_stored(client, admin, fields, where):
    response = create(client, **fields)
    assert response.status_code == 422
    assert where in response.context["form"].errors
    assert not User.objects.filter(username="wangwu").exists()
    assert 'value="13800000000"' in response.content.decode()


def test_a_taken_name_is_refused_in_any_case(client, admin):
    make_user(username="wangwu")
    assert "username" in create(client).context["form"].errors


def test_mass_assignment_changes_nothing(client, admin):
    create(client, state="left", must_change_password="", branch=make_branch().pk, password="x")
    user = User.objects.get(username="wangwu")
    assert (user.state, user.branch_id, user.must_change_password) == (
        "active",
        admin.branch_id,
        True,
    )


def test_an_edit_keeps_old_and_new_in_the_trail(client, admin):
    user = make_user(title="")
    fields = typed(user.department, name=user.name, title="组长", reports_to="")
    response = client.post(reverse("staff:user_edit", args=[user.pk]), fields)
    assert response.url == user.get_absolute_url()
    assert AuditEvent.objects.about(user).get().changes["title"] == ["", "组长"]


def test_superiors_never_form_a_circle(client, admin):
    top = make_user("dept_head")
    low = make_user(reports_to=top)
    fields = typed(top.department, role="dept_head", name=top.name, reports_to=low.pk)
    response = client.post(reverse("staff:user_edit", args=[top.pk]), fields)
    assert "不能绕成一圈" in response.content.decode()


def test_nobody_changes_the_own_role(client, admin):
    fields = typed(make_department(), role="dept_head", name=admin.name)
    response = client.post(reverse("staff:user_edit", args=[admin.pk]), fields)
    assert "不能修改自己的角色" in response.content.decode()
    assert User.objects.get(pk=admin.pk).role == "sysadmin"


NAMES = ["user_detail", "user_edit", "user_password", "user_leave", "user_unlock"]


@pytest.mark.parametrize("name", NAMES)
def test_another_branch_is_404_and_another_role_403(client, admin, name):
    stranger = make_user("branch_director", branch=make_branch())
    method = client.post if name == "user_unlock" else client.get
    assert method(reverse(f"staff:{name}", args=[stranger.pk])).status_code == 404
    client.force_login(make_user("dept_head"))
    assert method(reverse(f"staff:{name}", args=[admin.pk])).status_code == 403


def test_the_list_is_filtered_and_never_shows_another_branch(client, admin):
    make_user(name="赵六", department=make_department(code="GOV"))
    make_user("branch_director", name="外人", branch=make_branch())
    text = client.get(reverse("staff:user_list"), {"q": "赵"}).content.decode()
    assert "赵六" in text and admin.username not in text.split("<tbody>")[1]
    assert "外人" not in client.get(reverse("staff:user_list")).content.decode()


def test_the_list_costs_the_same_with_30_rows(client, admin):
    make_user(reports_to=admin)
    before = page_cost(client, reverse("staff:user_list"))
    for _ in range(30):
        make_user(reports_to=admin)
    assert page_cost(client, reverse("staff:user_list")) == before
