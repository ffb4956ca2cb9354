"""收入分析: figures by hand, in one's own scope, each also as a file."""

import io
from decimal import Decimal as D

import pytest
from openpyxl import load_workbook

from accounts.tests.factories import make_customer, make_industry
from core.models import Parameter
from staff.tests.factories import make_department, make_user
from valuation import revenue_file_reports
from valuation.models import ValueModel
from valuation.tests.reading_factories import make_bills, make_cohort

pytestmark = pytest.mark.django_db
URL = "/valuation/revenue/?month=2026-10"
BANK_A = {
    "monthly_rent": D(19358), "local_call": D(14361), "long_distance": D(17958),
    "data": D(3264), "circuit": D(90767), "adjustment": D(-4726),
}  # fmt: skip


def cells(chart):
    return {row[0]: dict(zip(chart.headers[1:], row[1:], strict=True)) for row in chart.rows}


def test_the_bill_of_bank_a_gives_the_shares_of_the_book_without_the_adjustment(client):
    manager = make_user()
    make_bills(make_customer(manager=manager), BANK_A, months=1)
    client.force_login(manager)
    page = client.get(f"{URL}&period=month&way=item")
    assert cells(page.context["chart"]["horizontal"])["金融"] == {
        "月租": "13.29%", "市话": "9.86%", "长话": "12.32%", "数据": "2.24%", "电路": "62.29%",
    }  # fmt: skip
    assert page.context["found"].total == 145708


def test_three_groups_of_the_province_have_57_21_and_22_percent(client):
    manager = make_user()
    groups = (("A1", "一", 65550), ("A2", "二", 24150), ("A3", "三", 25300))
    for code, name, amount in groups:
        customer = make_customer(manager=manager, industry=make_industry(code, name))
        make_bills(customer, {"circuit": D(amount)}, months=1)
    client.force_login(manager)
    page = client.get(f"{URL}&period=month&way=item")
    assert cells(page.context["chart"]["vertical"])["电路"] == {
        "一": "57.00", "三": "22.00", "二": "21.00",
    }  # fmt: skip


@pytest.mark.parametrize("way", ["item", "line"])
def test_every_row_of_shares_adds_up_to_a_hundred(client, way):
    manager = make_user()
    make_cohort(20, manager)
    client.force_login(manager)
    chart = client.get(f"{URL}&way={way}").context["chart"]
    for row in (*chart["horizontal"].rows, *chart["vertical"].rows):
        assert sum(D(cell.rstrip("%")) for cell in row[1:]) == 100


def banks(manager, count, data, circuit):
    return [one_bank(manager, data, circuit) for _ in range(count)]


def one_bank(manager, data, circuit):
    customer = make_customer(manager=manager)
    make_bills(customer, {"data": D(data), "circuit": D(circuit)}, months=1)
    return customer


def test_the_shortfall_leaves_the_customer_out_of_an_industry_of_five(client):
    manager = make_user()
    banks(manager, 4, 60, 40)
    low = one_bank(manager, 10, 90)
    client.force_login(manager)
    page = client.get(f"{URL}&period=month&way=item")
    row = page.context["shortfalls"].rows[0]
    assert (row.customer, row.line, row.gap.shortfall) == (low, "数据", D("50.00"))
    assert (row.gap.own_percent, row.gap.reference_percent) == (D("10.00"), D("60.00"))
    assert f"customer={low.pk}&amp;source=revenue_gap" in page.content.decode()


def test_in_an_industry_of_four_the_customer_counts_itself(client):
    manager = make_user()
    banks(manager, 3, 60, 40)
    one_bank(manager, 20, 80)
    client.force_login(manager)
    row = client.get(f"{URL}&period=month&way=item").context["shortfalls"].rows[0]
    assert row.gap.reference_percent == D("50.00") and row.gap.shortfall == D("30.00")


