"""业务与账单: what the tab shows, to whom, and what it costs."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import revenue_rules as rules
from accounts.actions import quality
from accounts.models import BillingAccount, ViewQuality
from accounts.reports.revenue import operator_grid, revenue
from accounts.tests.bookkeeping import make_bill, make_product, make_usage
from accounts.tests.factories import make_customer
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db
OCTOBER = date(2026, 10, 1)


def get(client, customer, user=None, **headers):
    client.force_login(user or customer.manager)
    query = headers.pop("query", "")
    url = reverse("accounts:customer_section", args=[customer.pk, "business"])
    return client.get(url + query, headers=headers)


def test_a_difference_is_a_warning_with_its_amount(client):
    customer = make_customer()
    lines = {"circuit": D("145708"), "adjustment": D("-4726")}
    make_bill(customer, date(2009, 6, 1), reported=D("140982"), lines=lines)
    make_bill(customer, OCTOBER)
    html = get(client, customer).content.decode()
    for text in ("2009-06 账单", "4,726.00", "145,708.00", "140,982.00", "−4,726.00"):
        assert text in html
    assert "有 1 份账单的总额与明细合计不一致" in html


def test_one_old_bill_leaves_no_gap_of_years():
    customer = make_customer()
    make_bill(customer, date(2009, 6, 1))
    first, _, last = rules.months_back(timezone.localdate().replace(day=1), 3)
    make_bill(customer, first)
    make_bill(customer, last)
    quality.refresh([customer.pk])
    assert len(ViewQuality.objects.get(customer=customer).month_gaps) == 1


def test_bills_that_agree_warn_of_nothing(client):
    customer = make_customer()
    make_bill(customer)
    assert "账单核对" not in get(client, customer).content.decode()


def test_growth_is_counted_against_the_month_and_the_year_before():
    customer = make_customer()
    for month, amount in ((OCTOBER, 120), (date(2026, 9, 1), 100), (date(2025, 10, 1), 80)):
        make_bill(customer, month, lines={"data": D(amount)})
    latest = revenue(customer, 12).latest
    assert (latest.mom, latest.yoy) == (D("20.0"), D("50.0"))


def test_two_accounts_make_one_month_and_a_missing_month_shows():
    customer = make_customer()
    for number, month in (("A", OCTOBER), ("B", OCTOBER), ("A", date(2026, 8, 1))):
        account = BillingAccount.objects.get_or_create(customer=customer, contract_no=number)[0]
        make_bill(customer, month, account=account, lines={"data": D(40), "ict": D(60)})
    found = revenue(customer, 12)
    assert found.latest.reported == 200
    assert found.latest.amounts == {"data": D(80), "ict": D(120)}
    assert [row.month.month for row in found.rows if not row.bills][:1] == [9]
    assert found.shares[0][1:] == ("数据", D(120), D("40.00"))


def test_twelve_or_twenty_four_months(client):
    customer = make_customer()
    for month in rules.months_back(OCTOBER, 30):
        make_bill(customer, month)
    assert len(get(client, customer).context["revenue"].rows) == 12
    assert len(get(client, customer, query="?months=24").context["revenue"].rows) == 24
    assert len(get(client, customer, query="?months=9999").context["revenue"].rows) == 12


def test_payment_in_time_is_counted():
    customer = make_customer()
    due_on = date(2026, 11, 20)
    make_bill(customer, OCTOBER, due_on=due_on, paid_on=due_on)
    late = make_bill(customer, date(2026, 9, 1), due_on=due_on, paid_on=date(2026, 11, 23))
    found = revenue(customer, 12)
    assert found.paid_on_time == (1, 2)
    assert [row.days_late for m in found.rows for row in m.bills if row.bill == late] == [3]


def test_the_grid_names_what_only_rivals_sell(client):
    customer = make_customer()
    make_usage(customer, "voice", "telecom", 600)
    make_usage(customer, "voice", "mobile", 200)
    make_usage(customer, "video", "other", 200)
    make_usage(customer, "data", "telecom", 999, year=2020)
    grid = operator_grid(customer)
    assert (grid.year, grid.our_share, grid.whole) == (2026, D("60.00"), 1000)
    assert [row.label for row in grid.white] == ["视频"]
    html = get(client, customer).content.decode()
    assert "空白 1 项：视频" in html
    assert "business_line=video" in html


def test_sticky_products_are_marked_and_accounts_masked(client):
    customer = make_customer()
    make_product(customer, "企业总机", is_sticky=True)
    BillingAccount.objects.create(
        customer=customer, contract_no="N-1", bank_account="6222000011112345"
    )
    html = get(client, customer).content.decode()
    assert "粘性产品 1 项" in html
    assert "**** 2345" in html
    assert "6222000011112345" not in html


def test_htmx_gets_only_the_inside(client):
    html = get(client, make_customer(), hx_request="true").content.decode()
    assert "<!doctype" not in html
    assert "还没有账单" in html


def test_a_customer_of_somebody_else_is_not_found(client):
    customer = make_customer()
    make_bill(customer)
    assert get(client, customer, make_user()).status_code == 404
    assert get(client, customer, make_user("back_office")).status_code == 403


def test_bills_of_another_customer_stay_out(client):
    customer = make_customer()
    other = make_customer(manager=customer.manager)
    make_bill(other, lines={"ict": D("777777")})
    make_usage(other, "video", "other", 888888)
    make_product(other, "别家的产品")
    html = get(client, customer).content.decode()
    for text in ("777,777", "888,888", "别家的产品"):
        assert text not in html


def test_an_auditor_reads_without_being_offered_to_write(client):
    customer = make_customer()
    make_bill(customer)
    html = get(client, customer, make_user("auditor")).content.decode()
    assert "2026-10" in html
    assert "/edit/" not in html and "登记账单" not in html


def cost(client, count):
    customer = make_customer()
    for month in rules.months_back(OCTOBER, count):
        account = BillingAccount.objects.create(
            customer=customer, contract_no=f"{customer.pk}-{month}"
        )
        lines = {"data": D(5), "ict": D(7)}
        make_bill(customer, month, reported=D(1), lines=lines, account=account)
        make_product(customer, f"产品{month}")
    for n in range(count):
        make_usage(customer, "voice", "mobile", 1, year=2000 + n)
    client.force_login(customer.manager)
    url = reverse("accounts:customer_section", args=[customer.pk, "business"])
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_the_tab_costs_the_same_with_1_and_30_of_everything(client):
    cost(client, 1)  # what is cached for the process
    assert cost(client, 1) == cost(client, 30) <= 20
