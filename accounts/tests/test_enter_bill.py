"""Entering a bill: totals apart, a gap explained (R69, D7)."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.urls import reverse

from accounts.actions.bills import enter_bill
from accounts.actions.errors import AccountError
from accounts.models import CustomerViewRevision, MonthlyBill, TimelineEntry
from accounts.tests.factories import make_customer
from core.models import AuditEvent
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db
LINES = {"circuit": D("90.00"), "data": D("15.50")}


def enter(customer, reported="105.50", lines=None, **fields):
    return enter_bill(
        customer=customer,
        month=date(2026, 10, 1),
        reported_total=D(reported),
        lines=LINES if lines is None else lines,
        by=customer.manager,
        **fields,
    )


def test_a_bill_leaves_its_traces():
    customer = make_customer()
    bill = enter(customer)
    assert (bill.computed_total, bill.discrepancy) == (D("105.50"), 0)
    assert bill.lines.count() == 2
    assert AuditEvent.objects.filter(verb="monthlybill.created").count() == 1
    assert TimelineEntry.objects.get(customer=customer).kind == "bill"
    assert CustomerViewRevision.objects.filter(customer=customer, new="90.00").exists()


def test_an_unexplained_gap_is_refused_with_its_amount():
    customer = make_customer()
    with pytest.raises(AccountError, match="相差 5.50 元"):
        enter(customer, reported="100.00")
    assert not MonthlyBill.objects.exists()


def test_a_note_or_an_adjustment_explains_it():
    noted = enter(make_customer(), reported="100.00", discrepancy_note="优惠")
    assert (noted.computed_total, noted.discrepancy) == (D("105.50"), D("5.50"))
    adjusted = enter(make_customer(), "100.00", LINES | {"adjustment": D("-5.50")})
    assert (adjusted.computed_total, adjusted.discrepancy) == (D("105.50"), D("5.50"))


def test_the_same_month_is_entered_once():
    customer = make_customer()
    enter(customer)
    with pytest.raises(AccountError):
        enter(customer)
    assert MonthlyBill.objects.count() == 1


def test_an_unknown_item_is_refused():
    with pytest.raises(AccountError, match="tea"):
        enter(make_customer(), "1", {"tea": D(1)})


def post(client, customer, user=None, **values):
    client.force_login(user or customer.manager)
    url = reverse("accounts:item_create", args=[customer.pk, "bill"])
    sent = {"month": "2009-06", "line_circuit": "145708", "reported_total": "140982"}
    return client.post(url, {"paid_amount": "0", **sent, **values})


def test_the_form_says_the_gap_at_the_field(client):
    response = post(client, make_customer())
    assert "相差 4,726.00 元" in response.content.decode()
    assert "discrepancy_note" in response.context["form"].errors


@pytest.mark.parametrize("values", [{"discrepancy_note": "原文差额"}, {"line_adjustment": "-4726"}])
def test_the_form_takes_a_note_or_an_adjustment(client, values):
    customer = make_customer()
    assert post(client, customer, **values).status_code == 302
    bill = MonthlyBill.objects.get(customer=customer)
    assert (bill.reported_total, bill.computed_total) == (D("140982.00"), D("145708.00"))


def test_another_manager_gets_404_and_a_wrong_role_403(client):
    customer = make_customer()
    assert post(client, customer, make_user()).status_code == 404
    assert post(client, customer, make_user("auditor")).status_code == 403
    assert not MonthlyBill.objects.exists()
