"""Conversion by hand (§B.7)."""

from datetime import date, datetime
from decimal import Decimal

from core.rules import SHANGHAI
from opportunities import pipeline_rules as rules


def test_three_won_and_two_lost_convert_sixty_per_cent_and_by_amount_other():
    ended = rules.Ended(3, 2, Decimal(900_000), Decimal(2_100_000))
    assert (ended.count_rate, ended.amount_rate) == (Decimal("60.0"), Decimal("30.0"))


def test_nothing_closed_is_no_rate():
    assert rules.Ended().count_rate is None


def test_mean_days_from_identified_to_won():
    """10 and 25 days: 17.5."""
    first = datetime(2026, 1, 1, tzinfo=SHANGHAI)
    spans = [(first, datetime(2026, 1, d, tzinfo=SHANGHAI)) for d in (11, 26)]
    assert rules.mean_days(spans) == Decimal("17.5")
    assert rules.mean_days([]) is None


def test_an_expected_close_has_one_column():
    today, months = date(2026, 11, 20), [date(2026, 11, 1), date(2026, 12, 1)]
    days = [None, date(2026, 11, 19), today, date(2026, 12, 31), date(2027, 1, 1)]
    found = [rules.place_of(day, today, months) for day in days]
    assert found == ["none", "overdue", "2026-11", "2026-12", "later"]
