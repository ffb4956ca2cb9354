"""The frame: navigation without dead links, counts, warnings for the administrator."""

import re
from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.urls import resolve, reverse
from django.utils import timezone

from core.models import WorkCalendarYear
from crm import context
from crm.tests.factories import make_duty
from reminders.models import SweepRun
from staff.models import User
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db
ITEMS = [item for _, items in context.AREAS for item in items] + context.OWN_PAGES


def shell_of(user, path="/"):
    request = RequestFactory().get(path)
    request.user = user
    return context.Shell(request)


def make_sweep(age):
    at = timezone.now() - age
    return SweepRun.objects.create(started_at=at, finished_at=at, host="h")


@pytest.mark.parametrize("role", User.Role.values)
def test_every_link_of_the_frame_answers_for_that_role(client, role):
    client.force_login(make_user(role))
    page = client.get("/").content.decode()
    links = set(re.findall(r'href="(/[^"#]*)"', page)) - {"/"}
    links = {link for link in links if not link.startswith("/static/")}
    broken = {
        link: code for link in links if (code := client.get(link, follow=True).status_code) != 200
    }
    assert links and not broken


@pytest.mark.parametrize("item", [i for i in ITEMS if i.url_name], ids=lambda i: i.url_name)
def test_an_entry_asks_for_the_same_verb_as_its_page(item):
    view = resolve(reverse(item.url_name)).func
    assert getattr(view, "verb", context.ANYONE) == item.verb


def test_areas_to_come_are_text_not_links(client):
    client.force_login(make_user())
    page = client.get("/").content.decode()
    assert re.search(r'<span class="nav-later">.*?资料与合规<small>未开放', page)


def test_administration_is_for_the_administrator():
    names = {i.name for g in shell_of(make_user("sysadmin")).nav for i in g.items}
    assert {"用户", "部门", "工作日历", "提醒阶梯", "参数", "系统状态"} <= names
    assert not {"客户", "审计记录"} & names
    assert "审计记录" in {i.name for g in shell_of(make_user("auditor")).nav for i in g.items}


def test_an_account_manager_has_five_places_for_the_thumb():
    shell = shell_of(make_user())
    assert [tab.name for tab in shell.tabs] == ["今日", "客户", "快速记", "拜访"]
    assert shell.tab_count == 5


def test_the_current_area_is_marked_on_its_inner_pages():
    shell = shell_of(make_user(), "/customers/12/")
    assert [t.name for t in shell.tabs if t.is_current] == ["客户"]


def test_the_bell_shows_overdue_before_open():
    user = make_user()
    make_duty(user)
    assert (shell_of(user).bell.count, shell_of(user).bell.is_late) == (1, False)
    make_duty(user, due_at=timezone.now() - timedelta(hours=1))
    make_duty(user)
    assert (shell_of(user).bell.count, shell_of(user).bell.is_late) == (1, True)


def test_the_administrator_is_told_when_reminders_have_stopped():
    admin = make_user("sysadmin")
    make_sweep(timedelta(seconds=310))
    assert "提醒服务已停" in shell_of(admin).banners[0].text
    make_sweep(timedelta(seconds=290))
    assert not [b for b in shell_of(admin).banners if "提醒服务已停" in b.text]


def test_the_administrator_is_told_of_a_calendar_that_is_not_confirmed():
    make_sweep(timedelta(0))
    WorkCalendarYear.objects.all().delete()
    assert "工作日历" in shell_of(make_user("sysadmin")).banners[0].text


@pytest.mark.parametrize("role", ["account_manager", "auditor", "dept_head"])
def test_nobody_else_gets_or_pays_for_the_warnings(role, django_assert_num_queries):
    shell = shell_of(make_user(role))
    shell.user.acting_for()
    with django_assert_num_queries(0):
        assert shell.banners == []


@pytest.mark.parametrize(
    ("theme", "first_paint"), [("auto", "light"), ("light", "light"), ("dark", "dark")]
)
def test_the_theme_is_set_before_the_first_paint(client, theme, first_paint):
    client.force_login(make_user(theme=theme))
    page = client.get("/").content.decode()
    assert f'data-theme="{theme}" data-bs-theme="{first_paint}"' in page


def test_no_page_carries_inline_script_or_style(client):
    client.force_login(make_user())
    page = client.get("/").content.decode()
    assert not re.search(r"<style|style=|\son\w+=|<script(?![^>]*src=)", page)


def test_only_the_nearest_entry_is_marked():
    shell = shell_of(make_user(), reverse("visits:quick_log"))
    assert [t.name for t in shell.tabs if t.is_current] == ["快速记"]
