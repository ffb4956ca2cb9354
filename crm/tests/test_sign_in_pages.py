"""The three pages of allauth in our words; the others of it do not exist."""

import re

import pytest
from django.urls import reverse

from staff.tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def sign_in(client, **fields):
    return client.post(reverse("account_login"), {"login": "", "password": "", **fields})


def words(answer):
    """Latin words that a reader would see."""
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.findall(r"[A-Za-z]{2,}", text)


def test_the_sign_in_page_is_chinese_and_offers_no_registration(client):
    answer = client.get(reverse("account_login"))
    assert answer.status_code == 200 and words(answer) == []
    assert "注册" not in answer.content.decode()


def test_signing_in_leads_to_the_day(client):
    make_user(username="zhou")
    answer = sign_in(client, login="zhou", password=PASSWORD)
    assert (answer.status_code, answer.url) == (302, "/")


def test_a_wrong_password_is_told_in_chinese_and_keeps_the_name(client):
    make_user(username="zhou")
    answer = sign_in(client, login="zhou", password="wrong")
    assert words(answer) == []
    assert 'value="zhou"' in answer.content.decode()


def test_empty_fields_are_told_at_the_field(client):
    assert sign_in(client).content.decode().count("invalid-feedback") == 2


def test_signing_out_asks_and_then_leads_to_sign_in(client):
    client.force_login(make_user())
    assert "退出登录" in client.get(reverse("account_logout")).content.decode()
    answer = client.post(reverse("account_logout"))
    assert answer.url == reverse("account_login")


def test_a_password_given_by_somebody_else_is_changed_first(client):
    client.force_login(make_user(must_change_password=True))
    page = client.get("/", follow=True).content.decode()
    assert "只有您自己知道的密码" in page and "主导航" not in page


def test_a_weak_password_is_refused_in_chinese(client):
    client.force_login(make_user())
    fields = {"oldpassword": PASSWORD, "password1": "123", "password2": "123"}
    answer = client.post(reverse("account_change_password"), fields)
    assert "未保存，请先改正" in answer.content.decode()
    assert words(answer) == []
