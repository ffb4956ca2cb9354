"""The generator in small: the same rows each time, whole, searchable, and nobody's real number."""

import re

import pytest
from django.core.management import CommandError, call_command

from accounts import rules
from accounts.models import BillLine, Contact, Customer, MonthlyBill, SearchKey, TimelineEntry
from accounts.reports import finding
from crm import bulk_names
from staff.models import User

pytestmark = pytest.mark.django_db
SMALL = {"customers": 40, "months": 2, "lines": True, "verbosity": 0}


@pytest.fixture
def book(capsys):
    call_command("bulk_demo", **SMALL)


def test_rows_hang_together(book):
    assert Customer.objects.count() == 40
    assert Contact.objects.count() == 80
    assert MonthlyBill.objects.count() == 80
    assert BillLine.objects.count() == 240
    assert TimelineEntry.objects.count() == 200
    for customer in Customer.objects.select_related("manager", "branch"):
        assert customer.assignments.get(role="primary", valid_to=None).user == customer.manager
        assert customer.department == customer.manager.department
        assert rules.credit_code_fault(customer.credit_code) == ""
        assert customer.tree_path == f"/{customer.pk}/"
    bill = MonthlyBill.objects.first()
    assert sum(line.amount for line in bill.lines.all()) == bill.reported_total


def test_everybody_finds_the_own_customers(book):
    manager = User.objects.get(username="bulk-1")
    mine = Customer.objects.filter(manager=manager)
    assert {row.customer for row in finding.find(manager, "")} == set()
    for customer in mine:
        assert customer in {row.customer for row in finding.find(manager, customer.name)}
    assert len(finding.find(User.objects.get(username="bulk-director"), "yh")) > 3
    assert SearchKey.objects.filter(customer__manager=manager).exists()


def test_numbers_are_nobodys(book):
    phones = Contact.objects.values_list("phone", flat=True)
    assert all(re.fullmatch(r"1380000\d{4}", phone) for phone in phones)


def test_a_second_run_is_refused(book):
    with pytest.raises(CommandError, match="已经存在"):
        call_command("bulk_demo", **SMALL)


def test_names_never_repeat_and_never_change():
    names = [bulk_names.organisation(n)[1] for n in range(20_000)]
    assert len(set(names)) == len(names)
    assert names[:2] == ["绍兴商业银行鉴湖支行", "新昌农商银行鉴湖支行"]
