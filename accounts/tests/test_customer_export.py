"""An export is exactly the filtered list, safe to open, and written down (issue 3.8)."""

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import MonthlyBill
from accounts.tests.factories import make_contact, make_customer, make_duty
from accounts.views import lists
from core.models import AuditEvent
from staff.tests.factories import make_branch, make_department, make_user

pytestmark = pytest.mark.django_db
FORMATS = ("xlsx", "csv")


def export(client, user, kind, query="", **headers):
    client.force_login(user)
    url = reverse("accounts:customer_export") + (f"?{query}" if query else "")
    return client.post(url, {"format": kind}, headers=headers)


def table(response, kind):
    content = response.getvalue()
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    sheet = load_workbook(io.BytesIO(content)).active
    return [["" if v is None else v for v in row] for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize("kind", FORMATS)
def test_it_holds_exactly_the_filtered_rows_in_their_order(client, kind):
    manager = make_user()
    second = make_customer(manager=manager, code="T9", name="鉴湖银行", grade="A")
    first = make_customer(manager=manager, code="T8", name="稽山银行", grade="A")
    make_customer(manager=manager, grade="B")
    rows = table(export(client, manager, kind, "grade=A&columns=grade&columns=manager"), kind)
    assert rows == [
        ["客户编码", "客户名称", "客户等级", "客户经理"],
        [first.code, "稽山银行", "A 级", manager.name],
        [second.code, "鉴湖银行", "A 级", manager.name],
    ]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("role", ["account_manager", "dept_head", "branch_director", "auditor"])
def test_a_canary_out_of_scope_is_not_in_it(client, kind, role):
    user = make_user(role, department=make_department())
    elsewhere = make_department(branch=make_branch())
    make_customer(manager=make_user(department=elsewhere), name="金丝雀专案局", grade="A")
    rows = table(export(client, user, kind, "grade=A"), kind)
    assert len(rows) == 1
    assert "0" in AuditEvent.objects.get(verb="customers.exported").changes["行数"]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "＝1+1"])
def test_a_name_that_looks_like_a_formula_is_text(client, kind, name):
    customer = make_customer(name=name)
    response = export(client, customer.manager, kind)
    if kind == "csv":
        assert table(response, kind)[1][1] == f"'{name}"
    else:
        cell = load_workbook(io.BytesIO(response.getvalue())).active["B2"]
        assert (cell.data_type, cell.value) == ("s", name)


@pytest.mark.parametrize("kind", FORMATS)
def test_phones_are_masked(client, kind):
    customer = make_customer()
    make_contact(customer, phone="13800001234")
    response = export(client, customer.manager, kind, "columns=contact&columns=phone")
    assert table(response, kind)[1][2:] == ["王建华（主任）", "138****1234"]


def test_every_column_can_be_exported_and_costs_no_query_a_row(client):
    manager = make_user()
    counts = []
    for rows in (1, 29):
        for _ in range(rows):
            customer = make_customer(manager=manager)
            make_contact(customer)
            make_duty(customer, manager)
            MonthlyBill.objects.create(
                customer=customer, month=date(2026, 9, 1), reported_total=7, computed_total=7
            )
        query = "&".join(f"columns={code}" for code in lists.columns.COLUMNS)
        export(client, manager, "csv", query)  # signs in and learns the regions
        with CaptureQueriesContext(connection) as seen:
            content = table(export(client, manager, "csv", query), "csv")
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert len(content) == 31
    assert "7.00" in content[1]


def test_it_is_audited_with_its_row_count_filter_and_columns(client):
    customer = make_customer(grade="A")
    make_customer(manager=customer.manager, grade="B")
    export(client, customer.manager, "csv", "grade=A&columns=region&cursor=x&utm=1")
    event = AuditEvent.objects.get(verb="customers.exported")
    assert event.actor == customer.manager
    assert event.changes["行数"] == ["", "1"]
    assert event.changes["筛选条件"] == ["", "grade=A&columns=region"]
    assert event.changes["列"] == ["", "客户编码、客户名称、所属区域"]


@pytest.mark.parametrize(
    ("kind", "query"), [("xml", ""), ("", ""), ("csv", "grade=Z"), ("xlsx", "manager=x")]
)
def test_a_senseless_request_exports_nothing(client, kind, query):
    customer = make_customer()
    response = export(client, customer.manager, kind, query)
    assert response.status_code == 302
    assert not AuditEvent.objects.filter(verb="customers.exported").exists()


def test_too_many_rows_for_excel_are_refused_and_csv_takes_them(client, monkeypatch):
    monkeypatch.setattr(lists, "MOST_XLSX_ROWS", 1)
    manager = make_user()
    for _ in range(2):
        make_customer(manager=manager)
    assert export(client, manager, "xlsx").status_code == 302
    assert len(table(export(client, manager, "csv"), "csv")) == 3


def test_rows_come_in_batches_without_loss(client, monkeypatch):
    monkeypatch.setattr(lists, "BATCH", 3)
    manager = make_user()
    codes = sorted(make_customer(manager=manager).code for _ in range(8))
    assert [row[0] for row in table(export(client, manager, "csv"), "csv")[1:]] == codes


def test_roles_without_customers_get_403_and_get_is_refused(client):
    assert export(client, make_user("back_office"), "csv").status_code == 403
    client.force_login(make_user())
    assert client.get(reverse("accounts:customer_export")).status_code == 405
