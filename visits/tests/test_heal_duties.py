"""A duty that went missing is opened again, once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from core.models import AuditEvent, Parameter
from reminders.models import DutyKind, Obligation
from visits.actions import healing, thanks, visiting
from visits.models import ThankYouLetter
from visits.tasks import heal_duties
from visits.tests.factories import make_commitment, make_letter, make_visit

pytestmark = pytest.mark.django_db


def held(**fields):
    visit = make_visit(ended_at=timezone.now() - timedelta(hours=3), **fields)
    visiting.open_duties_after(visit, by=visit.owner)
    return visit


def heal():
    return healing.heal_duties(now=timezone.now())


def test_a_deleted_thank_you_duty_comes_back_once():
    visit = held()
    Obligation.objects.filter(kind=DutyKind.THANK_YOU_LETTER).delete()
    heal_duties()
    heal_duties()
    duty = Obligation.objects.get(kind=DutyKind.THANK_YOU_LETTER)
    assert duty.started_at == visit.ended_at
    assert AuditEvent.objects.filter(verb="duty.healed").count() == 1


def test_a_lost_letter_comes_back_with_its_duty():
    visit = held()
    ThankYouLetter.objects.all().delete()
    Obligation.objects.all().delete()
    assert heal() == 2 and heal() == 0  # letter and record
    assert visit.thank_you and Obligation.objects.count() == 2


def test_a_healthy_visit_is_left_alone():
    held()
    before = AuditEvent.objects.count()
    assert heal() == 0 and AuditEvent.objects.count() == before


@pytest.mark.parametrize("fields", [{"mode": "phone"}, {"is_formal": False}])
def test_a_visit_that_owes_no_letter_gets_none(fields):
    held(**fields)
    assert heal() == 0 and not ThankYouLetter.objects.exists()


def test_asking_for_letters_after_phone_visits_does_not_reach_into_the_past():
    held(mode="phone")
    Parameter.objects.filter(key="thank_you_for_phone").update(value="true")
    assert heal() == 0 and not ThankYouLetter.objects.exists()


def test_a_cancelled_duty_stays_cancelled():
    letter = thanks.open_letter(visit=held(), by=None)
    Obligation.objects.of(DutyKind.THANK_YOU_LETTER, letter).update(state="cancelled")
    assert heal() == 0


def test_a_request_that_is_still_running_is_not_disturbed():
    make_visit(ended_at=timezone.now() - timedelta(minutes=1))
    assert heal() == 0


def test_a_letter_without_its_reply_duty_gets_it():
    letter = make_letter(received_at=timezone.now() - timedelta(hours=2))
    type(letter).objects.update(registered_at=timezone.now() - timedelta(hours=2))
    assert heal() == 1 and heal() == 0
    assert Obligation.objects.get().subject == letter


def test_a_promise_without_its_duty_gets_it():
    visit = make_visit(state="in_progress")
    row = make_commitment(visit=visit)
    assert heal() == 1 and Obligation.objects.get().subject == row


def test_one_bad_row_does_not_stop_the_others():
    bad, good = make_letter(), make_letter(received_at=timezone.now() - timedelta(hours=2))
    type(bad).objects.update(registered_at=timezone.now() - timedelta(hours=2))
    end_of_time = datetime(9999, 12, 30, tzinfo=UTC)  # no day to answer it on comes after
    type(bad).objects.filter(pk=bad.pk).update(received_at=end_of_time)
    assert heal() == 1
    assert Obligation.objects.get().subject == good
