"""Who has not booked yet hears of it on the last working morning before the visit (R4)."""

from datetime import timedelta

import pytest

from core.models import WorkCalendarDay
from reminders.actions.materialising import materialise_chunk
from reminders.actions.rulebook import read_rulebook
from reminders.models import DutyKind, LadderStage, Obligation, Reminder
from reminders.rules import send_time
from visits.actions.planning import open_booking_duty
from visits.tests.factories import make_visit
from visits.tests.letter_factories import shanghai

pytestmark = pytest.mark.django_db
MONDAY = shanghai(2026, 11, 16, 10)


def duty_of_visit(starts_at, planned_at=MONDAY):
    visit = make_visit(scheduled_start=starts_at)
    open_booking_duty(visit, by=visit.owner, at=planned_at)
    return Obligation.objects.get(kind=DutyKind.VISIT_BOOKING)


def told_at(duty):
    """{code: when its mail may leave} of the ladder as the migrations leave it."""
    quiet = read_rulebook().quiet
    rungs = LadderStage.objects.filter(kind=DutyKind.VISIT_BOOKING)
    return {rung.code: send_time(rung.as_rung(), duty.times(), quiet) for rung in rungs}


@pytest.mark.parametrize(
    ("starts_at", "reminded_at"),
    [
        (shanghai(2026, 11, 25, 15), shanghai(2026, 11, 24, 9)),  # Wednesday: Tuesday morning
        (shanghai(2026, 11, 23, 9), shanghai(2026, 11, 20, 9)),  # Monday: Friday morning
        (shanghai(2026, 11, 22, 9), shanghai(2026, 11, 20, 9)),  # Sunday: Friday morning
    ],
)
def test_on_the_last_working_day_before_at_nine(starts_at, reminded_at):
    assert told_at(duty_of_visit(starts_at))["day_morning"] == reminded_at


def test_a_holiday_is_a_rest_day():
    WorkCalendarDay.objects.update_or_create(
        date=shanghai(2026, 11, 24).date(), defaults={"is_workday": False, "name": "放假"}
    )
    duty = duty_of_visit(shanghai(2026, 11, 25, 15))
    assert told_at(duty)["day_morning"] == shanghai(2026, 11, 23, 9)


def test_planned_two_days_before_it_still_comes():
    duty = duty_of_visit(shanghai(2026, 11, 18, 15), planned_at=MONDAY)
    assert told_at(duty)["day_morning"] == shanghai(2026, 11, 17, 9)


def test_the_overdue_one_comes_after_the_deadline_also_to_the_head():
    duty = duty_of_visit(shanghai(2026, 11, 23, 15))
    assert duty.due_at == shanghai(2026, 11, 22, 18)
    assert told_at(duty)["overdue"] == shanghai(2026, 11, 23, 8)  # Sunday evening is quiet


def test_the_sweep_says_each_once():
    duty = duty_of_visit(shanghai(2026, 11, 25, 15))
    Obligation.objects.update(next_look_at=MONDAY)
    now = shanghai(2026, 11, 24, 9) + timedelta(minutes=1)
    for _ in range(2):
        Obligation.objects.update(next_look_at=MONDAY)
        materialise_chunk(read_rulebook(), now)
    assert list(duty.reminders.values_list("stage", flat=True)) == ["day_morning"]
    assert Reminder.objects.count() == 1
