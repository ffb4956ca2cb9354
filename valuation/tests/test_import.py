"""Raw values from a table: what each row would do, then that, and nothing else (R53–R55)."""

import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from accounts.models import CommunicationBudget, OperatorUsage
from accounts.tests.factories import make_customer
from core.exports import xlsx_bytes
from core.models import AuditEvent
from staff.tests.factories import make_user
from valuation.actions import importing, raw_values
from valuation.actions.tables import BUDGET, COSTS, SHEETS, USAGE
from valuation.models import CustomerMeasure

pytestmark = pytest.mark.django_db
URL, CONFIRM = "/valuation/import/", "/valuation/import/confirm/"
COST_HEAD = ["客户编码", "月份", "营销成本（元/月）", "服务成本", "运维成本", "满意度", "来源"]


@pytest.fixture
def customer():
    return make_customer(code="V1", name="鉴湖重工")


def xlsx(header, *rows):
    content = xlsx_bytes("表", header, rows)
    return SimpleUploadedFile("原始数据.xlsx", content, "application/octet-stream")


def planned(sheet, by, header, *rows):
    stored = importing.keep(upload=xlsx(header, *rows), by=by)
    return stored, importing.plan(stored=stored, sheet=sheet, by=by)


def faults(sheet, by, header, *rows):
    _, found = planned(sheet, by, header, *rows)
    return [(fault.column, fault.message) for one in found for fault in one.faults]


def test_costs_are_shown_first_and_written_after_the_confirmation(client, customer):
    client.force_login(customer.manager)
    row = ["V1", "2026-10", 3000, 2000, 4000, 85, "经营分析月报"]
    answer = client.post(URL, {"sheet": "costs", "upload": xlsx(COST_HEAD, row)})
    assert "新建 1 行" in answer.content.decode() and not CustomerMeasure.objects.exists()
    done = client.post(CONFIRM, {"token": answer.context["token"]}, follow=True)
    assert "新建 1 行，更新 0 行" in done.content.decode()
    measure = CustomerMeasure.objects.get()
    assert (measure.month, measure.cost_om) == (date(2026, 10, 1), Decimal(4000))
    assert (measure.source, measure.entered_by) == ("经营分析月报", customer.manager)


def test_the_same_table_again_changes_nothing_and_a_blank_cell_keeps_what_is(customer):
    by = customer.manager
    stored, _ = planned(COSTS, by, COST_HEAD, ["V1", "2026-10", 3000, 2000, 4000, 85, ""])
    assert importing.apply(stored=stored, sheet=COSTS, by=by) == {importing.NEW: 1}
    events = AuditEvent.objects.filter(verb="valuation.measure_saved").count()
    assert importing.apply(stored=stored, sheet=COSTS, by=by) == {importing.SAME: 1}
    assert AuditEvent.objects.filter(verb="valuation.measure_saved").count() == events
    stored, [one] = planned(COSTS, by, COST_HEAD, ["V1", "2026-10", None, None, 4500, None, None])
    assert (one.deed, one.changes) == (importing.CHANGE, ("cost_om",))
    importing.apply(stored=stored, sheet=COSTS, by=by)
    measure = CustomerMeasure.objects.get()
    assert (measure.cost_marketing, measure.cost_om) == (Decimal(3000), Decimal(4500))


def test_spending_and_budgets_become_wallet_share_and_pv2(customer):
    by = customer.manager
    head = ["客户编码", "年份", "业务", "运营商", "年金额（元）", "来源"]
    rows = (
        ["V1", 2026, "数据", "中国电信", 120_000, ""],
        ["V1", 2026, "数据", "中国移动", 80_000, "客户财务"],
    )
    stored, found = planned(USAGE, by, head, *rows)
    assert not [one.faults for one in found if one.faults]
    importing.apply(stored=stored, sheet=USAGE, by=by)
    head = ["客户编码", "年份", "类别", "金额（万元）"]
    stored, _ = planned(
        BUDGET, by, head, ["V1", 2026, "网络预算", 80], ["V1", 2026, "项目预算", "12.5 万元"]
    )
    importing.apply(stored=stored, sheet=BUDGET, by=by)
    assert OperatorUsage.objects.count() == 2 and CommunicationBudget.objects.count() == 2
    values = raw_values.gather([customer.pk], date(2026, 11, 23))[customer.pk].values
    assert (values["LY4"], values["PV3"]) == (Decimal("0.6000"), Decimal("0.4000"))
    assert values["PV2"] == Decimal("92.50")


