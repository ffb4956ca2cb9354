"""Silence is noted after two working days, at the close of business, once (R10)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import AuditEvent, WorkCalendarYear
from reminders.models import LadderStage, Obligation
from staff.tests.factories import make_user
from visits.actions import asking, healing, recording
from visits.models import FindingAnswer, Visit
from visits.tests.joint_factories import add, answer, engineer_of, joint_visit, moment

pytestmark = pytest.mark.django_db
ASKED, DUE = moment("2026-11-24 11:00"), moment("2026-11-26 18:00")
SECOND = timedelta(seconds=1)


def asked(**fields):
    visit = joint_visit(**fields)
    add(visit, at=ASKED)
    return visit


def test_exactly_at_the_deadline_nothing_is_noted():
    asked()
    assert asking.note_silence(now=DUE) == 0
    assert not FindingAnswer.objects.exists()


def test_a_second_later_silence_is_noted_and_the_duty_says_why():
    visit = asked()
    assert asking.note_silence(now=DUE + SECOND) == 1
    noted = FindingAnswer.objects.get()
    assert (noted.verdict, noted.user) == ("noted", engineer_of(visit))
    duty = Obligation.objects.get(kind="finding_confirm")
    assert duty.state == "cancelled"
    event = AuditEvent.objects.get(verb="duty.cancelled")
    assert event.reason == "逾期未表态，已备注"


def test_a_second_run_changes_nothing():
    asked()
    asking.note_silence(now=DUE + SECOND)
    before = AuditEvent.objects.count()
    assert asking.note_silence(now=DUE + 2 * SECOND) == 0
    assert (FindingAnswer.objects.count(), AuditEvent.objects.count()) == (1, before)


def test_a_weekend_does_not_count():
    visit = joint_visit()
    add(visit, at=moment("2026-11-27 16:00"))  # a Friday
    assert asking.note_silence(now=moment("2026-12-01 18:00")) == 0
    assert asking.note_silence(now=moment("2026-12-01 18:00") + SECOND) == 1


def test_an_estimated_deadline_ends_nothing():
    WorkCalendarYear.objects.filter(year=2026).update(is_confirmed=False)
    asked()
    assert Obligation.objects.get(kind="finding_confirm").is_provisional
    assert asking.note_silence(now=DUE + timedelta(days=9)) == 0


def test_a_younger_finding_keeps_its_own_two_days():
    visit = asked()
    add(visit, content="预算由局长定", at=moment("2026-11-26 16:00"))
    asking.note_silence(now=DUE + SECOND)
    assert FindingAnswer.objects.get().finding.content != "预算由局长定"
    again = Obligation.objects.get(kind="finding_confirm", state="open")
    assert again.due_at == moment("2026-11-30 18:00")
    asking.note_silence(now=again.due_at + SECOND)
    assert FindingAnswer.objects.filter(verdict="noted").count() == 2


def test_what_was_answered_is_never_overwritten():
    visit = asked()
    answer(visit.findings.get(), engineer_of(visit), "disputed", "是六月", at=DUE)
    assert asking.note_silence(now=DUE + SECOND) == 0
    assert FindingAnswer.objects.get().verdict == "disputed"


def test_who_was_noted_may_still_speak():
    visit = asked()
    asking.note_silence(now=DUE + SECOND)
    answer(visit.findings.get(), engineer_of(visit), "disputed", "是六月")
    assert FindingAnswer.objects.get().verdict == "disputed"


def test_noted_silence_lets_the_visit_be_closed():
    visit = asked()
    assert recording.missing_for_close(visit)
    asking.note_silence(now=DUE + SECOND)
    recording.close_visit(visit=visit, by=visit.owner)
    assert Visit.objects.get().state == "closed"


def test_the_ladder_speaks_at_the_start_and_on_the_last_morning_to_the_owner_alone():
    rows = LadderStage.objects.filter(kind="finding_confirm")
    assert {(row.code, row.anchor) for row in rows} == {("asked", "start"), ("day_morning", "due")}
    assert all(row.audiences == ["owner"] and not row.repeats_daily for row in rows)


def test_a_lost_request_and_a_new_owner_are_asked_by_the_healer_once():
    visit = asked()
    Obligation.objects.filter(kind="finding_confirm").delete()
    visit.finding_requests.all().delete()
    heir = make_user(department=visit.owner.department)
    Visit.objects.filter(pk=visit.pk).update(owner=heir)
    for _ in range(2):
        healing.heal_duties(now=timezone.now())
    duties = Obligation.objects.filter(kind="finding_confirm")
    assert sorted(d.owner.pk for d in duties) == sorted([engineer_of(visit).pk, heir.pk])
