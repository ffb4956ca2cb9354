"""周计划: who owes it, when, and what becomes of it (§B.13)."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.models import WorkCalendarDay
from core.rules import SHANGHAI
from reminders.models import DutyKind, LadderStage, Obligation
from staff.tests.factories import make_absence, make_department, make_user
from visits import weekly_rules as rules
from visits.actions import weekly
from visits.actions.errors import VisitError
from visits.models import WeeklyPlan

pytestmark = pytest.mark.django_db
MONDAY_MORNING = datetime(2026, 11, 23, 0, 10, tzinfo=SHANGHAI)
NEXT = date(2026, 11, 30)
FRIDAY = datetime(2026, 11, 27, 17, 30, tzinfo=SHANGHAI)


@pytest.fixture
def head(db):
    return make_user("dept_head", department=make_department())


@pytest.fixture
def author(head):
    return make_user(department=head.department)


def written(user, monday=NEXT):
    plan = weekly.start_plan(user=user, monday=monday, by=user)
    weekly.save_plan(
        plan=plan, items=[weekly.Item("task", monday, "走访三家客户")], summary="", outcomes={},
        seen_at=plan.updated_at, by=user,
    )  # fmt: skip
    return plan


def duty(plan, kind=DutyKind.WEEKLY_PLAN):
    return Obligation.objects.of(kind, plan).first()


@pytest.mark.parametrize(
    ("planned", "due"),
    [
        (date(2026, 11, 30), date(2026, 11, 27)),
        (date(2026, 9, 28), date(2026, 9, 24)),  # Friday 25 September is a rest day
        (date(2026, 5, 4), date(2026, 4, 30)),  # Friday 1 May is a rest day
        (date(2026, 2, 23), None),  # nobody works from 16 to 22 February
        (date(2026, 2, 16), None),  # nor is there anything to plan for that week
    ],
)
def test_it_is_due_on_friday_or_the_last_working_day_before(planned, due):
    at = rules.hand_in_at(planned, WorkCalendarDay.objects.as_calendar())
    assert (at and at.astimezone(SHANGHAI).date()) == due


def test_monday_opens_the_duty_of_every_author_once(author, head):
    manager = make_user("industry_manager", department=head.department)
    weekly.open_week(now=MONDAY_MORNING)
    assert weekly.open_week(now=MONDAY_MORNING + timedelta(days=1)) == 0
    plans = WeeklyPlan.objects.filter(monday=NEXT)
    assert {plan.user for plan in plans} == {author, manager}
    assert {duty(plan).due_at for plan in plans} == {FRIDAY}
    assert not plans.filter(user=head).exists()


def test_who_is_away_on_the_day_owes_nothing(author, head):
    make_absence(author, head, date(2026, 11, 27), date(2026, 11, 29))
    weekly.open_week(now=MONDAY_MORNING)
    assert not WeeklyPlan.objects.filter(user=author).exists()


def test_who_is_entered_as_away_later_is_excused_the_next_night(author, head):
    weekly.open_week(now=MONDAY_MORNING)
    make_absence(author, head, date(2026, 11, 26), date(2026, 11, 29))
    weekly.open_week(now=MONDAY_MORNING + timedelta(days=1))
    assert duty(WeeklyPlan.objects.get(user=author)).state == "waived"


def test_the_reminder_comes_on_the_day_at_three():
    stage = LadderStage.objects.get(kind="weekly_plan", code="day_afternoon")
    assert (str(stage.at_time), stage.workdays, stage.anchor) == ("15:00:00", 0, "due")


def test_handing_in_ends_the_duty_and_asks_the_head_within_two_working_days(author, head):
    weekly.open_week(now=MONDAY_MORNING)
    plan = written(author)
    weekly.submit_plan(plan=plan, by=author, at=FRIDAY)
    assert (duty(plan).state, plan.is_on_time) == ("done", True)
    asked = duty(plan, DutyKind.WEEKLY_PLAN_REVIEW)
    assert (asked.owner, asked.state) == (head, "open")
    assert asked.due_at == datetime(2026, 12, 1, 18, tzinfo=SHANGHAI)


def test_one_second_after_half_past_five_is_late(author):
    weekly.open_week(now=MONDAY_MORNING)
    plan = written(author)
    weekly.submit_plan(plan=plan, by=author, at=FRIDAY + timedelta(seconds=1))
    assert (duty(plan).state, plan.is_on_time) == ("done_late", False)


def test_handing_in_twice_is_refused(author):
    plan = written(author)
    weekly.submit_plan(plan=plan, by=author)
    with pytest.raises(VisitError, match="待批阅"):
        weekly.submit_plan(plan=plan, by=author)


def test_an_empty_plan_is_not_handed_in(author):
    plan = weekly.start_plan(user=author, monday=NEXT, by=author)
    with pytest.raises(VisitError, match="至少写一条"):
        weekly.submit_plan(plan=plan, by=author)


def test_what_another_tab_saved_is_not_overwritten(author):
    plan = weekly.start_plan(user=author, monday=NEXT, by=author)
    seen = plan.updated_at
    written(author)
    with pytest.raises(VisitError, match="另一个页面"):
        weekly.save_plan(plan=plan, items=[], summary="旧的", outcomes={}, seen_at=seen, by=author)
    assert plan.items.get().content == "走访三家客户"


def test_a_returned_plan_is_handed_in_again_and_asks_the_head_again(author, head):
    plan = written(author)
    weekly.submit_plan(plan=plan, by=author, at=FRIDAY)
    back = FRIDAY + timedelta(days=3)
    weekly.review_plan(plan=plan, is_accepted=False, feedback="太少", by=head, at=back)
    assert (plan.state, duty(plan, DutyKind.WEEKLY_PLAN_REVIEW).state) == ("returned", "done")
    again = back + timedelta(hours=1)
    weekly.submit_plan(plan=plan, by=author, at=again)
    asked = duty(plan, DutyKind.WEEKLY_PLAN_REVIEW)
    assert (asked.state, asked.completed_at, asked.started_at) == ("open", None, again)
    weekly.review_plan(plan=plan, is_accepted=True, feedback="", by=head, at=again)
    assert (plan.state, plan.is_on_time) == ("reviewed", True)


def test_a_plan_is_answered_once(author, head):
    plan = written(author)
    weekly.submit_plan(plan=plan, by=author)
    weekly.review_plan(plan=plan, is_accepted=True, feedback="", by=head)
    with pytest.raises(VisitError, match="状态已变更"):
        weekly.review_plan(plan=plan, is_accepted=False, feedback="不行", by=head)


def test_nobody_answers_the_own_plan(author):
    plan = written(author)
    weekly.submit_plan(plan=plan, by=author)
    with pytest.raises(VisitError, match="本人"):
        weekly.review_plan(plan=plan, is_accepted=True, feedback="", by=author)
    with pytest.raises(IntegrityError), transaction.atomic():
        WeeklyPlan.objects.filter(pk=plan.pk).update(reviewed_by=author)


def test_who_stands_in_for_the_head_answers_but_not_the_own_plan(author, head):
    mate = make_user(department=head.department)
    today = timezone.localdate()
    make_absence(head, mate, today, today + timedelta(days=1))
    plan, own = written(author), written(mate)
    assert weekly.may_review(plan, mate)
    assert not weekly.may_review(own, mate)
    assert not weekly.may_review(plan, author)


def test_who_has_left_owes_nothing_and_a_reassigned_duty_is_not_opened_again(author, head):
    weekly.open_week(now=MONDAY_MORNING)
    plan = WeeklyPlan.objects.get(user=author)
    Obligation.objects.filter(object_id=plan.pk, kind="weekly_plan").update(owner=head)
    assert weekly.open_week(now=MONDAY_MORNING + timedelta(days=1)) == 0
    type(author).objects.filter(pk=author.pk).update(state="left", left_on=date(2026, 11, 24))
    assert weekly.open_week(now=MONDAY_MORNING + timedelta(days=2)) == 1
    assert duty(plan).state == "waived"
