"""How moments, money, telephone numbers and deadlines are written."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import timezone

from core.rules import SHANGHAI
from core.templatetags import fmt


def test_moments_are_shanghai_time():
    moment = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
    assert fmt.day(moment) == "2026-11-21"
    assert fmt.clock(moment) == "02:30"
    assert fmt.weekday(moment) == "星期六"
    assert fmt.day_words(moment) == "2026年11月21日"


def test_a_stamp_names_the_year_only_when_it_is_another_one():
    now = timezone.now()
    assert fmt.stamp(now) == timezone.localtime(now).strftime("%m-%d %H:%M")
    assert fmt.stamp(datetime(2019, 1, 2, tzinfo=UTC)) == "2019-01-02 08:00"


@pytest.mark.parametrize("name", ["stamp", "clock", "day", "day_words", "weekday", "wan"])
def test_nothing_is_a_dash(name):
    assert getattr(fmt, name)(None) == "—"


def test_dates_work_too():
    assert (fmt.day(date(2026, 1, 2)), fmt.weekday(date(2026, 1, 2))) == ("2026-01-02", "星期五")


@pytest.mark.parametrize(
    ("yuan", "text"),
    [
        (Decimal("123456.78"), "12.35 万元"),
        (Decimal("9999.4"), "9,999 元"),
        (10_000, "1.00 万元"),
        (Decimal("12345678901"), "1,234,567.89 万元"),
        (Decimal("-20050"), "-2.01 万元"),
        (0, "0 元"),
    ],
)
def test_money_is_in_wan_from_ten_thousand(yuan, text):
    assert fmt.wan(yuan) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("13812345678", "138****5678"),
        ("0575-88123456", "0575-****3456"),
        ("88123456", "88****56"),
        ("", "—"),
        ("总机转 12", "总机转 12"),
    ],
)
def test_four_digits_of_a_number_are_hidden(number, text):
    assert fmt.mask_phone(number) == text


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(0, "1 分钟"), (59, "59 分钟"), (60, "1 小时"), (1439, "23 小时"), (1440, "1 天"),
     (1500, "1 天 1 小时"), (2880, "2 天"), (4400, "3 天")],
)  # fmt: skip
def test_a_span_is_rounded_down(minutes, text):
    assert fmt.span(timedelta(minutes=minutes)) == text


def duty(left, state="open"):
    due_at = timezone.now() + left
    return SimpleNamespace(state=state, due_at=due_at, get_state_display=lambda: "按时完成")


@pytest.mark.parametrize(
    ("left", "css", "text"),
    [
        (timedelta(hours=-49, minutes=-1), "chip-late", "逾期 2 天 1 小时"),
        (timedelta(hours=5, minutes=1), "chip-soon", "剩 5 小时"),
        (timedelta(days=4, minutes=1), "chip-info", "剩 4 天"),
    ],
)
def test_a_deadline_says_how_long(left, css, text):
    shown = fmt.due(duty(left))
    assert (shown.css, shown.text) == (css, text)
    assert shown.title.startswith("期限 20")


def test_an_ended_duty_says_how_it_ended():
    assert fmt.due(duty(timedelta(days=-9), "done")).css == "chip-ok"


def test_a_deadline_at_midnight_is_the_end_of_the_day_before():
    midnight = datetime(2025, 12, 3, tzinfo=SHANGHAI)
    assert fmt.due_stamp(midnight) == "2025-12-02 24:00"
    assert fmt.due_words(midnight) == "2025年12月2日 24:00（星期二）"
    assert fmt.due_weekday(midnight) == "星期二"
    assert fmt.due_stamp(midnight.replace(hour=18)) == "2025-12-03 18:00"