@pytest.mark.parametrize("strangers", [4, 5])
def test_strangers_enter_the_average_only_when_none_of_them_shows(client, strangers):
    manager, other = make_user(), make_user(department=make_department())
    low = one_bank(manager, 10, 90)
    banks(other, strangers, 80, 20)
    client.force_login(manager)
    page = client.get(f"{URL}&period=month&way=item")
    rows = [row for row in page.context["shortfalls"].rows if row.customer == low]
    assert page.context["found"].total == 100
    if strangers == 4:
        assert rows == [] and not page.context["shortfalls"].is_pooled
    else:
        assert rows[0].gap.reference_percent == D("80.00") and page.context["shortfalls"].is_pooled


def test_totals_of_a_manager_hold_no_stranger(client):
    manager, other = make_user(), make_user(department=make_department())
    make_bills(make_customer(manager=manager), {"data": D(100)}, months=24)
    stranger = make_customer(manager=other, name="外人单位", industry=make_industry("EDU", "教育"))
    make_bills(stranger, {"data": D(777), "ict": D(5)}, months=24)
    client.force_login(manager)
    page = client.get(URL)
    assert page.context["found"].total == 1200
    assert {row.amount for row in page.context["months"]} == {D(100)}
    assert [row.amount for row in page.context["growth"]] == [D(1200)]
    html = page.content.decode()
    assert "外人单位" not in html and "777" not in html
    for table in revenue_file_reports.TABLES:
        sheet = load_workbook(io.BytesIO(client.post(export(table)).content)).active
        texts = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row]
        assert not {"外人单位", "教育", "777", "5"} & set(texts), table


def export(table):
    return f"/valuation/revenue/{table}/export/?month=2026-10"


def test_growth_against_a_year_before_and_new_where_there_was_nothing(client):
    manager = make_user()
    make_bills(make_customer(manager=manager), {"data": D(110)}, months=24, grown=D(100) / 110)
    make_bills(make_customer(manager=manager), {"ict": D(50)}, months=12)
    client.force_login(manager)
    page = client.get(f"{URL}&way=item")
    found = {row.name: str(row.yoy) for row in page.context["growth"]}
    assert found == {"数据": "+10.0%", "ICT": "新增"}
    assert {str(row.yoy) for row in page.context["months"]} == {"+60.0%"}


def test_the_quotient_of_a_line_is_its_share_by_the_share_in_all(client):
    manager = make_user()
    make_bills(make_customer(manager=manager), {"data": D(60), "circuit": D(40)}, months=1)
    other = make_customer(manager=manager, industry=make_industry("EDU", "教育"))
    make_bills(other, {"data": D(20), "circuit": D(80)}, months=1)
    client.force_login(manager)
    page = client.get(f"{URL}&period=month&way=item")
    assert cells(page.context["chart"]["quotients"]) == {
        "金融": {"数据": "1.50", "电路": "0.67"}, "教育": {"数据": "0.50", "电路": "1.33"},
    }  # fmt: skip


def two_lines(manager, data, internet):
    """Of two business lines; `one_bank` has two items of the same."""
    customer = make_customer(manager=manager)
    make_bills(customer, {"data": D(data), "internet": D(internet)}, months=1)
    return customer


def of_customer(client, customer):
    return client.get(f"/valuation/customers/{customer.pk}/")


