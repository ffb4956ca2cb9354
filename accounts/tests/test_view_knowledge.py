"""What forms of knowledge accept and refuse; verification; secrets; events (R17, R63, R69, R71)."""

import pytest
from django.db import connection
from django.urls import reverse

from accounts.actions import items
from accounts.models import (
    BillingAccount,
    CustomerEvent,
    CustomerInfoItem,
    CustomerNeed,
    MonthlyBill,
    TimelineEntry,
)
from accounts.sections.kinds import KINDS
from accounts.tests.factories import make_customer
from accounts.tests.item_cases import CASES
from core.models import AuditEvent
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db
NUMBER = "6222021234567890123"


@pytest.fixture
def customer(client):
    customer = make_customer()
    client.force_login(customer.manager)
    return customer


def send(client, customer, kind, **changes):
    data = {k: v for k, v in (CASES[kind][0] | changes).items() if v is not None}
    return client.post(reverse("accounts:item_create", args=[customer.pk, kind]), data)


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        ("need", {"layer": "need"}, "parent"),
        ("need", {"layer": "win"}, "parent"),
        ("allowance", {"amount": None}, "amount"),
        ("allowance", {"mode": "full_reimbursement"}, "amount"),
        ("event", {"when": "下个月"}, "when"),
        ("event", {"when": "2999"}, "when"),
        ("event", {"when": "2008-13"}, "when"),
        ("agreement", {"expires_on": "2025-12-31"}, "expires_on"),
        ("agreement", {"signed_on": "2999-01-01"}, "signed_on"),
        ("contract", {"ends_on": "2024-12-31"}, "ends_on"),
        ("product", {"started_on": "2026-02-01", "ended_on": "2026-01-01"}, "ended_on"),
        ("product", {"monthly_fee": "-1"}, "monthly_fee"),
        ("usage", {"operator": "mobile"}, "source"),
        ("usage", {"amount": "-1"}, "amount"),
        ("finance", {"profit_wan": None}, "revenue_wan"),
        ("finance", {"year": "20"}, "year"),
        ("budget", {"amount_wan": "-3"}, "amount_wan"),
        ("bill", {"month": "2026-13"}, "month"),
        ("bill", {"reported_total": "999"}, "discrepancy_note"),
        ("level", {"department_by_line": "火箭：总部"}, "department_by_line"),
        ("account", {"bank_account": "账号一二三"}, "bank_account"),
        ("info", {"source_type": ""}, "source_type"),
        ("info", {"reliability": "4"}, "reliability"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(client, customer, kind, changes, field):
    response = send(client, customer, kind, **changes)
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert not KINDS[kind].model.objects.exists()


@pytest.mark.parametrize("kind", ["finance", "budget", "usage", "level", "node"])
def test_the_same_again_is_refused_in_words(client, customer, kind):
    send(client, customer, kind)
    response = send(client, customer, kind)
    assert response.status_code == 200
    assert "已有" in str(response.context["form"].errors) or "已经" in str(
        response.context["form"].errors
    )


@pytest.mark.parametrize(
    ("typed", "precision", "shown"),
    [
        ("2007", "year", "2007年"),
        ("2007年", "year", "2007年"),
        ("2008-06", "month", "2008年6月"),
        ("2008年6月", "month", "2008年6月"),
        ("2008/6/3", "day", "2008年6月3日"),
        ("2008年6月3日", "day", "2008年6月3日"),
    ],
)
def test_an_event_is_as_precise_as_its_date_was_typed(client, customer, typed, precision, shown):
    assert send(client, customer, "event", when=typed).status_code == 302
    event = CustomerEvent.objects.get()
    assert (event.precision, event.when_text()) == (precision, shown)
    entry = TimelineEntry.objects.get(kind="event")
    assert entry.title.startswith(shown)


def test_an_event_has_one_entry_however_often_it_is_changed(client, customer):
    send(client, customer, "event")
    event = CustomerEvent.objects.get()
    url = reverse("accounts:item_edit", args=["event", event.pk])
    data = {"when": "2009", "title": "机房搬迁", "seen": items.version_of(event)}
    assert client.post(url, data).status_code == 302
    assert TimelineEntry.objects.get(kind="event").title == "2009年 机房搬迁"


def test_a_need_under_which_something_hangs_is_not_deleted(client, customer):
    place, by = KINDS["need"].place, customer.manager
    asked = {"model": CustomerNeed, "customer": customer, "place": place, "by": by}
    fact = items.create_item(values={"layer": "fact", "description": "要专线"}, **asked)
    need = {"layer": "need", "description": "连北京", "parent": fact}
    items.create_item(values=need, **asked)
    url = reverse("accounts:item_delete", args=["need", fact.pk])
    assert (
        "请先删除下层"
        in client.post(url, {"reason": "错", "seen": items.version_of(fact)}).content.decode()
    )
    assert CustomerNeed.objects.count() == 2


def test_an_account_with_bills_is_not_deleted(client, customer):
    send(client, customer, "account")
    account = BillingAccount.objects.get()
    send(client, customer, "bill", account=account.pk)
    url = reverse("accounts:item_delete", args=["account", account.pk])
    assert (
        "不能删除"
        in client.post(url, {"reason": "错", "seen": items.version_of(account)}).content.decode()
    )
    assert MonthlyBill.objects.exists()


# --- verification -----------------------------------------------------------------------------
def verify(client, item):
    """By the head, who has not collected it."""
    client.force_login(make_user("dept_head", department=item.customer.department))
    return press(client, item)


def press(client, item):
    return client.post(reverse("accounts:item_verify", args=[item.pk]), follow=True)


def test_who_verified_and_when_is_kept_and_shown(client, customer):
    send(client, customer, "info")
    item = CustomerInfoItem.objects.get()
    response = verify(client, item)
    page = response.content.decode()
    item.refresh_from_db()
    assert (item.verified_by, bool(item.verified_at)) == (response.wsgi_request.user, True)
    assert "已核实" in page
    assert AuditEvent.objects.filter(verb="customerinfoitem.verified").count() == 1


def test_who_collected_it_cannot_verify_it_and_sees_no_button(client, customer):
    send(client, customer, "info")
    item = CustomerInfoItem.objects.get()
    url = reverse("accounts:item_verify", args=[item.pk])
    page = press(client, item).content.decode()
    item.refresh_from_db()
    assert item.verified_at is None and "不能核实自己" in page and url not in page
    client.force_login(make_user("dept_head", department=customer.department))
    tab = reverse("accounts:customer_section", args=[customer.pk, "info"])
    assert url in client.get(tab).content.decode()


def test_a_second_verification_is_refused(client, customer):
    send(client, customer, "info")
    item = CustomerInfoItem.objects.get()
    verify(client, item)
    assert "已经核实过" in verify(client, item).content.decode()


def test_a_change_takes_the_verification_away_and_says_so(client, customer):
    send(client, customer, "info")
    item = CustomerInfoItem.objects.get()
    verify(client, item)
    item.refresh_from_db()
    data = CASES["info"][0] | {"content": "全年利润增长", "seen": items.version_of(item)}
    url = reverse("accounts:item_edit", args=["info", item.pk])
    page = client.post(url, data, follow=True).content.decode()
    item.refresh_from_db()
    assert item.verified_at is None
    assert "原来的核实已取消" in page


def test_verifying_is_for_own_customers_and_writers(client, customer):
    send(client, customer, "info")
    item = CustomerInfoItem.objects.get()
    client.force_login(make_user())
    assert press(client, item).status_code == 404
    client.force_login(make_user("auditor"))
    assert press(client, item).status_code == 403


# --- the bank account ---------------------------------------------------------------------------
def test_the_database_holds_no_account_number(client, customer):
    send(client, customer, "account", bank_account=NUMBER)
    with connection.cursor() as cursor:
        cursor.execute("SELECT bank_account FROM accounts_billingaccount")
        (raw,) = cursor.fetchone()
    assert NUMBER not in raw and NUMBER[-4:] not in raw[:20] and len(raw) > 80
    assert BillingAccount.objects.get().bank_account == NUMBER


@pytest.mark.parametrize("tab", ["file", "business", "history", "timeline", ""])
def test_no_page_holds_the_number(client, customer, tab):
    send(client, customer, "account", bank_account=NUMBER)
    path = f"{customer.get_absolute_url()}{tab}/" if tab else customer.get_absolute_url()
    assert NUMBER not in client.get(path).content.decode()


def test_neither_the_form_nor_the_trail_holds_the_number(client, customer):
    send(client, customer, "account", bank_account=NUMBER)
    account = BillingAccount.objects.get()
    url = reverse("accounts:item_edit", args=["account", account.pk])
    html = client.get(url).content.decode()
    assert NUMBER not in html and "**** 0123" in html
    assert all(NUMBER not in str(event.changes) for event in AuditEvent.objects.all())


def edit_account(client, **changes):
    account = BillingAccount.objects.get()
    data = {"contract_no": "HT-1", "bank_name": "甲行", "seen": items.version_of(account)}
    url = reverse("accounts:item_edit", args=["account", account.pk])
    return client.post(url, data | {"is_active": "on"} | changes)


def test_an_empty_field_keeps_the_number_and_the_tick_clears_it(client, customer):
    send(client, customer, "account", bank_account=NUMBER)
    edit_account(client, bank_account="")
    assert BillingAccount.objects.get().bank_account == NUMBER
    edit_account(client, is_cleared="on")
    assert BillingAccount.objects.get().bank_account == ""


def test_revealing_shows_it_once_and_writes_who(client, customer):
    send(client, customer, "account", bank_account=NUMBER)
    account = BillingAccount.objects.get()
    response = client.post(reverse("accounts:account_reveal", args=[account.pk]))
    assert NUMBER in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    event = AuditEvent.objects.get(verb="billing_account.revealed")
    assert event.actor == customer.manager and NUMBER not in str(event.changes)


def test_revealing_is_for_own_customers_and_writers(client, customer):
    send(client, customer, "account", bank_account=NUMBER)
    url = reverse("accounts:account_reveal", args=[BillingAccount.objects.get().pk])
    client.force_login(make_user())
    assert client.post(url).status_code == 404
    client.force_login(make_user("auditor"))
    assert client.post(url).status_code == 403
    assert not AuditEvent.objects.filter(verb="billing_account.revealed").exists()
