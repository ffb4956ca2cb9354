"""What the rules of visits say, without a database."""

from datetime import datetime, time

import pytest

from core.rules import SHANGHAI
from visits import rules


def at(day, clock="09:00", month=11):
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def test_the_day_before_is_in_time_by_date_but_not_by_24_hours():
    booked, starts = at(22, "18:00"), at(23, "10:00")  # V3
    assert rules.is_booked_in_time(booked, starts, rules.DATE_DIFF)
    assert not rules.is_booked_in_time(booked, starts, rules.HOURS_24)


def test_exactly_24_hours_is_in_time():
    assert rules.is_booked_in_time(at(22, "10:00"), at(23, "10:00"), rules.HOURS_24)


def test_eight_minutes_early_is_punctual_and_four_are_not():
    assert rules.is_punctual(at(19, "13:52"), at(19, "14:00"))  # V1
    assert rules.is_punctual(at(19, "13:55"), at(19, "14:00"))
    assert not rules.is_punctual(at(19, "13:56"), at(19, "14:00"))


def test_booking_is_due_the_evening_before():
    assert rules.booking_due_at(at(17), at(19, "14:00"), time(18)) == at(18, "18:00")


@pytest.mark.parametrize("planned", [at(19, "08:00"), at(18, "20:00"), at(18, "18:00")])
def test_a_visit_planned_after_that_may_be_booked_until_it_starts(planned):
    assert rules.booking_due_at(planned, at(19, "14:00"), time(18)) == at(19, "14:00")


def test_only_more_than_one_stage_is_a_skip():
    assert not rules.skips_a_stage("general_contact", "build_relationship")
    assert rules.skips_a_stage("general_contact", "substantive")
    assert not rules.skips_a_stage("long_term", "general_contact")


def test_stages_below_are_those_left_behind():
    assert rules.stages_below("general_contact") == ()
    assert rules.stages_below("substantive") == ("general_contact", "build_relationship")


def test_a_formal_visit_needs_its_booking_first():
    assert not rules.may_move("planned", "start", is_formal=True)
    assert rules.may_move("planned", "start", is_formal=False)
    assert rules.may_move("booked", "hold", is_formal=True)


def test_nothing_leaves_the_last_states():
    for state in ("closed", "rescheduled", "cancelled", "no_show"):
        assert not any(rules.may_move(state, verb, is_formal=False) for verb in rules.MOVES)


def test_every_state_is_known_to_the_table():
    named = {state for move in rules.MOVES.values() for state in (*move.sources, move.target)}
    assert named == set(rules.STATES)