def test_the_page_of_a_customer_shows_what_it_lacks_against_its_industry(client):
    manager = make_user()
    [two_lines(manager, 60, 40) for _ in range(4)]
    low = two_lines(manager, 10, 90)
    client.force_login(manager)
    page = of_customer(client, low)
    html = page.content.decode()
    assert "收入与同行业对比" in html and "50.00" in html and "差额合计 50.00 元" in html
    assert f"customer={low.pk}&amp;source=revenue_gap" in html
    chart = page.context["compared_chart"]
    assert {tuple(row) for row in chart.rows} == {
        ("数据", "10.00%", "60.00%"), ("互联网", "90.00%", "40.00%"),
    }  # fmt: skip
    url = f"/valuation/customers/{low.pk}/gaps/export/"
    assert client.get(url).status_code == 405
    sheet = load_workbook(io.BytesIO(client.post(url).content)).active
    rows = [[str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert any(row[0] == "数据" and D(row[5]) == 50 for row in rows if len(row) > 5)


def test_the_page_and_the_analysis_say_the_same_of_a_customer(client):
    manager = make_user()
    made = make_cohort(20, manager)
    client.force_login(manager)
    rows = client.get(f"{URL}&way=line").context["shortfalls"].rows
    for customer in made[:6]:
        own = {row.line: row.gap.shortfall for row in rows if row.customer == customer}
        compared = of_customer(client, customer).context["compared"]
        shown = {name: gap.shortfall for name, gap in compared.rows if gap.shortfall}
        assert own.items() <= shown.items()


@pytest.mark.parametrize("strangers", [4, 5])
def test_strangers_enter_the_page_of_a_customer_only_when_none_of_them_shows(client, strangers):
    manager, other = make_user(), make_user(department=make_department())
    low = two_lines(manager, 10, 90)
    [two_lines(other, 80, 20) for _ in range(strangers)]
    client.force_login(manager)
    compared = of_customer(client, low).context["compared"]
    shares = {gap.code: gap.reference_percent for gap in compared.gaps}
    assert compared.is_pooled == (strangers == 5)
    assert max(shares.values()) == (D("80.00") if strangers == 5 else D("90.00"))


def test_the_comparison_costs_the_same_with_many_customers(
    client, django_assert_num_queries, django_assert_max_num_queries
):
    manager = make_user()
    low = two_lines(manager, 10, 90)
    client.force_login(manager)
    of_customer(client, low)
    with django_assert_max_num_queries(60) as few:
        of_customer(client, low)
    [two_lines(manager, 60, 40) for _ in range(20)]
    with django_assert_num_queries(len(few)):
        of_customer(client, low)


def test_without_bills_the_page_says_so_and_a_stranger_gets_404(client):
    manager = make_user()
    customer = make_customer(manager=manager)
    client.force_login(manager)
    assert "没有账单明细" in of_customer(client, customer).content.decode()
    client.force_login(make_user())
    url = f"/valuation/customers/{customer.pk}/gaps/export/"
    assert (of_customer(client, customer).status_code, client.post(url).status_code) == (404, 404)


def test_from_how_many_customers_and_what_is_much_is_said_by_rows(client):
    manager = make_user()
    banks(manager, 4, 60, 40)
    one_bank(manager, 10, 90)
    ValueModel.objects.update(min_cohort=6)
    Parameter.objects.filter(key="quotient_over").update(value="1.35")
    client.force_login(manager)
    page = client.get(f"{URL}&period=month&way=item")
    assert page.context["shortfalls"].rows[0].gap.reference_percent == D("50.00")
    html = page.content.decode()
    assert "行业有 6 家以上时不含本客户" in html and "高于 1.35 为用得多，低于 0.8 为用得少" in html
    pieces = page.context["chart"]["quotients"].option["visualMap"]["pieces"]
    assert [piece["label"] for piece in pieces] == ["低于 0.8", "0.8–1.35", "高于 1.35"]


def test_every_table_is_a_file_by_post_only(client):
    manager = make_user()
    make_cohort(12, manager)
    client.force_login(manager)
    for table in revenue_file_reports.TABLES:
        assert client.get(export(table)).status_code == 405
        answer = client.post(export(table))
        assert answer.status_code == 200 and answer.content[:2] == b"PK"
    assert client.post(export("nonsense")).status_code == 404


@pytest.mark.parametrize("query", ["period=x", "way=x", "month=2026-13", "month=²", "period="])
def test_an_odd_address_gives_the_usual_page(client, query):
    client.force_login(make_user())
    assert client.get(f"/valuation/revenue/?{query}").status_code == 200


@pytest.mark.parametrize("query", ["industry=x", "industry=0", "industry=9" + "9" * 30])
def test_an_industry_that_is_not_there_is_404(client, query):
    client.force_login(make_user())
    assert client.get(f"/valuation/revenue/?{query}").status_code == 404
