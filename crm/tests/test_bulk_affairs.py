"""Visits and duties of the generator in small: they hang together, and come once only."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from reminders.models import DutyKind, Obligation
from staff.models import User
from visits.models import Commitment, InboundLetter, KpiMonth, ThankYouLetter, Visit, VisitRecord

pytestmark = pytest.mark.django_db
SMALL = {"customers": 40, "months": 1, "timeline": 1, "verbosity": 0}
MORE = {"visits": 600, "duties": 500, "until": "2026-11-29", "verbosity": 0}


@pytest.fixture
def book(capsys):
    call_command("bulk_demo", **SMALL)
    call_command("bulk_demo", only_visits=True, **MORE)


def test_every_visit_is_of_its_manager_and_has_what_its_state_demands(book):
    assert Visit.objects.count() == 600
    for visit in Visit.objects.select_related("customer"):
        visit.clean_fields(exclude=["booked_with", "location"])
        visit.validate_constraints()
        assert visit.owner_id == visit.customer.manager_id
    held = Visit.objects.filter(ended_at__isnull=False).count()
    assert VisitRecord.objects.count() == ThankYouLetter.objects.count() == held > 400
    assert (InboundLetter.objects.count(), Commitment.objects.count()) == (60, 75)
    assert Visit.objects.filter(scheduled_start__date__gt=date(2026, 11, 29)).exists()


def test_every_duty_is_about_a_row_of_its_owner(book):
    duties = Obligation.objects.all()
    assert set(duties.values_list("kind", flat=True)) == {
        DutyKind.VISIT_RECORD,
        DutyKind.THANK_YOU_LETTER,
        DutyKind.LETTER_REPLY,
        DutyKind.COMMITMENT,
        DutyKind.WEEKLY_PLAN,
    }
    for duty in duties:
        duty.validate_constraints()
        subject = duty.subject
        owner = getattr(subject, "owner_id", None) or getattr(subject, "user_id", None)
        assert duty.owner_id == (owner or subject.visit.owner_id)


def test_the_history_is_counted_and_the_heads_page_opens(book, client):
    assert KpiMonth.objects.filter(user=None).exists()
    client.force_login(User.objects.get(username="bulk-director"))
    page = client.get("/kpi/?month=2026-10")
    assert page.status_code == 200
    cells = [cell for line in page.context["lines"] for cell in line.cells]
    assert sum(cell.tally.base for cell in cells) > 0


def test_a_second_time_changes_nothing_and_without_customers_it_is_refused(book, capsys):
    call_command("bulk_demo", only_visits=True, **MORE)
    assert Visit.objects.count() == 600


def test_visits_need_their_customers(db):
    with pytest.raises(CommandError, match="还没有"):
        call_command("bulk_demo", only_visits=True, **MORE)
