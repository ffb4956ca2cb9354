"""What comes back to its author is owed once more, and that is how the author hears of it (R46)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core import clock
from planning.actions import asking, moving, organising
from planning.models import MarketingPlan
from planning.tests import reviewing
from planning.tests.factories import make_plan
from reminders.models import DutyKind, Obligation
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
SAID = {"C2.4": "写明时机"}


@pytest.fixture
def world():
    return reviewing.world()


def duties(world):
    return Obligation.objects.of(DutyKind.PLAN_SUBMISSION, world.plan)


def due(world):
    found = duties(world).open().get().due_at.astimezone(SHANGHAI)
    return f"{found:%Y-%m-%d %H:%M}"


def set_day(world, day):
    plan = MarketingPlan.objects.get(pk=world.plan.pk)
    organising.organise(
        plan=plan, author=plan.author, responsible=plan.responsible, due_on=day, by=world.head
    )
    world.version.refresh_from_db()


def hand_in(world):
    moving.submit(version=world.version, by=world.author)


def return_(world, at=MONDAY):
    moving.return_(version=world.version, comments=SAID, by=world.head, at=at)


def test_a_returned_plan_is_a_duty_of_its_author_for_five_working_days(world):
    hand_in(world)
    return_(world)

    duty = duties(world).open().get()
    assert (duty.owner, duty.path) == (world.author, world.plan.get_absolute_url())
    assert duty.next_look_at == MONDAY  # the ladder speaks from the first minute
    assert due(world) == "2026-11-30 18:00"


def test_a_later_day_of_the_plan_holds_and_an_earlier_one_does_not(world):
    set_day(world, date(2026, 12, 14))
    hand_in(world)
    assert not duties(world).open().exists()
    return_(world)
    assert due(world) == "2026-12-14 18:00"

    hand_in(world)
    return_(world, at=MONDAY + timedelta(days=21))
    assert due(world) == "2026-12-21 18:00"
    assert duties(world).count() == 1


def test_handing_it_in_again_ends_the_duty(world):
    hand_in(world)
    return_(world, at=clock.now())
    hand_in(world)

    assert duties(world).get().state == "done"


def test_a_recall_does_not_stop_the_clock_of_the_plan(world):
    set_day(world, date(2026, 12, 14))
    hand_in(world)
    moving.recall(version=world.version, by=world.author)
    assert due(world) == "2026-12-14 18:00"


def test_a_recalled_plan_without_a_day_owes_nothing(world):
    hand_in(world)
    moving.recall(version=world.version, by=world.author)
    assert not duties(world).exists()


def test_an_amendment_that_came_back_and_is_given_up_is_not_owed(world):
    reviewing.approved(world.plan, by=world.head)
    made = moving.amend(version=world.version, reason="客户增加预算", by=world.author)
    moving.submit(version=made, by=world.author)
    moving.return_(version=made, comments=SAID, by=world.head)
    assert duties(world).open().exists()

    moving.discard(version=made, reason="不改了", by=world.author)
    assert duties(world).get().state == "cancelled"


def test_another_author_takes_the_duty_over_and_its_day_stays(world):
    hand_in(world)
    return_(world)
    other = make_user("dept_head", department=world.here)
    plan = MarketingPlan.objects.get(pk=world.plan.pk)
    organising.organise(plan=plan, author=other, responsible=other, due_on=None, by=world.head)

    assert duties(world).open().get().owner == other
    assert due(world) == "2026-11-30 18:00"


def test_a_day_that_was_taken_away_and_set_again_is_owed_again(world):
    for day in (date(2026, 12, 14), None, date(2026, 12, 21)):
        set_day(world, day)
    assert due(world) == "2026-12-21 18:00"


def test_a_plan_that_stepped_aside_in_a_merge_owes_nothing(world):
    set_day(world, date(2026, 12, 14))
    day = date(2026, 12, 1)
    organising.add_task(
        plan=world.plan, kind="team", owner=world.author, due_on=day, note="", by=world.author
    )
    other = make_plan(author=world.author, due_on=day)
    hand_in(world)
    MarketingPlan.objects.filter(pk=world.plan.pk).update(customer=None)

    assert asking.end_duties_of_plans_aside() == 2  # the task and the review
    assert asking.end_duties_of_plans_aside() == 0
    left = Obligation.objects.open().get()
    assert left.subject == other
