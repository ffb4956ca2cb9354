"""visits:letter_list, letter_detail, letter_assign, letter_scan, letter_close."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import make_customer
from reminders.models import DutyKind, Obligation
from staff.tests.factories import make_user
from visits import letter_reports
from visits.tests.letter_factories import (
    make_inbound,
    make_issued,
    make_reply,
    pdf_file,
    send,
    shanghai,
)

pytestmark = pytest.mark.django_db


def url(name, letter):
    return reverse(f"visits:{name}", args=[letter.pk])


@pytest.fixture
def letter(client):
    letter = make_inbound()
    client.force_login(letter.owner)
    return letter


# --- list -------------------------------------------------------------------------------------
def listed(client, **query):
    return [row.pk for row in client.get(reverse("visits:letter_list"), query).context["rows"]]


def test_each_tab_and_filter_lists_its_letters(client, letter):
    late = make_inbound(customer=letter.customer, received_at=shanghai(2026, 11, 20, 9, 0))
    answered = make_inbound(customer=letter.customer, category="fault", subject="关于断网的函")
    send(make_issued(answered))

    assert listed(client) == [letter.pk, late.pk]
    assert listed(client, tab="late") == [late.pk]
    assert listed(client, tab="answered") == [answered.pk]
    assert len(listed(client, tab="all")) == 3
    assert listed(client, tab="all", category="fault") == [answered.pk]
    assert listed(client, tab="all", q="断网") == [answered.pk]
    assert listed(client, tab="all", until="2026-11-20") == [late.pk]


def test_letters_of_others_are_not_listed(client, letter):
    client.force_login(make_user())
    assert listed(client, tab="all") == []


def test_the_list_costs_the_same_for_1_and_30_letters(client, letter):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("visits:letter_list"))
        return len(captured)

    first = queries()
    for _ in range(29):
        make_inbound(customer=letter.customer)
    assert queries() == first


def test_the_51st_letter_is_on_the_second_page(client, letter):
    for number in range(50):
        make_inbound(customer=letter.customer, received_at=shanghai(2026, 11, 1, 9, number))
    page = client.get(reverse("visits:letter_list")).context["page"]
    second = client.get(page.next_url).context["rows"]
    assert (len(page.rows), len(second)) == (50, 1)


# --- one letter -------------------------------------------------------------------------------
def test_the_page_explains_its_due_date_in_words(client):
    letter = make_inbound(received_at=shanghai(2026, 2, 13, 10, 0))
    client.force_login(letter.owner)
    page = client.get(url("letter_detail", letter)).content.decode()
    assert "期限 2026年2月24日 18:00" in page
    assert "跳过 2月15日—2月23日（春节" in page


def test_a_deadline_at_24_00_is_said_on_the_day_that_ends_everywhere(client, letter):
    due_at = shanghai(2026, 12, 3, 0, 0)
    Obligation.objects.update(due_at=due_at, original_due_at=due_at)
    assert "期限 2026年12月2日 24:00（星期三）" in (
        client.get(url("letter_detail", letter)).content.decode()
    )
    assert "12-02 24:00" in client.get(reverse("reminders:duty_list")).content.decode()
    assert "请在 12月2日 24:00 前" in letter_reports.due_sentence(letter)


def test_a_due_date_in_a_year_without_calendar_says_so(client, letter):
    Obligation.objects.update(is_provisional=True)
    assert "暂估" in client.get(url("letter_detail", letter)).content.decode()


def test_the_way_of_a_letter_is_told_in_order(client, letter):
    send(make_issued(letter))
    happenings = client.get(url("letter_detail", letter)).context["timeline"]
    told = [happening.what for happening in happenings]
    assert told == ["收到来函", "登记来函", "起草复函", "签发", "送出复函"]


def test_the_page_costs_the_same_whatever_happened(client, letter):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url("letter_detail", letter)).status_code == 200
        return len(captured)

    send(make_issued(letter, kind="interim", promised_on=timezone.localdate()))
    first = queries()
    send(make_issued(letter))
    assert queries() <= first + 1


def test_another_manager_gets_404_everywhere(client):
    letter = make_inbound(scan=pdf_file())
    reply = make_reply(letter)
    client.force_login(make_user())
    for name in ("letter_detail", "letter_scan", "reply_draft"):
        assert client.get(url(name, letter)).status_code == 404, name
    for name in ("letter_assign", "letter_close"):
        assert client.post(url(name, letter)).status_code == 404, name
    assert client.get(url("reply_pdf", reply)).status_code == 404
    assert client.get(url("reply_proof", reply)).status_code == 404


def test_the_auditor_reads_and_cannot_write(client, letter):
    client.force_login(make_user("auditor"))
    page = client.get(url("letter_detail", letter))
    assert page.status_code == 200
    assert "起草复函" not in page.content.decode()
    assert client.post(url("letter_assign", letter), {}).status_code == 403


@pytest.mark.parametrize("name", ["letter_assign", "letter_close"])
def test_verbs_are_not_done_by_get(client, letter, name):
    assert client.get(url(name, letter)).status_code == 405


# --- scan -------------------------------------------------------------------------------------
def test_the_scan_is_served_safely(client):
    letter = make_inbound(scan=pdf_file("客户来函.pdf"))
    client.force_login(letter.owner)

    saved = client.get(url("letter_scan", letter))
    shown = client.get(url("letter_scan", letter) + "?inline")

    assert saved["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%AE%A2")
    assert saved["Content-Security-Policy"].startswith("sandbox")
    assert shown["Content-Disposition"].startswith("inline")
    assert saved["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in saved["Cache-Control"]


def test_a_letter_without_scan_has_none_to_show(client, letter):
    assert client.get(url("letter_scan", letter)).status_code == 404


# --- assign -----------------------------------------------------------------------------------
def test_the_letter_and_its_duty_move_to_the_head(client, letter):
    head = make_user("dept_head", department=letter.customer.department)

    client.post(url("letter_assign", letter), {"to": head.pk, "reason": "本周外出"})

    letter.refresh_from_db()
    duty = Obligation.objects.of(DutyKind.LETTER_REPLY, letter).get()
    assert (letter.owner, duty.owner, letter.state) == (head, head, "assigned")


def test_somebody_who_does_not_see_the_customer_is_refused(client, letter):
    response = client.post(url("letter_assign", letter), {"to": make_user().pk})
    assert response.status_code == 422
    assert "不在您的范围内" in response.content.decode()
    letter.refresh_from_db()
    assert letter.owner == letter.customer.manager


def test_an_answered_letter_is_no_longer_assigned(client, letter):
    send(make_issued(letter))
    response = client.post(url("letter_assign", letter), {"to": letter.owner_id})
    assert "状态已变更" in response.content.decode()


# --- close ------------------------------------------------------------------------------------
def test_an_answered_letter_is_filed_away(client, letter):
    send(make_issued(letter))
    client.post(url("letter_close", letter), {"note": "客户满意"})
    letter.refresh_from_db()
    assert letter.state == "closed"


def test_an_unanswered_letter_cannot_be_closed(client, letter):
    response = client.post(url("letter_close", letter), {"note": "电话里说过了"})
    assert "状态已变更" in response.content.decode()
    letter.refresh_from_db()
    assert letter.state == "received"
    assert Obligation.objects.get().state == "open"


def test_letters_of_a_customer_without_contact_can_be_shown(client):
    customer = make_customer()
    letter = make_inbound(
        customer=customer, contact=None, received_at=timezone.now() - timedelta(days=1)
    )
    client.force_login(customer.manager)
    assert client.get(url("letter_detail", letter)).status_code == 200
