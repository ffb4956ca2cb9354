from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.models import AuditEvent
from reminders import reports
from reminders.models import LadderStage, Obligation
from reminders.tests.factories import MONDAY_9, make_delivery, make_duty, make_reminder
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db
LIST = "/reminders/duties/"


def soon(**fields):
    return make_duty(started_at=clock.now(), **fields)


def test_the_list_shows_own_duties_and_nobody_elses(client):
    user = make_user()
    mine, foreign = soon(owner=user), soon()
    client.force_login(user)
    page = client.get(LIST).content.decode()
    assert mine.title in page
    assert foreign.title not in page


@pytest.mark.parametrize(
    ("state", "shown"),
    [("overdue", "逾"), ("open", "逾开"), ("done", "毕"), ("late", ""), ("all", "逾开毕")],
)
def test_the_list_is_filtered_by_state(client, state, shown):
    user = make_user()
    make_duty(owner=user, title="逾期事项")
    soon(owner=user, title="开着的事项")
    done = soon(owner=user, title="毕竟做完的")
    Obligation.objects.filter(pk=done.pk).update(state="done", completed_at=clock.now())
    client.force_login(user)
    page = client.get(LIST, {"state": state}).content.decode()
    titles = {"逾": "逾期事项", "开": "开着的事项", "毕": "毕竟做完的"}
    assert "".join(k for k, text in titles.items() if text in page) == shown


def test_the_list_costs_the_same_for_1_and_30_rows(client, django_assert_num_queries):
    user = make_user()
    client.force_login(user)
    soon(owner=user)
    client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    for _ in range(29):
        soon(owner=user)
    with django_assert_num_queries(len(one)):
        client.get(LIST)


def test_htmx_gets_only_the_rows(client):
    client.force_login(make_user())
    page = client.get(LIST, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert 'id="duty-rows"' in page


def test_a_row_explains_its_deadline():
    duty = make_duty(clock="working_days", amount=2, due_at=MONDAY_9 + timedelta(hours=57))
    assert "往后数 2 个工作日" in reports.duty_rows([duty])[0].why


def acknowledge(client, user, duty, method="post"):
    client.force_login(user)
    return getattr(client, method)(reverse("reminders:duty_acknowledge", args=[duty.pk]))


def test_acknowledging_cancels_what_waits_before_the_deadline(client):
    duty = soon(owner=make_user())
    reminder = make_reminder(duty)
    assert acknowledge(client, duty.owner, duty).status_code == 302
    duty.refresh_from_db()
    reminder.refresh_from_db()
    assert duty.acknowledged_at
    assert reminder.state == "cancelled"
    assert AuditEvent.objects.get().verb == "duty.acknowledged"


def test_acknowledging_after_the_deadline_silences_nothing(client):
    duty = make_duty(owner=make_user())
    reminder = make_reminder(duty, stage="overdue")
    acknowledge(client, duty.owner, duty)
    reminder.refresh_from_db()
    assert reminder.state == "pending"


def test_acknowledging_is_for_the_owner_alone(client):
    head = make_user("dept_head")
    duty = soon(owner=make_user(department=head.department))
    assert acknowledge(client, make_user(), duty).status_code == 404
    assert acknowledge(client, head, duty).status_code == 403
    assert acknowledge(client, duty.owner, duty, "get").status_code == 405
    duty.refresh_from_db()
    assert duty.acknowledged_at is None


def test_acknowledging_twice_is_refused_and_audited_once(client):
    duty = soon(owner=make_user())
    acknowledge(client, duty.owner, duty)
    acknowledge(client, duty.owner, duty)
    assert AuditEvent.objects.count() == 1


def test_a_rung_is_edited_audited_and_open_duties_are_looked_at_again(client):
    duty = make_duty(next_look_at=None)
    stage = LadderStage.objects.get(kind="letter_reply", code="day_before")
    client.force_login(make_user("sysadmin"))
    url = reverse("reminders:ladder_edit", args=[stage.pk])
    data = {"anchor": "due", "workdays": -1, "minutes": 0, "at_time": "10:30"}
    data |= {"audiences": ["owner", "superior"], "is_active": "on"}
    assert client.post(url, data).status_code == 302
    stage.refresh_from_db()
    duty.refresh_from_db()
    assert reports.say_rung(stage) == "期限前 1 个工作日的 10:30，通知责任人、直属上级。"
    assert duty.next_look_at == duty.started_at
    assert set(AuditEvent.objects.get().changes) == {"at_time", "audiences"}


@pytest.mark.parametrize(
    "bad", [{"audiences": []}, {"workdays": 900}, {"minutes": ""}, {"anchor": "start"}]
)
def test_a_bad_rung_is_refused_at_the_field(client, bad):
    stage = LadderStage.objects.get(kind="letter_reply", code="day_before")
    client.force_login(make_user("sysadmin"))
    data = {"anchor": "due", "workdays": -1, "minutes": 0, "audiences": ["owner"]} | bad
    response = client.post(reverse("reminders:ladder_edit", args=[stage.pk]), data)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert AuditEvent.objects.count() == 0


def test_the_ladder_reads_as_sentences(client):
    client.force_login(make_user("sysadmin"))
    page = client.get(reverse("reminders:ladder_list")).content.decode()
    assert "起算时间后 24 小时，通知责任人。" in page
    assert "到期限时，通知责任人、直属上级、部门经理，此后每天重复，直到办结。" in page


@pytest.mark.parametrize("name", ["ladder_list", "delivery_list"])
def test_account_managers_do_not_see_the_machinery(client, name):
    client.force_login(make_user())
    assert client.get(reverse(f"reminders:{name}")).status_code == 403


def test_the_messages_page_shows_failures_without_any_customer(client):
    delivery = make_delivery(state="failed", last_error="550 unknown")
    client.force_login(make_user("sysadmin"))
    page = client.get(reverse("reminders:delivery_list")).content.decode()
    assert "550 unknown" in page
    assert delivery.reminders.get().obligation.customer_name not in page


def retry(client, user, delivery):
    client.force_login(user)
    return client.post(reverse("reminders:delivery_retry", args=[delivery.pk]))


def test_a_failed_message_is_queued_again_once(client):
    delivery = make_delivery(state="failed")
    delivery.reminders.update(state="failed")
    admin = make_user("sysadmin")
    retry(client, admin, delivery)
    retry(client, admin, delivery)
    delivery.refresh_from_db()
    assert delivery.state == "pending"
    assert delivery.reminders.get().state == "pending"
    assert AuditEvent.objects.count() == 1


def test_an_auditor_may_look_and_not_retry(client):
    delivery = make_delivery(state="failed")
    auditor = make_user("auditor")
    assert retry(client, auditor, delivery).status_code == 403
    assert client.get(reverse("reminders:delivery_list")).status_code == 200
