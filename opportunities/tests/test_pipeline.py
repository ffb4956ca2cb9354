"""The weighted pipeline and conversion from rows (§B.4, §B.7, E.5 O1)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import make_customer
from core.rules import SHANGHAI
from opportunities import pipeline_reports as reports
from opportunities.actions import keeping
from opportunities.models import Opportunity, OpportunityLine, StageMove
from opportunities.tests.factories import make_opportunity
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db
WAN = 10_000


@pytest.fixture
def manager():
    return make_user()


@pytest.fixture
def customer(manager):
    return make_customer(manager=manager)


def put(customer, amount, probability, close, **fields):
    made = make_opportunity(customer, one_off_amount=Decimal(amount) * WAN, expected_close=close)
    values = {"probability": probability, "expected_close": close} | fields
    Opportunity.objects.filter(pk=made.pk).update(**values)
    return made


@pytest.fixture
def o1(customer):
    """E.5 O1: 200 × 65 %, 100 × 40 %, 40 × 25 %: weighted 180 万元."""
    today = timezone.localdate()
    return [
        put(customer, 200, 65, today + timedelta(days=40), stage="proposal"),
        put(customer, 100, 40, today - timedelta(days=1), stage="approved"),
        put(customer, 40, 25, None, stage="qualified"),
    ]


def test_o1_weighs_180_and_the_overdue_stands_apart(o1, manager):
    found = reports.pipeline(manager, timezone.localdate(), "owner")
    assert (found.whole.total, found.whole.count) == (180 * WAN, 3)
    assert found.overdue == 40 * WAN
    assert found.whole.cells["none"] == 10 * WAN


def test_what_is_ended_or_put_aside_is_not_counted(o1, customer, manager):
    put(customer, 9, 50, None, stage="suspended", suspended_reason="x", review_on=date(2027, 1, 1))
    put(customer, 9, 0, None, stage="lost", loss_reason="policy", lesson="x",
        ended_at=timezone.now())  # fmt: skip
    assert reports.pipeline(manager, timezone.localdate(), "phase").whole.count == 3


@pytest.mark.parametrize("group", list(reports.GROUPS))
def test_every_figure_equals_the_sum_of_the_list_it_leads_to(o1, customer, manager, group):
    today = timezone.localdate()
    OpportunityLine.objects.create(
        opportunity=o1[0], business_line="data", amount=Decimal(150 * WAN)
    )
    OpportunityLine.objects.create(
        opportunity=o1[0], business_line="video", amount=Decimal(50 * WAN)
    )
    found = reports.pipeline(manager, today, group)
    assert sum(row.total for row in found.rows) == found.whole.total == 180 * WAN
    adds_up(found, manager, group)


def adds_up(found, manager, group):
    today = timezone.localdate()
    assert sum(row.total for row in found.rows) == found.whole.total
    for row in found.rows:
        for column, amount in row.cells.items():
            rows = reports.rows_of(manager, today, group=group, key=row.key, column=column)
            assert reports.weighted_of(rows) == amount.quantize(Decimal("0.01"))
            assert rows.count() == row.counts[column]


def spread(row, *lines):
    for name, amount in lines:
        OpportunityLine.objects.create(opportunity=row, business_line=name, amount=Decimal(amount))


def edited(row, yuan):
    row.refresh_from_db()
    return keeping.change(
        opportunity=row, seen_at=row.updated_at, by=row.owner, one_off_amount=Decimal(yuan)
    )


def by_line(manager):
    found = reports.pipeline(manager, timezone.localdate(), "line")
    adds_up(found, manager, "line")
    return {row.name: row.total for row in found.rows}


def test_what_was_added_to_the_amount_stands_under_no_line(customer, manager):
    """Lines of 2 000 000; raised to 2 500 000.01 at 10 %: 50 000.001 belong to none yet."""
    row = make_opportunity(customer, one_off_amount=Decimal(2_000_000))
    spread(row, ("data", 1_500_000), ("video", 500_000))
    edited(row, "2500000.01")
    found = by_line(manager)
    assert found == {"数据": 150_000, "视频": 50_000, "未分业务": Decimal("50000.001")}


def test_what_was_taken_from_the_amount_is_taken_from_each_line(customer, manager):
    """Lines of 300 each; lowered to 100.01 at 10 %: thirds of 10.001, and nothing lost."""
    row = make_opportunity(customer, one_off_amount=Decimal(900))
    spread(row, ("data", 300), ("video", 300), ("voice", 300))
    edited(row, "100.01")
    found = by_line(manager)
    assert sorted(found.values()) == [Decimal("3.3336"), Decimal("3.3337"), Decimal("3.3337")]


def test_the_lines_add_up_whatever_was_edited(o1, customer, manager):
    for number, yuan in enumerate(("333333.33", "7", "1000000", "0.05")):
        row = make_opportunity(customer, one_off_amount=Decimal(300_000))
        spread(row, ("data", "100000.01"), ("video", "99999.98"), ("voice", "100000.01"))
        Opportunity.objects.filter(pk=row.pk).update(probability=33 + number)
        edited(row, yuan)
    assert len(by_line(manager)) == 4


def test_a_manager_sees_only_what_is_in_scope(o1, client):
    other = make_user()
    assert reports.pipeline(other, timezone.localdate(), "owner").whole.count == 0
    client.force_login(other)
    page = client.get(reverse("opportunities:pipeline_rows")).content.decode()
    assert "同城灾备中心" not in page


def test_conversion_of_a_set_counted_by_hand(customer, manager):
    """Won 100 and 200, lost 300 and 400 万元 in 2026: 2 of 4 = 50 %, 300 of 1 000 = 30 %.

    Days: 10 and 30 = 20. Four entered 商机登记, three went on; three entered 需求确认, two did (one
    of them jumped to 报价投标 as a tender). What was won in 2025 does not count.
    """
    start = datetime(2026, 3, 1, 9, tzinfo=SHANGHAI)
    ways = [
        (100, 10, "won", ["qualified", "approved"]),
        (200, 30, "won", ["qualified", "proposal"]),
        (300, 5, "lost", ["qualified"]),
        (400, 5, "lost", []),
    ]
    for amount, days, end, stages in ways:
        closed(customer, amount, start, days, end, stages)
    closed(customer, 900, start - timedelta(days=365), 50, "won", [])
    year = [datetime(y, 1, 1, tzinfo=SHANGHAI) for y in (2026, 2027)]
    found = reports.conversion(manager, *year)
    assert (found.ended.won, found.ended.lost) == (2, 2)
    assert (found.ended.count_rate, found.ended.amount_rate) == (Decimal("50.0"), Decimal("30.0"))
    assert found.days == Decimal("20.0")
    steps = {step.stage: (step.entered, step.advanced) for step in found.steps}
    assert (steps["identified"], steps["qualified"]) == ((4, 3), (3, 2))
    assert [(code, count) for code, _, count, _ in found.losses] == [("price", 2)]
    assert found.wins == [("solution", "方案", 1, 100 * WAN)]


def closed(customer, amount, start, days, end, stages):
    made = make_opportunity(customer, one_off_amount=Decimal(amount) * WAN)
    made.moves.all().delete()
    before, at = "", start
    for stage in ["identified", *stages, end]:
        at = start + timedelta(days=days) if stage == end else at + timedelta(hours=1)
        at = start if stage == "identified" else at
        StageMove.objects.create(
            opportunity=made, from_stage=before, to_stage=stage, probability=0, amount=0,
            by=customer.manager, at=at,
        )  # fmt: skip
        before = stage
    values = {"stage": end, "ended_at": start + timedelta(days=days)}
    if end == "won":
        values |= {"contract_no": f"C{made.pk}", "signed_on": date(2026, 4, 1)}
        values |= {"win_reason": "solution" if amount < 200 else ""}
    else:
        values |= {"loss_reason": "price", "lesson": "早些报价"}
        values |= {"winner": "移动", "price_gap_pct": Decimal(8)}
    Opportunity.objects.filter(pk=made.pk).update(**values)


@pytest.mark.parametrize("group", list(reports.GROUPS))
def test_the_page_and_its_table_open(o1, client, manager, group):
    client.force_login(manager)
    page = client.get(reverse("opportunities:pipeline") + f"?group={group}")
    assert "180.00 万元" in page.content.decode()
    file = client.post(reverse("opportunities:pipeline_export") + f"?group={group}")
    assert file.headers["Content-Type"].endswith("spreadsheetml.sheet")


@pytest.mark.parametrize(
    "query", ["?group=x", "?column=2020-01", "?group=owner&key=x", "?group=phase&key=%00"]
)
def test_an_address_of_no_figure_is_404(client, manager, query):
    client.force_login(manager)
    assert client.get(reverse("opportunities:pipeline_rows") + query).status_code == 404


def test_why_it_was_won_stands_on_its_page_and_beside_why_others_were_lost(
    client, customer, manager
):
    start = timezone.now() - timedelta(days=3)
    closed(customer, 100, start, 2, "won", ["qualified"])
    closed(customer, 50, start, 2, "lost", ["qualified"])
    client.force_login(manager)
    months = f"?from={start:%Y-%m}&to={timezone.now():%Y-%m}"
    text = client.get(reverse("opportunities:pipeline") + months).content.decode()
    assert "赢单原因" in text
    assert "输单原因" in text
    won = Opportunity.objects.get(stage="won")
    assert "赢在方案" in client.get(won.get_absolute_url()).content.decode()
