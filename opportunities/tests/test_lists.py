"""List, sums, export, board: one filter set, one scope, one cost."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.tests.factories import make_customer
from core.models import AuditEvent
from opportunities import list_reports, stage_reports, stage_rules
from opportunities.models import Opportunity
from opportunities.tests.factories import make_opportunity
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db
LIST, BOARD = reverse("opportunities:list"), reverse("opportunities:board")


def wan(amount, probability, customer, **fields):
    """`amount` 万元 at `probability` %, running."""
    row = make_opportunity(customer, one_off_amount=Decimal(amount) * 10_000, **fields)
    Opportunity.objects.filter(pk=row.pk).update(probability=probability)
    return row


@pytest.fixture
def manager(client):
    user = make_user()
    client.force_login(user)
    return user


def test_o1_and_o2_weigh_what_the_plan_says():
    c7, c19, c27, c31 = (make_customer() for _ in range(4))
    cases = {
        c7: [(200, 65), (100, 40), (40, 25)],
        c19: [(100, 65), (60, 50)],
        c27: [(150, 80)],
        c31: [(130, 50), (100, 40)],
    }
    for customer, rows in cases.items():
        for amount, probability in rows:
            wan(amount, probability, customer)
    weighed = [
        list_reports.sums(Opportunity.objects.filter(customer=one)).weighted / 10_000
        for one in cases
    ]
    assert weighed == [180, 95, 120, 105]


def test_the_list_shows_only_ones_own_and_sums_only_those(client, manager):
    wan(10, 50, make_customer(manager=manager), name="自己的专线")
    wan(90, 50, make_customer(), name="别人的专线")
    page = client.get(LIST)
    assert "自己的专线" in page.content.decode()
    assert "别人的专线" not in page.content.decode()
    found = page.context["sums"]
    assert (found.count, found.amount, found.weighted) == (1, 100_000, 50_000)


def test_htmx_gets_only_the_rows(client, manager):
    wan(10, 50, make_customer(manager=manager))
    text = client.get(LIST, headers={"hx-request": "true"}).content.decode()
    assert "opportunity-rows" in text
    assert "<html" not in text


@pytest.mark.parametrize(
    ("query", "name"),
    [("stage=open", "甲"), ("stage=qualified", "乙"), ("kind=voice", "乙"), ("amount=50", "乙"),
     ("month=2027-02", "甲"), ("source=call", "甲"), ("phase=assess", "乙"), ("q=甲", "甲"),
     ("stale=1", "乙")],
)  # fmt: skip
def test_each_filter_finds_its_own(client, manager, query, name):
    customer = make_customer(manager=manager)
    one = wan(10, 10, customer, name="甲", source="call", expected_close=date(2027, 2, 28))
    two = wan(80, 25, customer, name="乙", kind="voice", expected_close=date(2027, 3, 1))
    long_ago = timezone.now() - timedelta(days=31)
    Opportunity.objects.filter(pk=two.pk).update(stage="qualified", stage_since=long_ago)
    names = {row.opportunity.name for row in client.get(f"{LIST}?{query}").context["rows"]}
    assert one.pk and name in names
    assert names == {"甲", "乙"} if query == "stage=open" else names == {name}


def test_what_waits_for_the_head_includes_a_tender_that_has_just_come_in(client, manager):
    customer = make_customer(manager=manager)
    wan(10, 10, customer, name="刚登记的")
    wan(10, 10, customer, name="刚来的招标", source="tender_notice")
    asked = wan(10, 25, customer, name="确认过的")
    Opportunity.objects.filter(pk=asked.pk).update(stage="qualified")
    page = client.get(f"{LIST}?stage=go")
    names = {row.opportunity.name for row in page.context["rows"]}
    assert names == {"刚来的招标", "确认过的"}
    waiting = Opportunity.objects.awaiting_go()
    assert all(stage_rules.go_leads_to(row.stage, row.is_tender) for row in waiting)


def test_stale_in_sql_is_stale_in_the_rule(manager):
    customer, today = make_customer(manager=manager), timezone.localdate()
    row = make_opportunity(customer)
    for days in (14, 15, 16):
        since = timezone.now() - timedelta(days=days)
        Opportunity.objects.filter(pk=row.pk).update(stage_since=since)
        found = Opportunity.objects.filter(stage_reports.stale_ones(today)).exists()
        assert found is stage_rules.is_stale(timezone.localdate(since), today, 15)
        assert found is (days == 16)


def test_the_file_has_exactly_the_filtered_rows_and_is_written_down(client, manager):
    customer = make_customer(manager=manager)
    wan(10, 10, customer, name="甲专线")
    wan(10, 10, customer, name="=乙专线", kind="voice")
    wan(10, 10, make_customer(), name="别人的", kind="voice")
    answer = client.post(reverse("opportunities:export") + "?kind=voice")
    sheet = load_workbook(BytesIO(answer.content)).active
    names = [row[3] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert names == ["=乙专线"]
    assert AuditEvent.objects.filter(verb="opportunity.exported").count() == 1


def test_the_board_limits_its_columns_and_counts_all(client, manager):
    customer = make_customer(manager=manager)
    for number in range(list_reports.CARDS + 3):
        wan(10, 10, customer, name=f"商机{number}")
    column = client.get(BOARD).context["columns"][0]
    assert (len(column.cards), column.hidden, column.sums.count) == (12, 3, 15)
    assert column.sums.weighted == 15 * 10_000


@pytest.mark.parametrize("page", [LIST, BOARD, reverse("crm:today")])
def test_thirty_cost_as_many_queries_as_one(client, manager, page, django_assert_max_num_queries):
    customer = make_customer(manager=manager)
    wan(10, 10, customer)
    client.get(page)
    with django_assert_max_num_queries(40) as one:
        client.get(page)
    for _ in range(29):
        wan(10, 10, customer)
    with django_assert_max_num_queries(40) as thirty:
        client.get(page)
    assert len(thirty) == len(one)


def test_the_engineer_sees_the_assigned_one_only(client):
    engineer = make_user("solution_engineer")
    client.force_login(engineer)
    mine = make_opportunity(engineer=engineer, name="我的方案")
    other = make_opportunity(name="别人的方案")
    assert client.get(mine.get_absolute_url()).status_code == 200
    assert client.get(other.get_absolute_url()).status_code == 404
    assert [row.opportunity for row in client.get(LIST).context["rows"]] == [mine]