def test_a_changed_budget_is_an_update_with_its_revision(customer):
    by, head = customer.manager, ["客户编码", "年份", "类别", "金额（万元）"]
    for amount in (80, 95):
        stored, _ = planned(BUDGET, by, head, ["V1", 2026, "网络预算", amount])
        importing.apply(stored=stored, sheet=BUDGET, by=by)
    assert CommunicationBudget.objects.get().amount_wan == Decimal(95)
    assert AuditEvent.objects.filter(verb="communicationbudget.updated").count() == 1


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (["V1", "2031-10", 1, 1, 1, 80, ""], "月份"),
        (["V1", "2026-10", -1, 1, 1, 80, ""], "营销成本（元/月）"),
        (["V1", "2026-10", 1, 1, 1, 101, ""], "满意度（0–100）"),
        (["V1", "2026-10", "=1+1", 1, 1, 80, ""], "营销成本（元/月）"),
        (["V1", "2026-10", None, None, None, None, "月报"], "客户编码"),
        (["V1", None, 1, 1, 1, 80, ""], "月份"),
    ],
)
def test_a_bad_cell_is_named(customer, row, column):
    assert [name for name, _ in faults(COSTS, customer.manager, COST_HEAD, row)] == [column]


def test_the_customer_of_another_manager_is_not_known(customer):
    row = ["V1", "2026-10", 1, 1, 1, 80, ""]
    [(column, message)] = faults(COSTS, make_user(), COST_HEAD, row)
    assert column == "客户编码" and "不在您的范围内" in message


def test_a_month_twice_in_a_file_is_refused_in_both_rows(customer):
    rows = [["V1", "2026-10", amount, 1, 1, 80, ""] for amount in (1, 2)]
    assert len(faults(COSTS, customer.manager, COST_HEAD, *rows)) == 2


def test_a_rival_needs_a_source(customer):
    head = ["客户编码", "年份", "业务", "运营商", "年金额（元）"]
    row = ["V1", 2026, "数据", "中国移动", 80_000]
    assert faults(USAGE, customer.manager, head, row) == [("来源", "其他运营商的数据请注明来源。")]


def test_yuan_in_a_column_of_wan_is_refused(customer):
    head = ["客户编码", "年份", "类别", "金额（万元）"]
    row = ["V1", 2026, "网络预算", "800000 元"]
    assert faults(BUDGET, customer.manager, head, row) == [("金额（万元）", "这一列的单位是万元。")]


def test_a_table_without_its_columns_stands_at_the_file(client, customer):
    client.force_login(customer.manager)
    answer = client.post(URL, {"sheet": "costs", "upload": xlsx(["名称"], ["甲"])})
    assert answer.status_code == 422 and "缺少这些列" in answer.content.decode()


@pytest.mark.parametrize("code", SHEETS)
def test_the_template_brings_nothing_in_by_itself(client, customer, code):
    client.force_login(customer.manager)
    answer = client.get(f"{URL}template/{code}/")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert [cell.value for cell in sheet[1]] == [c.label for c in SHEETS[code].columns]
    upload = SimpleUploadedFile("模板.xlsx", answer.content, "application/octet-stream")
    again = client.post(URL, {"sheet": code, "upload": upload})
    assert again.status_code == 422 and "除了示例以外没有数据行" in again.content.decode()


def test_the_director_brings_costs_but_not_what_belongs_to_the_file(client):
    client.force_login(make_user("branch_director"))
    assert "通信与信息化预算" not in client.get(URL).content.decode()
    assert client.get(f"{URL}template/budget/").status_code == 404


def test_nobody_confirms_the_file_of_another(client, customer):
    client.force_login(customer.manager)
    row = ["V1", "2026-10", 1, 1, 1, 80, ""]
    token = client.post(URL, {"sheet": "costs", "upload": xlsx(COST_HEAD, row)}).context["token"]
    client.force_login(make_user())
    assert client.post(CONFIRM, {"token": token}).status_code == 404
    assert client.post(CONFIRM, {"token": "x"}).status_code == 404


def test_who_may_not_give_raw_values_gets_403(client):
    client.force_login(make_user("auditor"))
    assert client.get(URL).status_code == 403 and client.post(CONFIRM).status_code == 403
