"""The ladder is pure arithmetic: a thousand random duties, and the vectors of R8 and R13."""

import random
from datetime import UTC, date, datetime, time, timedelta

import pytest

from core.rules import SHANGHAI, DayNote, WorkCalendar
from reminders import rules
from reminders.rules import Quiet, Rung, Times, plan, say_due

HOLIDAY = {date(2026, 2, 14): DayNote(True, "调休上班")} | {
    date(2026, 2, day): DayNote(False, "春节") for day in range(15, 24)
}
CALENDAR = WorkCalendar(HOLIDAY, frozenset({2026}))
QUIET = Quiet(time(21), time(8), True, CALENDAR)
NEVER = Quiet(time(0), time(0), False, CALENDAR)

OWNER = ("owner",)
AFTER_24H = Rung("after_24h", "start", 0, 1440, None, OWNER)
RECEIVED = Rung("received", "start", 0, 0, None, OWNER)
DAY_BEFORE = Rung("day_before", "due", -1, 0, time(9), OWNER)
MORNING = Rung("day_morning", "due", 0, 0, time(9), OWNER)
AFTERNOON = Rung("day_afternoon", "due", 0, 0, time(15), OWNER)
OVERDUE = Rung("overdue", "due", 0, 0, None, ("owner", "superior"), repeats_daily=True)
DIRECTOR = Rung("overdue_1wd", "due", 1, 0, time(9), ("director",))
REPLY = [RECEIVED, DAY_BEFORE, MORNING, AFTERNOON, OVERDUE, DIRECTOR]


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def times(start, due, **fields):
    return Times(at(start), at(due), **fields)


FRIDAY_LETTER = times("2026-11-20T10:00", "2026-11-24T18:00")


@pytest.mark.parametrize(
    ("rung", "expected"),
    [
        (RECEIVED, "2026-11-20T10:00"),
        (DAY_BEFORE, "2026-11-23T09:00"),
        (MORNING, "2026-11-24T09:00"),
        (AFTERNOON, "2026-11-24T15:00"),
        (OVERDUE, "2026-11-24T18:00"),
        (DIRECTOR, "2026-11-25T09:00"),
    ],
)
def test_the_reply_ladder_of_a_friday_letter(rung, expected):
    assert rules.send_time(rung, FRIDAY_LETTER, QUIET) == at(expected)


def test_a_stage_at_night_moves_to_the_evening_before():
    night = times("2026-11-24T02:00", "2026-11-26T02:00")
    assert rules.send_time(AFTER_24H, night, QUIET) == at("2026-11-24T20:30")


def test_a_stage_on_a_rest_day_moves_to_the_last_working_evening():
    friday_visit = times("2026-11-20T16:30", "2026-11-22T16:30")
    assert rules.send_time(AFTER_24H, friday_visit, QUIET) == at("2026-11-20T20:30")


def test_never_before_the_start_then_the_next_morning():
    late_letter = times("2026-11-23T22:00", "2026-11-25T18:00")
    assert rules.send_time(RECEIVED, late_letter, QUIET) == at("2026-11-24T08:00")


def test_no_mail_when_no_slot_is_left_before_the_deadline():
    weekend = times("2026-11-21T10:00", "2026-11-22T10:00")
    assert rules.send_time(RECEIVED, weekend, QUIET) is None


def test_an_overdue_stage_waits_for_the_next_slot():
    friday_visit = times("2026-11-20T16:30", "2026-11-22T16:30")
    assert rules.send_time(OVERDUE, friday_visit, QUIET) == at("2026-11-23T08:00")


def test_a_stage_before_the_start_is_no_stage():
    tight = times("2026-11-24T10:00", "2026-11-24T18:00")
    assert rules.send_time(DAY_BEFORE, tight, QUIET) is None


def test_a_deadline_at_midnight_belongs_to_the_day_that_ends():
    midnight = times("2026-11-20T10:00", "2026-11-25T00:00")
    assert rules.send_time(MORNING, midnight, QUIET) == at("2026-11-24T09:00")


def test_repeats_come_once_a_day_and_only_the_newest_is_listed():
    found = plan([OVERDUE], FRIDAY_LETTER, QUIET, at("2026-11-27T12:00"))
    assert [m.stage for m in found.due] == ["overdue", "overdue.20261126"]
    assert found.next_look_at == at("2026-11-27T18:00")


def test_acknowledging_silences_what_comes_before_the_deadline_and_nothing_after_it():
    known = times("2026-11-20T10:00", "2026-11-24T18:00", acknowledged_at=at("2026-11-20T11:00"))
    found = plan(REPLY, known, QUIET, at("2026-11-24T18:00"))
    assert [m.stage for m in found.due] == ["received", "overdue"]


@pytest.mark.parametrize("moves", [0, 1, 2])
def test_a_moved_deadline_speaks_anew_even_when_it_moved_back(moves):
    moved = times("2026-11-20T10:00", "2026-11-26T18:00", moved_count=moves)
    found = plan([MORNING], moved, QUIET, at("2026-11-26T12:00"))
    assert [m.stage for m in found.due] == [f"day_morning/{moves}" if moves else "day_morning"]


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-12-03T00:00", "12月2日 24:00"),
        ("2027-01-01T00:00", "12月31日 24:00"),
        ("2026-12-02T18:00", "12月2日 18:00"),
    ],
)
def test_midnight_is_said_as_the_end_of_the_day_before(moment, said):
    assert say_due(at(moment)) == said


def random_case(chance):
    start = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(minutes=chance.randrange(480_000))
    due = start + timedelta(minutes=chance.randrange(30, 14_400))
    rung = Rung(
        "x",
        chance.choice(["start", "due"]),
        chance.randrange(-3, 4),
        chance.randrange(-3000, 3000),
        chance.choice([None, time(9), time(15), time(3)]),
        OWNER,
    )
    return rung, Times(start, due)


def test_ten_thousand_random_stages_keep_the_quiet_hours_and_their_side_of_the_deadline():
    chance = random.Random(8)
    sent = 0
    for _ in range(10_000):
        rung, duty = random_case(chance)
        moment = rules.send_time(rung, duty, QUIET)
        if moment is None:
            continue
        sent += 1
        assert QUIET.allows(moment)
        if rung.is_overdue:
            assert moment >= rules.instant(rung, duty.started_at, duty.due_at, CALENDAR)
        else:
            assert duty.started_at <= moment < duty.due_at
    assert sent > 3000


def test_the_next_look_is_never_missed_and_never_in_the_past():
    chance = random.Random(9)
    for _ in range(300):
        start = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(minutes=chance.randrange(200_000))
        duty = Times(start, start + timedelta(hours=48))
        now, seen = start, set()
        for _ in range(12):
            found = plan(REPLY, duty, QUIET, now)
            assert found.next_look_at > now
            stages = {m.stage for m in found.due}
            assert seen <= stages | {s for s in seen if "." in s}
            seen, now = stages, found.next_look_at
        assert "overdue" in seen


def test_equal_times_mean_no_quiet_hours():
    assert NEVER.allows(at("2026-11-22T03:00"))
