"""Rates, targets and months (§B.7): undefined at nothing, whole only when whole."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from core.rules import SHANGHAI
from visits.kpi_rules import METRICS, Tally, bounds, level, months_until, read_month, total

NOW = datetime(2026, 11, 29, 12, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("hits", "base", "rate"),
    [
        (0, 0, None),
        (0, 7, "0.0"),
        (7, 7, "100.0"),
        (1, 3, "33.3"),
        (2, 3, "66.7"),
        (1, 8, "12.5"),
        (9999, 10000, "99.9"),
        (1, 10000, "0.1"),
        (1, 2000, "0.1"),
    ],
)
def test_a_rate_has_one_decimal_and_only_the_whole_reads_hundred(hits, base, rate):
    assert Tally(hits, base).rate == (None if rate is None else Decimal(rate))


def test_several_people_have_the_rate_of_all_their_rows():
    assert total([Tally(1, 1), Tally(0, 9)]) == Tally(1, 10)
    assert total([]).rate is None


@pytest.mark.parametrize(
    ("rate", "said"),
    [(None, ""), ("95", "ok"), ("94.9", "soon"), ("85", "soon"), ("84.9", "late"), ("0", "late")],
)
def test_the_colour_follows_the_target(rate, said):
    assert level(None if rate is None else Decimal(rate), Decimal(95)) == said


def test_a_month_begins_and_ends_at_midnight_in_shanghai():
    start, end = bounds(date(2026, 12, 15))
    assert start == datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert end == datetime(2026, 12, 31, 16, tzinfo=UTC)


def test_twelve_months_cross_the_year():
    months = months_until(date(2026, 2, 1))
    assert (months[0], months[-1], len(months)) == (date(2025, 3, 1), date(2026, 2, 1), 12)


@pytest.mark.parametrize(
    "text", ["", "x", "2026-13", "2027-01", "2026-11", "2026-11-05", "九月", "0001-01"]
)
def test_an_unreadable_or_coming_month_is_this_one(text):
    assert read_month(text, NOW) == date(2026, 11, 1)


def test_every_metric_says_what_it_counts_and_by_which_day():
    for metric in METRICS.values():
        assert "÷" in metric.formula and metric.month and metric.hit != metric.miss
