"""Lengths that the handbook leaves open are settings, read when a duty begins (D4)."""

import pytest

from core.models import Parameter
from core.rules import SHANGHAI
from reminders.actions import compute_deadline
from reminders.actions.duties import WORKDAYS
from reminders.tests.test_rules import at

pytestmark = pytest.mark.django_db
FRIDAY = at("2026-11-20T16:30")


def due(kind):
    return compute_deadline(kind, FRIDAY).due_at.astimezone(SHANGHAI)


@pytest.mark.parametrize(
    ("kind", "days", "due_on"),
    [
        ("visit_record", 1, "2026-11-23"),
        ("finding_confirm", 2, "2026-11-24"),
        ("escalation_response", 1, "2026-11-23"),
        ("service_launch_notice", 1, "2026-11-23"),
        ("weekly_plan_review", 2, "2026-11-24"),
        ("plan_review", 5, "2026-11-27"),
    ],
)
def test_the_number_of_the_administrator_counts(kind, days, due_on):
    row = Parameter.objects.get(key=WORKDAYS[kind])
    assert row.typed_value() == days and f"{due(kind):%Y-%m-%d}" == due_on
    Parameter.objects.filter(pk=row.pk).update(value="3")
    assert f"{due(kind):%Y-%m-%d}" == "2026-11-25"


def test_no_working_day_at_all_is_taken_for_one():
    Parameter.objects.filter(key="visit_record_workdays").update(value="0")
    assert due("visit_record") == at("2026-11-23T18:00")


def test_the_48_hours_are_natural_unless_the_setting_says_working_days():
    assert due("thank_you_letter") == at("2026-11-22T16:30")
    Parameter.objects.filter(key="thank_you_clock").update(value="working")
    assert due("thank_you_letter") == at("2026-11-24T18:00")
