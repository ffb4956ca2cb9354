"""Contacts, bills and contracts from a table: keys, scope, original authors."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from accounts.models import (
    BillingAccount,
    Contact,
    CustomerViewRevision,
    MonthlyBill,
    ServiceContract,
    TimelineEntry,
)
from accounts.tests.factories import make_contact, make_customer
from accounts.tests.sheets import checked, counts, faults, imported
from core.models import AuditEvent
from core.rules import SHANGHAI
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db

PEOPLE = ["客户编码", "姓名", "职务", "电话", "决策角色", "对我态度"]
BILLS = ["客户编码", "合同号", "账期", "账单总额", "月租", "数据", "录入人", "录入时间"]
CONTRACTS = ["合同编号", "客户编码", "合同名称", "开始日期", "到期日期", "年金额（元）"]
CONTRACT = ["HT-1", "N1", "电路租用", "2026/1/1", "2027年12月31日", "24,000.00"]


@pytest.fixture
def customer():
    return make_customer(manager=make_user(name="王晓明"), code="N1", name="兰亭纸业")


def test_a_contact_is_found_by_name_and_phone(customer):
    contact = make_contact(customer, name="王建华", title="主任", phone="13800000001")
    rows = [PEOPLE, ["N1", "王建华", "局长", "13800000001", "决策人", 2]]

    assert counts(imported(rows, customer.manager, "contacts")) == (0, 1, 0, 0)
    contact.refresh_from_db()
    assert (contact.title, contact.decision_role, contact.attitude) == ("局长", "decider", 2)
    assert Contact.objects.count() == 1
    assert counts(checked(rows, customer.manager, "contacts")) == (0, 0, 1, 0)


def test_a_contact_with_another_phone_is_found_by_title(customer):
    contact = make_contact(customer, name="王建华", title="主任", phone="13800000001")

    row = ["N1", "王建华", "主任", "13900000002", "", ""]

    imported([PEOPLE, row], customer.manager, "contacts")

    contact.refresh_from_db()
    assert contact.phone == "13900000002"


def test_one_who_has_left_is_not_changed_by_a_file(customer):
    made = {"name": "王建华", "title": "主任", "phone": "13800000001"}
    contact = make_contact(customer, is_current=False, decision_role="decider", **made)
    same = ["N1", "王建华", "主任", "13800000001", "决策人", ""]
    rows = [PEOPLE, ["N1", "王建华", "局长", "13800000001", "", ""]]

    job = imported(rows, customer.manager, "contacts")

    assert faults(job) == [(2, "电话")] and "已离任" in job.errors[0]["message"]
    contact.refresh_from_db()
    assert contact.title == "主任"
    assert counts(checked([PEOPLE, same], customer.manager, "contacts")) == (0, 0, 1, 0)


def test_a_bare_name_that_several_carry_is_not_guessed(customer):
    for title in ("主任", "科长"):
        make_contact(customer, name="王建华", title=title)

    job = checked([PEOPLE, ["N1", "王建华", "", "", "", 1]], customer.manager, "contacts")

    assert faults(job) == [(2, "姓名")]


def test_new_contacts_come_once_and_can_be_found(customer):
    rows = [PEOPLE, ["N1", "赵六", "", "057588001234", "", ""], ["N1", "赵六", "科长", "", "", ""]]

    assert counts(imported(rows, customer.manager, "contacts")) == (2, 0, 0, 0)
    assert counts(checked(rows, customer.manager, "contacts")) == (0, 0, 2, 0)
    assert Contact.objects.filter(phone="057588001234").exists()
    assert type(customer).objects.search("1234").get() == customer


@pytest.mark.parametrize("code", ["F1", "NONE"])
def test_a_foreign_code_reads_like_an_unknown_one(customer, code):
    make_customer(manager=make_user(), code="F1")

    job = checked([PEOPLE, [code, "赵六", "", "", "", ""]], customer.manager, "contacts")

    message = "没有这个客户，或者不在您的范围内。"
    assert job.errors[0] == {"row": 2, "column": "客户编码", "value": code, "message": message}


def test_history_keeps_its_author_and_the_trail_names_the_importer(customer):
    rows = [BILLS, ["N1", "", "2009-06", 100, 60, 40, "老陈", "2009-07-02 09:30"]]

    imported(rows, customer.manager, "bills")

    bill = MonthlyBill.objects.get()
    assert (bill.entered_by, bill.entered_at) == (
        "老陈", datetime(2009, 7, 2, 9, 30, tzinfo=SHANGHAI),
    )  # fmt: skip
    event = AuditEvent.objects.about(bill).get()
    assert (event.actor_name, event.at.year) == ("王晓明", 2026)
    assert "老陈" in TimelineEntry.objects.get(customer=customer).detail


def test_a_bill_keeps_reported_and_computed_totals_apart(customer):
    header = [*BILLS, "差额说明"]
    rows = [header, ["N1", "", "2009年6月", 100, 60, 44, "", "", "优惠"]]

    assert counts(imported(rows, customer.manager, "bills")) == (1, 0, 0, 0)
    bill = MonthlyBill.objects.get()
    assert (bill.month, bill.reported_total, bill.computed_total) == (date(2009, 6, 1), 100, 104)
    assert bill.discrepancy == 4
    assert counts(checked(rows, customer.manager, "bills")) == (0, 0, 1, 0)


def test_a_gap_without_a_word_is_bad_as_on_the_page(customer):
    rows = [BILLS, ["N1", "", "2009-06", 100, 60, 44, "", ""]]
    job = checked(rows, customer.manager, "bills")
    assert faults(job) == [(2, "差额说明")]


def test_an_adjustment_closes_the_gap_and_stays_out_of_the_sum(customer):
    header = ["客户编码", "账期", "账单总额", "月租", "数据", "调整"]
    rows = [header, ["N1", "2009-06", 100, 60, 44, -4]]
    assert counts(imported(rows, customer.manager, "bills")) == (1, 0, 0, 0)
    assert MonthlyBill.objects.get().computed_total == 104
    assert counts(checked(rows, customer.manager, "bills")) == (0, 0, 1, 0)


def test_one_changed_item_of_a_bill_is_one_revision_beside_the_sum(customer):
    imported([BILLS, ["N1", "", "2009-06", 100, 60, 40, "", ""]], customer.manager, "bills")
    CustomerViewRevision.objects.all().delete()

    rows = [[*BILLS, "差额说明"], ["N1", "", "2009-06", 100, "", 45, "", "", "优惠"]]
    job = imported(rows, customer.manager, "bills")

    assert counts(job) == (0, 1, 0, 0)
    found = CustomerViewRevision.objects.values_list("field_label", "old", "new")
    assert set(found) == {
        ("明细合计", "100.00", "105.00"),
        ("数据", "40.00", "45.00"),
        ("差额说明", "", "优惠"),
    }
    assert MonthlyBill.objects.get().lines.get(item="monthly_rent").amount == Decimal(60)


def test_a_bill_of_an_account_needs_that_account_at_the_customer(customer):
    mine = BillingAccount.objects.create(customer=customer, contract_no="A1")
    BillingAccount.objects.create(customer=make_customer(manager=make_user()), contract_no="A2")
    rows = [BILLS, *(["N1", no, "2009-06", 1, "", "", "", ""] for no in ("A1", "A2", "A3"))]

    job = imported(rows, customer.manager, "bills")

    assert faults(job) == [(3, "合同号"), (4, "合同号")]
    assert len({fault["message"] for fault in job.errors}) == 1
    assert MonthlyBill.objects.get().account == mine


def test_a_contract_is_found_by_its_number(customer):
    imported([CONTRACTS, CONTRACT], customer.manager, "contracts")
    changed = [*CONTRACT[:5], "25000"]

    job = imported([CONTRACTS, changed], customer.manager, "contracts")

    assert counts(job) == (0, 1, 0, 0)
    contract = ServiceContract.objects.get()
    assert (contract.annual_amount, contract.ends_on) == (25000, date(2027, 12, 31))


def test_a_contract_number_of_another_customer_is_refused(customer):
    other = make_customer(manager=customer.manager, code="N2")
    imported([CONTRACTS, CONTRACT], customer.manager, "contracts")

    job = imported([CONTRACTS, ["HT-1", "N2", *CONTRACT[2:]]], customer.manager, "contracts")

    assert faults(job) == [(2, "合同编号")]
    assert not other.contracts.exists()


def test_a_contract_that_ends_before_it_starts_is_bad(customer):
    row = ["HT-1", "N1", "电路", "2027-01-01", "2026-01-01", 1]

    assert faults(checked([CONTRACTS, row], customer.manager, "contracts")) == [(2, "到期日期")]


def test_what_a_new_contract_lacks_is_named_cell_by_cell(customer):
    job = checked([CONTRACTS, ["HT-1", "N1", "", "", "", ""]], customer.manager, "contracts")

    assert [column for _, column in faults(job)] == CONTRACTS[2:]
