"""staff:user_leave, user_password, user_unlock: an account ends, is renewed, is opened again."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.tests.factories import make_customer
from core.models import AuditEvent
from staff.actions import people
from staff.actions.errors import StaffError
from staff.models import User
from staff.tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = make_user("sysadmin")
    client.force_login(user)
    return user


def leave(client, user, **fields):
    fields = {"left_on": "2026-11-20", "reason": "调离"} | fields
    return client.post(reverse("staff:user_leave", args=[user.pk]), fields)


def test_leaving_ends_the_account_and_its_sessions(client, admin):
    user = make_user()
    theirs = client.__class__()
    theirs.force_login(user)
    assert theirs.get(reverse("staff:profile")).status_code == 200
    assert leave(client, user).url == user.get_absolute_url()
    assert theirs.get(reverse("staff:profile")).url.startswith(reverse("account_login"))
    user.refresh_from_db()
    assert (user.state, user.left_on) == ("left", date(2026, 11, 20))


def test_a_manager_of_customers_is_told_how_many_and_where(client, admin):
    user = make_user()
    make_customer(manager=user)
    response = leave(client, user)
    assert response.status_code == 422
    assert "还负责 1 家客户" in response.content.decode()
    assert User.objects.get(pk=user.pk).is_active


def test_leaving_twice_is_refused(client, admin):
    user = make_user()
    leave(client, user)
    assert "已经办理离职" in leave(client, user).content.decode()
    assert AuditEvent.objects.about(user).filter(verb="user.left").count() == 1


def test_nobody_closes_the_own_account(admin):
    with pytest.raises(StaffError, match="不能办理自己的离职"):
        people.leave(user=admin, left_on=date(2026, 11, 20), by=admin)


@pytest.mark.parametrize("left_on", ["", "2026-13-01", "2099-01-01"])
def test_a_wrong_date_is_said_at_the_field(client, admin, left_on):
    user = make_user()
    response = leave(client, user, left_on=left_on)
    assert "left_on" in response.context["form"].errors
    assert User.objects.get(pk=user.pk).is_active


def test_a_left_user_cannot_sign_in_and_is_told(client):
    user = make_user(state="left", left_on=date(2026, 11, 1))
    response = client.post(
        reverse("account_login"), {"login": user.username, "password": PASSWORD}, follow=True
    )
    assert "_auth_user_id" not in client.session
    assert "已停用" in response.content.decode()


def test_a_reset_ends_sessions_and_shows_the_new_password_once(client, admin):
    user = make_user()
    theirs = client.__class__()
    theirs.force_login(user)
    url = reverse("staff:user_password", args=[user.pk])
    assert "一次性密码只显示一次" in client.get(url).content.decode()
    password = client.post(url).context["password"]
    user.refresh_from_db()
    assert user.check_password(password) and user.must_change_password
    assert theirs.get(reverse("staff:profile")).status_code == 302


def test_get_unlocks_nothing(client, admin):
    assert client.get(reverse("staff:user_unlock", args=[admin.pk])).status_code == 405
