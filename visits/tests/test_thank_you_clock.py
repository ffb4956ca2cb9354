"""The setting of the 48 hours (D4): for letters that begin after it, and in what the pages say."""

import pytest
from django.urls import reverse

from core.models import Parameter
from reminders.models import Obligation
from visits import reports
from visits.tests.factories import make_visit
from visits.tests.letter_factories import make_thank_you, shanghai

pytestmark = pytest.mark.django_db
FRIDAY, MONDAY = shanghai(2026, 11, 20, 16, 30), shanghai(2026, 11, 23, 9)


def set_clock(value):
    Parameter.objects.filter(key="thank_you_clock").update(value=value)


def test_a_duty_keeps_the_clock_that_it_began_with():
    set_clock("working")
    make_thank_you(ended_at=FRIDAY)
    set_clock("calendar")
    duty = Obligation.objects.get(kind="thank_you_letter")
    assert (duty.clock, duty.amount, duty.due_at) == ("working_days", 2, shanghai(2026, 11, 24, 18))


@pytest.mark.parametrize(
    ("clock", "said", "unsaid"),
    [
        ("calendar", "48 小时（含休息日）内", "2 个工作日内"),
        ("working", "2 个工作日内", "48 小时"),
    ],
)
def test_the_pages_say_what_the_setting_says(client, clock, said, unsaid):
    set_clock(clock)
    visit = make_visit(state="in_progress")
    client.force_login(visit.owner)
    hold = reverse("visits:visit_hold", args=[visit.pk])
    lists = (reverse(name) for name in ("visits:thanks_list", "visits:visit_plan", "crm:today"))
    for url in (hold, *lists):
        page = client.get(url).content.decode()
        assert said in page and unsaid not in page, url


@pytest.mark.parametrize(("clock", "is_late"), [("calendar", True), ("working", False)])
def test_a_visit_is_born_late_by_the_deadline_of_its_own_letter(clock, is_late):
    set_clock(clock)
    visit = make_thank_you(ended_at=FRIDAY).visit
    visit.logged_at = MONDAY
    set_clock("calendar")
    assert reports.is_born_late(visit) is is_late


def test_a_visit_without_a_letter_is_never_born_late():
    assert not reports.is_born_late(make_visit(ended_at=FRIDAY, logged_at=MONDAY, mode="phone"))
