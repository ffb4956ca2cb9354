"""Error pages: Chinese, in the layout, and the last one without a database."""

import pytest
from django.core.exceptions import SuspiciousOperation
from django.test import RequestFactory
from django.urls import reverse
from django.views import defaults
from django.views.csrf import csrf_failure

from staff.tests.factories import make_user


@pytest.mark.django_db
def test_404_keeps_the_frame_of_a_signed_in_user(client):
    client.force_login(make_user())
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404
    assert "没有找到这个页面" in answer.content.decode()
    assert "主导航" in answer.content.decode()


@pytest.mark.django_db
def test_404_of_a_stranger_shows_no_frame(client):
    page = client.get("/no-such-page/").content.decode()
    assert "没有找到这个页面" in page and "主导航" not in page


@pytest.mark.django_db
def test_403_says_whom_to_ask(client):
    client.force_login(make_user())
    answer = client.get(reverse("crm:system"))
    assert answer.status_code == 403
    assert "您的岗位没有这项权限" in answer.content.decode()


def test_500_needs_no_database():
    answer = defaults.server_error(RequestFactory().get("/"))
    assert (answer.status_code, "系统出错了" in answer.content.decode()) == (500, True)


def test_400_is_chinese():
    answer = defaults.bad_request(RequestFactory().get("/"), SuspiciousOperation())
    assert (answer.status_code, "这次请求无法识别" in answer.content.decode()) == (400, True)


def test_an_expired_form_is_explained():
    answer = csrf_failure(RequestFactory().get("/"), reason="no token")
    assert (answer.status_code, "页面已经过期" in answer.content.decode()) == (403, True)
