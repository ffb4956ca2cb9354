"""「该去看看」, 「暂不需要」 and the frequency table as pages."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.tests.factories import make_customer
from core.models import AuditEvent
from staff.tests.factories import make_department, make_user
from visits.models import VisitFrequencyPolicy, VisitSuggestion

pytestmark = pytest.mark.django_db
LIST = "/visits/suggestions/"


def browser(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def row(db):
    customer = make_customer(manager=make_user(department=make_department()), grade="A")
    return VisitSuggestion.objects.create(
        customer=customer, kind="on_site", due_on=timezone.localdate() - timedelta(days=3)
    )


def dismiss(user, row, days=20, **headers):
    until = timezone.localdate() + timedelta(days=days)
    payload = {"reason": "客户正在搬迁", "until": until.isoformat()}
    return browser(user).post(f"{LIST}{row.pk}/dismiss/", payload, headers=headers)


def test_the_manager_sees_it_with_one_tap_to_the_plan(row):
    html = browser(row.customer.manager).get(LIST).content.decode()
    assert row.customer.name in html
    assert f"?customer={row.customer_id}&amp;mode=on_site" in html


def test_the_tap_opens_the_plan_with_customer_and_mode(row):
    client = browser(row.customer.manager)
    form = client.get(f"/visits/new/?customer={row.customer_id}&mode=phone").context["form"]
    assert (form.chosen, form["mode"].value()) == (row.customer, "phone")
    wrong = client.get(f"/visits/new/?customer={row.customer_id}&mode=x").context["form"]
    assert wrong["mode"].value() == "on_site"


def test_another_manager_does_not_see_it_and_gets_404(row):
    other = make_user(department=row.customer.department)
    assert row.customer.name not in browser(other).get(LIST).content.decode()
    assert dismiss(other, row).status_code == 404
    row.refresh_from_db()
    assert row.state == "open"


def test_the_head_sees_it_and_an_engineer_gets_403(row):
    head = make_user("dept_head", department=row.customer.department)
    assert row.customer.name in browser(head).get(LIST).content.decode()
    engineer = make_user("solution_engineer", department=row.customer.department)
    assert browser(engineer).get(LIST).status_code == 403
    assert dismiss(engineer, row).status_code == 403


def test_it_is_put_aside_with_reason_and_day_and_written_down(row):
    answer = dismiss(row.customer.manager, row)
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.state, row.reason) == ("dismissed", "客户正在搬迁")
    assert AuditEvent.objects.filter(verb="suggestion.dismissed").count() == 1
    page = browser(row.customer.manager).get(f"{LIST}?tab=dismissed")
    assert "客户正在搬迁" in page.content.decode()


def test_more_than_ninety_days_is_refused_at_the_field_and_nothing_typed_is_lost(row):
    html = dismiss(row.customer.manager, row, days=91).content.decode()
    assert "90 天之内" in html
    assert "客户正在搬迁" in html
    row.refresh_from_db()
    assert row.state == "open"


def test_a_suggestion_that_is_planned_meanwhile_is_not_put_aside(row):
    VisitSuggestion.objects.filter(pk=row.pk).update(state="planned")
    assert "状态已变更" in dismiss(row.customer.manager, row).content.decode()


def test_the_list_is_read_only(row):
    assert browser(row.customer.manager).post(LIST).status_code == 405


def test_filters_by_grade_and_region(row):
    client = browser(row.customer.manager)
    assert row.customer.name in client.get(f"{LIST}?grade=A").content.decode()
    assert row.customer.name not in client.get(f"{LIST}?grade=B").content.decode()
    assert row.customer.name not in client.get(f"{LIST}?region=越城区").content.decode()


def test_it_stands_on_the_desk_and_beside_the_customer(row):
    client = browser(row.customer.manager)
    assert "该去看看" in client.get("/").content.decode()
    hint = client.get(f"{LIST}of/{row.customer_id}/").content.decode()
    assert "已过" in hint
    assert browser(make_user()).get(f"{LIST}of/{row.customer_id}/").status_code == 404


def test_the_administrator_changes_an_interval_and_nobody_else(row):
    policy = VisitFrequencyPolicy.objects.get(grade="A", kind="on_site")
    url = f"/visits/frequency/{policy.pk}/"
    payload = {"every_days": "21", "old": "30"}
    assert browser(row.customer.manager).post(url, payload).status_code == 403
    admin = browser(make_user("sysadmin"))
    assert admin.post(url, payload).status_code == 302
    policy.refresh_from_db()
    assert policy.every_days == 21
    assert AuditEvent.objects.get(verb="frequency.edited").changes == {"every_days": [30, 21]}
    assert "刚被别人修改过" in admin.post(url, payload).content.decode()
    assert admin.post(url, {"every_days": "0", "old": "21"}).status_code == 200
    assert admin.post(url, {"every_days": "", "old": "21"}).status_code == 302
    policy.refresh_from_db()
    assert policy.every_days is None
