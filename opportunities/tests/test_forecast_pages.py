"""The pages of the forecast (R19): list, grid, review, sum."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import BillLine, MonthlyBill
from accounts.tests.factories import make_customer
from opportunities import forecast_reports as reports
from opportunities import forecast_rules as rules
from opportunities.actions import forecasting
from opportunities.models import DemandForecast, SolutionRequest
from opportunities.tests.factories import make_opportunity
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def month():
    return rules.shifted(timezone.localdate().replace(day=1), 1)


@pytest.fixture
def head():
    return make_user("dept_head")


@pytest.fixture
def manager(head):
    return make_user(department=head.department, reports_to=head)


@pytest.fixture
def customer(manager):
    return make_customer(manager=manager, grade="A", name="嵊州市卫生局")


@pytest.fixture
def as_manager(client, manager):
    client.force_login(manager)
    return client


@pytest.fixture
def as_head(client, head):
    client.force_login(head)
    return client


def edit(customer, month):
    return reverse("opportunities:forecast_edit", args=[customer.pk, f"{month:%Y-%m}"])


GRID = {
    "existing_data": "3,000.50", "new_data": "12000", "probability_data": "40",
    "start_data": "2027-01", "reason_data": "客户来电要扩容", "verb": "submit",
}  # fmt: skip


def bill(customer, month, **items):
    total = sum(items.values())
    row = MonthlyBill.objects.create(
        customer=customer, month=month, reported_total=total, computed_total=total
    )
    for item, amount in items.items():
        BillLine.objects.create(bill=row, item=item, amount=amount)


def handed_in(customer, month, lines, **fields):
    row = forecasting.save_forecast(
        customer=customer, month=month, by=customer.manager, seen_at=None, has_no_demand=False,
        lines=[{"reason": "客户来电", **line} for line in lines],
    )  # fmt: skip
    values = {"state": "submitted", "submitted_at": timezone.now()} | fields
    DemandForecast.objects.filter(pk=row.pk).update(**values)
    row.refresh_from_db()
    return row


def test_the_list_leads_to_the_grid_in_one_tap(as_manager, customer, month):
    page = as_manager.get(reverse("opportunities:forecast_list")).content.decode()
    assert "还没有填" in page and edit(customer, month) in page


def test_the_grid_starts_with_the_suggestion_and_writes_nothing(as_manager, customer, month):
    for back, amount in ((-2, 100), (-3, 200), (-4, 300)):
        bill(customer, rules.shifted(month, back), circuit=Decimal(amount))
    made = make_opportunity(customer, annual_amount=Decimal(240_000))
    page = as_manager.get(edit(customer, month)).content.decode()
    assert 'name="existing_data" value="200"' in page
    assert 'name="new_disaster_recovery" value="240000"' in page
    assert f'<option value="opportunity:{made.pk}" selected>' in page
    assert not DemandForecast.objects.exists()


def test_it_is_submitted_and_the_next_customer_waits_in_the_list(as_manager, customer, month):
    answer = as_manager.post(edit(customer, month), GRID)
    assert answer.status_code == 302
    assert reverse("opportunities:forecast_list") in answer.url
    row = DemandForecast.objects.get()
    line = row.lines.get(business_line="data")
    assert (row.state, row.lines.count()) == ("submitted", 10)
    assert (line.existing_revenue, line.start_month) == (Decimal("3000.50"), date(2027, 1, 1))


def test_new_revenue_without_a_basis_is_told_at_the_cell_and_nothing_typed_is_lost(
    as_manager, customer, month
):
    answer = as_manager.post(edit(customer, month), GRID | {"reason_data": "", "remark_data": "留"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请选择对应的需求或商机，或写明依据" in page and 'value="12000"' in page and "留" in page
    assert not DemandForecast.objects.exists()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("existing_data", "很多", "请填写数字"),
        ("existing_data", "1e30", "不要太大"),
        ("existing_data", "NaN", "请填写数字"),
        ("existing_data", "-1", "大于等于 0"),
        ("probability_data", "101", "0 到 100"),
        ("start_data", "2026-13", "起始月份"),
        ("basis_data", "need:99", "从列表中选择"),
        ("remark_data", "x" * 201, "200 字以内"),
        ("reason_data", "前\x01后", "控制字符"),
    ],
)
def test_a_bad_cell_is_told(as_manager, customer, month, name, value, words):
    answer = as_manager.post(edit(customer, month), GRID | {name: value})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_page_of_another_tab_can_be_saved_after_a_second_look(as_manager, customer, month):
    as_manager.post(edit(customer, month), GRID | {"verb": "save"})
    stale = as_manager.post(edit(customer, month), GRID | {"verb": "save", "new_data": "9"})
    assert "另一个页面" in stale.content.decode()
    seen = stale.context["form"]["seen_at"].value()
    again = GRID | {"verb": "save", "new_data": "9", "seen_at": seen}
    assert as_manager.post(edit(customer, month), again).status_code == 302


def test_copy_forward_brings_last_months_new_business(as_manager, customer, month):
    before = rules.shifted(month, -1)
    line = {"business_line": "video", "existing_revenue": Decimal(1), "probability": 30}
    handed_in(customer, before, [line | {"new_revenue_12m": Decimal(7700)}])
    page = as_manager.get(edit(customer, month) + "?from=last").content.decode()
    assert 'name="new_video" value="7700"' in page


def test_a_line_with_the_flag_asks_the_engineer_once(as_manager, customer, month, head):
    engineer = make_user("solution_engineer", department=head.department)
    grid = GRID | {"verb": "save", "solution_data": "1"}
    assert (
        "请选择出方案的客户工程师" in as_manager.post(edit(customer, month), grid).content.decode()
    )
    grid["engineer"] = engineer.pk
    as_manager.post(edit(customer, month), grid)
    grid["seen_at"] = DemandForecast.objects.get().updated_at.isoformat()
    as_manager.post(edit(customer, month), grid)
    assert SolutionRequest.objects.get().engineer == engineer


def test_a_colleague_sees_no_customer_and_a_head_does_not_write(client, customer, month, head):
    client.force_login(make_user(department=head.department))
    assert client.get(edit(customer, month)).status_code == 404
    client.force_login(head)
    assert client.post(edit(customer, month), GRID).status_code == 403


@pytest.mark.parametrize("month", ["2026-13", "1999-01", "2090-01", "x"])
def test_a_month_that_is_not_open_is_404(as_manager, customer, month):
    url = reverse("opportunities:forecast_edit", args=[customer.pk, month])
    assert as_manager.get(url).status_code == 404


def test_the_head_returns_one_and_accepts_the_rest_together(as_head, manager, month):
    rows = [
        handed_in(make_customer(manager=manager, grade="A"), month,
                  [{"business_line": "data", "existing_revenue": Decimal(10)}])
        for _ in range(3)
    ]  # fmt: skip
    answer = reverse("opportunities:forecast_answer", args=[rows[0].pk])
    assert as_head.post(answer, {"decision": "returned"}).status_code == 422
    assert as_head.post(answer, {"decision": "returned", "note": "补依据"}).status_code == 302
    ids = [row.pk for row in rows]
    as_head.post(reverse("opportunities:forecast_accept"), {"ids": ids})
    states = list(DemandForecast.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["returned", "reviewed", "reviewed"]


def test_the_page_shows_each_time_it_was_handed_in(as_head, customer, month, head):
    line = {"business_line": "data", "existing_revenue": Decimal(10), "reason": "来电",
            "new_revenue_12m": Decimal(1200), "probability": 50}  # fmt: skip
    row = forecasting.save_forecast(
        customer=customer, month=month, by=customer.manager, seen_at=None, has_no_demand=False,
        lines=[line],
    )  # fmt: skip
    forecasting.submit_forecast(forecast=row, by=customer.manager)
    forecasting.review_forecast(forecast=row, is_accepted=False, note="补依据", by=head)
    row.lines.update(probability=80)
    forecasting.submit_forecast(forecast=row, by=customer.manager)
    text = as_head.get(row.get_absolute_url()).content.decode()
    assert "第 2 次提交" in text and "第 1 次提交" in text
    assert "数据可能性：50% → 80%" in text


def test_a_sum_loses_no_cents(head, customer, month):
    """1 000 a year at 33 % are 27.50 a month, on every engine."""
    line = {"business_line": "data", "existing_revenue": Decimal(1), "start_month": month}
    handed_in(customer, month, [line | {"new_revenue_12m": Decimal(1000), "probability": 33}])
    (row,) = reports.roll_up(head, month, "manager")
    assert row.expected == Decimal("28.50")


def test_the_sum_and_its_accuracy_by_hand(head, manager, month):
    """Forecast 900 + 100 = 1 000 and 700; billed 800 and 1 000: total 1 700 of 1 800.

    Accuracy 1 − 100 ÷ 1 800 = 94.4 %; WAPE (200 + 300) ÷ 1 800 = 27.8 %.
    """
    month = rules.shifted(month, -1)
    one, two, three = (make_customer(manager=manager, grade="A") for _ in range(3))
    handed_in(one, month, [{"business_line": "data", "existing_revenue": Decimal(900),
                            "new_revenue_12m": Decimal(2400), "probability": 50,
                            "start_month": month}])  # fmt: skip
    handed_in(two, month, [{"business_line": "voice", "existing_revenue": Decimal(700)}])
    handed_in(three, month, [{"business_line": "voice", "existing_revenue": Decimal(5000)}])
    bill(one, month, circuit=Decimal(800))
    bill(two, month, local_call=Decimal(600), mobile=Decimal(400), adjustment=Decimal(50))
    (row,) = reports.roll_up(head, month, "manager")
    assert (row.customers, row.expected, row.compared) == (3, 6700, 1700)
    assert (row.actual, row.accuracy, row.wape) == (1800, Decimal("94.4"), Decimal("27.8"))
    whole = reports.whole(head, month, [row])
    assert (whole.expected, whole.accuracy) == (6700, Decimal("94.4"))
    lines = {row.key: row.actual for row in reports.roll_up(head, month, "line")}
    assert lines == {"data": 800, "voice": 1000}


def test_the_sum_of_a_manager_holds_only_the_own(as_manager, manager, customer, month, head):
    other = make_user(department=head.department, name="邻座")
    row = [{"business_line": "data", "existing_revenue": Decimal(10)}]
    handed_in(customer, month, row)
    handed_in(make_customer(manager=other, grade="A"), month, row)
    page = as_manager.get(reverse("opportunities:forecast_summary") + "?group=manager")
    assert page.context["whole"].expected == 10
    assert "邻座" not in page.content.decode()


@pytest.mark.parametrize("group", ["manager", "department", "industry", "line"])
def test_each_way_to_sum_opens_and_leaves_as_a_table(as_head, customer, month, group):
    handed_in(customer, month, [{"business_line": "data", "existing_revenue": Decimal(10)}])
    query = f"?month={month:%Y-%m}&group={group}"
    assert as_head.get(reverse("opportunities:forecast_summary") + query).status_code == 200
    file = as_head.post(reverse("opportunities:forecast_export") + query)
    assert file.headers["Content-Type"].endswith("spreadsheetml.sheet")


def test_a_written_forecast_opens_in_the_grid_and_a_submitted_one_to_read(
    as_manager, customer, month
):
    as_manager.post(edit(customer, month), GRID | {"verb": "save"})
    row = DemandForecast.objects.get()
    assert as_manager.get(row.get_absolute_url()).url == edit(customer, month)
    DemandForecast.objects.update(state="submitted", submitted_at=timezone.now())
    page = as_manager.get(row.get_absolute_url()).content.decode()
    assert "客户来电要扩容" in page
    assert as_manager.get(edit(customer, month)).url == row.get_absolute_url()
