"""§E.5 with its own dates of 2026: what the calendar and the clocks make of them."""

from datetime import datetime

import pytest

from core.rules import SHANGHAI
from reminders import rules
from reminders.actions import compute_deadline
from visits.rules import early_minutes, is_booked_in_time, is_punctual

pytestmark = pytest.mark.django_db


def at(text):
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("ended", "due"),
    [("11-19T15:40", "11-21T15:40"), ("11-20T16:30", "11-22T16:30")],
    ids=["V1", "V2"],
)
def test_a_thank_you_letter_is_due_after_48_natural_hours(ended, due):
    assert compute_deadline("thank_you_letter", at(ended)).due_at == at(due)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("11-20T17:20", "11-24T18:00"),
        ("11-23T08:40", "11-25T18:00"),
        ("11-21T11:00", "11-24T18:00"),
        ("09-30T15:00", "10-09T18:00"),
        ("09-17T10:00", "09-20T18:00"),
    ],
    ids=["LT1", "LT2", "LT3", "LT4", "LT5"],
)
def test_a_letter_is_due_on_the_second_working_day(received, due):
    deadline = compute_deadline("letter_reply", at(received))
    assert (deadline.due_at, deadline.is_provisional) == (at(due), False)


def test_lt4_is_late_and_lt5_is_in_time():
    assert rules.is_late(at("10-10T09:00"), at("10-09T18:00"))
    assert not rules.is_late(at("09-20T10:00"), at("09-20T18:00"))


def test_v1_was_booked_in_time_and_eight_minutes_early():
    start = at("11-19T14:00")
    assert is_booked_in_time(at("11-17T16:00"), start, "date_diff")
    assert early_minutes(at("11-19T13:52"), start) == 8
    assert is_punctual(at("11-19T13:52"), start)


def test_v3_is_in_time_by_date_and_not_by_24_hours():
    booked, start = at("11-22T18:00"), at("11-23T10:00")
    assert is_booked_in_time(booked, start, "date_diff")
    assert not is_booked_in_time(booked, start, "24h")
