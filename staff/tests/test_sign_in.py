"""Sign-in: first password, password rules, lockout after five failures, and what the trail says."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from core.models import AuditEvent
from staff.passwords import one_time_password
from staff.rules import password_faults
from staff.tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
NEW = "Xinmima-2026-ok"


@pytest.fixture(autouse=True)
def no_attempts_so_far():
    cache.clear()


def sign_in(client, user, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": user.username, "password": password})


def change(client, old=PASSWORD, new=NEW, again=None):
    fields = {"oldpassword": old, "password1": new, "password2": again or new}
    return client.post(reverse("account_change_password"), fields)


def verbs(user):
    return list(AuditEvent.objects.about(user).order_by("pk").values_list("verb", flat=True))


def test_signing_in_and_out_is_in_the_trail(client):
    user = make_user()
    assert sign_in(client, user).url == "/"
    client.post(reverse("account_logout"))
    assert verbs(user) == ["sign_in.done", "sign_in.ended"]


def test_a_password_that_others_know_opens_only_its_change(client):
    user = make_user(must_change_password=True)
    sign_in(client, user)
    assert client.get(reverse("staff:profile")).url == reverse("account_change_password")
    assert change(client).status_code == 302
    user.refresh_from_db()
    assert not user.must_change_password and user.check_password(NEW)
    assert client.get(reverse("staff:profile")).status_code == 200
    assert "password.changed" in verbs(user)


def test_the_new_password_differs_from_the_old_one(client):
    user = make_user(must_change_password=True)
    sign_in(client, user)
    assert "不能和现在的密码相同" in change(client, new=PASSWORD).content.decode()
    user.refresh_from_db()
    assert user.must_change_password


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("Ab1-short", "至少 10 位"),
        ("onlysmallletters", "四类中的至少三类"),
        ("Zhangsan-2026", "不能包含登录名"),
        ("Telecom-2026-x", "单位名称"),
    ],
)
def test_a_weak_password_is_refused_in_chinese(client, password, said):
    user = make_user(username="zhangsan")
    sign_in(client, user)
    assert said in change(client, new=password).content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_long_passwords_with_spaces_are_welcome():
    assert password_faults("correct Horse battery staple 9 " * 3, ["zhangsan"]) == []


def test_one_time_passwords_meet_the_rules():
    made = {one_time_password() for _ in range(200)}
    assert len(made) == 200
    assert not any(password_faults(password) for password in made)


def test_five_failures_lock_the_account_even_for_the_right_password(client):
    user = make_user()
    for _ in range(5):
        assert "登录名或密码不正确" in sign_in(client, user, "wrong").content.decode()
    assert "已锁定 15 分钟" in sign_in(client, user).content.decode()
    assert "_auth_user_id" not in client.session
    assert verbs(user) == ["sign_in.failed"] * 5 + ["sign_in.locked"]


def test_the_lock_is_the_same_whatever_the_host_header_says(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    user = make_user()
    for number in range(6):
        fields = {"login": user.username, "password": "wrong"}
        response = client.post(
            reverse("account_login"), fields, headers={"host": f"h{number}.example"}
        )
    assert "已锁定" in response.content.decode()


def test_an_administrator_really_unlocks(client):
    user, admin = make_user(), make_user("sysadmin")
    for _ in range(5):
        sign_in(client, user, "wrong")
    client.force_login(admin)
    page = reverse("staff:user_detail", args=[user.pk])
    assert "解除锁定" in client.get(page).content.decode()
    client.post(reverse("staff:user_unlock", args=[user.pk]))
    assert "解除锁定" not in client.get(page).content.decode()
    client.logout()
    assert sign_in(client, user).url == "/"
    assert "sign_in.unlocked" in verbs(user)


def test_an_unknown_name_gets_the_same_answer(client):
    response = client.post(reverse("account_login"), {"login": "nobody", "password": "wrong"})
    assert "登录名或密码不正确" in response.content.decode()


def test_successful_sign_ins_do_not_use_up_the_attempts(client):
    user = make_user()
    for _ in range(7):
        assert sign_in(client, user).status_code == 302
        client.post(reverse("account_logout"))


def test_too_many_requests_are_told_in_chinese(client, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "1/m/ip"}
    answers = [sign_in(client, make_user(), "wrong") for _ in range(2)]
    assert answers[1].status_code == 429
    assert "请求太频繁" in answers[1].content.decode()
