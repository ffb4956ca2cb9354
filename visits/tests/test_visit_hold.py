"""End a visit at its actual end; the letter is owed from then on (R8)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import Parameter
from reminders.models import DutyKind, Obligation
from visits.models import ThankYouLetter
from visits.tests.factories import make_visit
from visits.tests.test_visit_plan import moment

pytestmark = pytest.mark.django_db


def running(**fields):
    start = timezone.now() - timedelta(hours=2)
    defaults = {"state": "in_progress", "started_at": start, "scheduled_start": start}
    return make_visit(**(defaults | fields))


def send(client, visit, *, ended=timedelta(minutes=5), **changes):
    client.force_login(visit.owner)
    end = timezone.now() - ended
    data = {"started_at": moment(end - timedelta(hours=1)), "ended_at": moment(end)}
    return client.post(reverse("visits:visit_hold", args=[visit.pk]), data | changes)


def duty(kind):
    return Obligation.objects.get(kind=kind)


def test_a_formal_visit_owes_a_letter_in_48_hours_and_its_record(client):
    visit = running()
    assert send(client, visit).status_code == 302
    visit.refresh_from_db()
    assert visit.state == "held" and visit.logged_at >= visit.ended_at
    letter = duty(DutyKind.THANK_YOU_LETTER)
    assert letter.started_at == visit.ended_at
    assert letter.due_at - visit.ended_at == timedelta(hours=48)
    assert duty(DutyKind.VISIT_RECORD).started_at == visit.ended_at


@pytest.mark.parametrize("fields", [{"mode": "phone"}, {"is_formal": False}])
def test_phone_and_informal_visits_owe_no_letter(client, fields):
    send(client, running(**fields))
    assert not ThankYouLetter.objects.exists()
    assert Obligation.objects.get().kind == DutyKind.VISIT_RECORD


def test_a_phone_visit_owes_one_by_setting(client):
    Parameter.objects.filter(key="thank_you_for_phone").update(value="true")
    send(client, running(mode="phone"))
    assert ThankYouLetter.objects.count() == 1


def test_a_visit_logged_after_48_hours_is_born_late_and_says_so(client):
    visit = running(started_at=None)
    send(client, visit, ended=timedelta(hours=49))
    page = client.get(visit.get_absolute_url()).content.decode()
    assert "从一开始就是逾期的" in page and "写感谢函" not in page  # the record comes first
    assert duty(DutyKind.THANK_YOU_LETTER).is_overdue(timezone.now())


def test_a_visit_logged_within_48_hours_is_not_born_late(client):
    visit = running()
    send(client, visit, ended=timedelta(hours=47))
    assert "从一开始就是逾期的" not in client.get(visit.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ended_at": "2099-01-01T10:00"}, "实际结束时间不能晚于现在"),
        ({"started_at": "2099-01-01T10:00"}, "实际开始时间不能晚于现在"),
        ({"ended_at": "2026-01-01T10:00"}, "结束时间不能早于开始时间"),
        ({"ended_at": ""}, "请填写这一项"),
        ({"ended_at": "刚才"}, "请按「年-月-日 时:分」填写"),
    ],
)
def test_bad_times_are_told_and_nothing_is_stored(client, changes, message):
    visit = running()
    assert message in send(client, visit, **changes).content.decode()
    visit.refresh_from_db()
    assert visit.state == "in_progress" and not Obligation.objects.exists()


def test_ending_twice_opens_one_letter(client):
    visit = running()
    send(client, visit)
    assert "状态已变更" in send(client, visit).content.decode()
    assert ThankYouLetter.objects.count() == 1 and Obligation.objects.count() == 2
