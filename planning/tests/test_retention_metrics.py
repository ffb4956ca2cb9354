"""Five figures of ten customers, counted by hand (R49, §B.7; E.6 check 10)."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from accounts.models import Customer, MonthlyBill, ProductInstance, ServiceContract
from accounts.tests.factories import make_customer
from core.rules import SHANGHAI
from planning import metric_rules as rules
from planning import retention_reports as reports
from planning.actions.retention_metrics import count_missing, count_month
from planning.models import RetentionFact, RetentionMetricSnapshot
from planning.tests.retention_factories import make_bills, make_contract, make_product
from staff.tests.factories import make_branch, make_department, make_user

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
D = Decimal


@pytest.fixture
def ten(db):
    """Two managers of two departments with five customers each, and what happened in October.

    | | contract that ended in October | in force | sticky | lines 1st → 31st, ended | lost |
    | a1 | renewed (renewal_of) | 24 months | yes | 10 → 10 | |
    | a2 | renewed within 30 days | 12 months | | 10 → 8, 2 | |
    | a3 | not renewed | | yes | 10 → 10 | |
    | a4 | | 36 months | | 4 → 5 | |
    | a5 | | 23 months | yes | 6 → 0, 6 | all products ended |
    | b1 | renews itself | itself: 24 months, ended | yes | 10 → 10 | |
    | b2 | begins 31 days late | | | 10 → 10 | |
    | b3 | | | | none → none | three months of nothing |
    | b4 | | 24 months | | 10 → 10 | 15 % of last year |
    | b5 | | | yes | 0 → 3 | lost since July, back: new line |
    """
    branch = make_branch()
    ann = make_user(department=make_department(branch=branch, code="A"))
    bob = make_user(department=make_department(branch=branch, code="B"))
    a = [make_customer(manager=ann, name=f"甲{n}") for n in range(1, 6)]
    b = [make_customer(manager=bob, name=f"乙{n}") for n in range(1, 6)]
    for one in (*a, b[0], b[1]):
        make_bills(one, D(1000))
    make_bills(b[2], D(0), D(1000))  # August to October nothing
    make_bills(b[3], D(150), D(1000))  # 15 %: below a fifth, in October for the first time
    make_bills(b[4], D(0), D(0))
    ended = (date(2024, 10, 16), date(2026, 10, 15))
    old = make_contract(a[0], *ended)
    make_contract(a[0], date(2026, 10, 16), date(2028, 10, 15), renewal_of=old)
    make_contract(a[1], *ended)
    make_contract(a[1], date(2026, 11, 14), date(2027, 11, 13))  # 30 days later, not yet in force
    make_contract(a[2], *ended)
    make_contract(a[3], date(2025, 1, 1), date(2027, 12, 31))
    make_contract(a[4], date(2025, 1, 1), date(2026, 11, 30))
    make_contract(b[0], *ended, is_auto_renewed=True)
    make_contract(b[1], *ended)
    make_contract(b[1], date(2026, 11, 15), date(2028, 11, 14))  # 31 days: too late
    make_contract(b[3], date(2025, 1, 1), date(2026, 12, 31))
    for one in (a[0], a[2], b[0]):
        make_product(one, 10, is_sticky=True)
    make_product(a[1], 8)
    make_product(a[1], 2, ended_on=date(2026, 10, 20))
    make_product(a[3], 4)
    make_product(a[3], 1, started_on=date(2026, 10, 5))
    make_product(a[4], 6, is_sticky=True, ended_on=date(2026, 10, 31))
    for one in (b[1], b[3]):
        make_product(one, 10)
    make_product(b[4], 3, started_on=date(2026, 10, 8), is_sticky=True)
    return branch, ann, bob


def figures(**scope):
    rows = RetentionMetricSnapshot.objects.filter(month=OCTOBER, **scope)
    return {row.metric: (row.numerator, row.denominator, row.value) for row in rows}


def test_five_figures_equal_what_was_counted_by_hand(ten):
    branch, ann, bob = ten
    assert count_month(month=OCTOBER) == 10

    assert figures(level="branch", branch=branch) == {
        "renewal": (3, 5, D("60.00")),  # a1 a2 b1 of a1 a2 a3 b1 b2
        "long_term": (2, 7, D("28.57")),  # a1 a4 of a1 a2 a3 a4 b1 b2 b5
        "sticky": (4, 7, D("57.14")),  # a1 a3 b1 b5
        "customer_churn": (3, 9, D("33.33")),  # a5 b3 b4; b5 was not active
        "line_churn": (8, 68, D("11.76")),  # (70 + 66) / 2
    }
    assert figures(level="am", manager=ann) == {
        "renewal": (2, 3, D("66.67")),
        "long_term": (2, 4, D("50.00")),
        "sticky": (2, 4, D("50.00")),
        "customer_churn": (1, 5, D("20.00")),
        "line_churn": (8, D("36.5"), D("21.92")),  # (40 + 33) / 2
    }
    mine = figures(level="department", department=bob.department)
    assert mine == figures(level="am", manager=bob)
    assert mine["customer_churn"] == (2, 4, D("50.00"))
    assert mine["line_churn"] == (0, D("31.5"), D("0.00"))


def test_counting_again_changes_nothing_and_rows_add_up_to_the_figure(ten):
    branch, *_ = ten
    count_month(month=OCTOBER)
    before = figures(level="branch", branch=branch)
    count_month(month=OCTOBER)

    assert figures(level="branch", branch=branch) == before
    facts = RetentionFact.objects.filter(month=OCTOBER)
    assert facts.count() == 10
    for metric, (numerator, denominator, _) in before.items():
        assert sum(getattr(row, f"{metric}_done") for row in facts) == numerator
        assert sum(getattr(row, f"{metric}_due") for row in facts) == denominator


def test_a_month_is_counted_once_by_the_clock(ten):
    assert [count_missing(), count_missing()] == [10, 0]


def night(mp, day):
    """The count of the night of `day`."""
    mp.setattr("core.clock.now", lambda: datetime(2026, *day, 4, tzinfo=SHANGHAI))
    return count_missing()


def months():
    rows = RetentionMetricSnapshot.objects.filter(level="branch", metric="renewal")
    return [f"{month:%m}" for month in rows.order_by("month").values_list("month", flat=True)]


def test_months_that_were_missed_are_counted_and_said_to_be_late(ten, monkeypatch, client):
    _, ann, bob = ten
    assert night(monkeypatch, (9, 1)) == 10
    Customer.objects.filter(name="甲1").update(manager=bob, department=bob.department)
    assert night(monkeypatch, (12, 2)) == 30
    assert months() == ["08", "09", "10", "11"]
    assert night(monkeypatch, (12, 3)) == 0
    assert RetentionFact.objects.filter(month=OCTOBER, manager=ann).count() == 4  # as of that day

    client.force_login(ann)
    page = client.get("/plans/retention/metrics/").content.decode()
    assert "2026-09（2026-12-02 统计）、2026-10（2026-12-02 统计）。" in page
    assert "2026-08（" not in page and "2026-11（" not in page


def test_a_gap_between_counted_months_is_filled_and_nothing_before_them(ten, monkeypatch):
    night(monkeypatch, (9, 1))
    count_month(month=NOVEMBER)
    assert night(monkeypatch, (12, 2)) == 20
    assert months() == ["08", "09", "10", "11"]


def test_a_renewal_entered_within_the_grace_counts_once_that_is_over(ten, monkeypatch, db):
    branch, ann, _ = ten
    night(monkeypatch, (11, 1))
    first = figures(level="branch", branch=branch)
    key = RetentionMetricSnapshot.objects.get(level="branch", metric="renewal").pk
    third = Customer.objects.get(name="甲3")
    make_contract(third, date(2026, 11, 10), date(2028, 11, 9))
    ProductInstance.objects.update(is_sticky=False)  # of no renewal: October stays as it was
    MonthlyBill.objects.all().delete()

    night(monkeypatch, (11, 30))  # a renewal may still begin today
    assert figures(level="branch", branch=branch) == first
    night(monkeypatch, (12, 1))

    assert figures(level="branch", branch=branch) == first | {"renewal": (4, 5, D("80.00"))}
    assert figures(level="am", manager=ann)["renewal"] == (3, 3, D("100.00"))
    row = RetentionMetricSnapshot.objects.get(pk=key)
    drill = reports.drill_down(row, make_user("branch_director", branch=branch))
    assert sum(fact.done for fact in drill.rows) + drill.rest_done == row.numerator == 4
    assert drill.rest_count == 0

    ServiceContract.objects.filter(customer=third).delete()
    night(monkeypatch, (12, 2))
    assert figures(level="branch", branch=branch)["renewal"] == (4, 5, D("80.00"))


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "months"),
    [
        (date(2026, 1, 1), date(2027, 12, 31), 24),
        (date(2025, 1, 1), date(2026, 11, 30), 23),
        (date(2024, 10, 16), date(2026, 10, 15), 24),
        (date(2024, 10, 16), date(2026, 10, 14), 23),
        (date(2025, 2, 1), date(2027, 1, 31), 24),
        (date(2024, 3, 15), date(2026, 2, 28), 23),
    ],
)
def test_the_last_day_of_a_contract_counts(starts_on, ends_on, months):
    assert rules.term_months(starts_on, ends_on) == months
