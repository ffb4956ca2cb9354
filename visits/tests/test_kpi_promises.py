"""承诺兑现率 and 周计划按时率: consent in time moves a promise, consent too late heals nothing."""

from datetime import date, datetime

import pytest

from accounts.tests.factories import make_contact
from core.rules import SHANGHAI, close_of_business
from reminders import rules as reminder_rules
from reminders.actions import cancel_duty, fulfil_duty, open_duty, waive_duty
from reminders.actions.duties import move_duty
from reminders.models import DutyKind, Obligation
from staff.tests.factories import make_user
from visits import kpi_sets
from visits.actions.promises import open_promise_duty
from visits.kpi_rules import Tally
from visits.models import Commitment, PromiseRenegotiation, WeeklyPlan
from visits.tests.factories import make_commitment, make_letter

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 20, 10, tzinfo=SHANGHAI)
OCTOBER, NOVEMBER, DECEMBER = (date(2026, month, 1) for month in (10, 11, 12))


@pytest.fixture
def owner():
    return make_user()


def promise(owner, due_on: date, *, kept_at: datetime | None = None):
    row = make_commitment(letter=make_letter(owner=owner), owner=owner, due_on=due_on)
    open_promise_duty(row, by=owner)
    if kept_at:
        keep(row, kept_at)
    return row


def keep(row, at: datetime):
    Commitment.objects.filter(pk=row.pk).update(state="fulfilled", fulfilled_at=at)
    fulfil_duty(kind=DutyKind.COMMITMENT, subject=row, at=at, evidence={}, by=row.owner)


def agree(row, new: date, on: date):
    """The customer agrees on `on` to the day `new`; the duty follows."""
    PromiseRenegotiation.objects.create(
        commitment=row, old_due_on=row.due_on, new_due_on=new, consent_on=on,
        consent_by=make_contact(row.customer), consent_how="电话", reason="设备迟到", by=row.owner,
    )  # fmt: skip
    duty = Obligation.objects.of(DutyKind.COMMITMENT, row).get()
    due_at = close_of_business(new, datetime(2026, 1, 1, 18).time())
    move_duty(duty=duty, to=reminder_rules.Deadline(due_at, False, ""), by=row.owner)
    row.due_on = new
    row.save()


def count(owner, month, metric="promise"):
    return kpi_sets.tallies(month, NOW).get((owner.pk, metric), Tally())


def at(month, day, hour=18, minute=0, second=0):
    return datetime(2026, month, day, hour, minute, second, tzinfo=SHANGHAI)


def test_kept_by_the_close_of_its_day_counts_and_a_second_later_does_not(owner):
    promise(owner, date(2026, 11, 10), kept_at=at(11, 10))
    promise(owner, date(2026, 11, 10), kept_at=at(11, 10, second=1))
    promise(owner, date(2026, 11, 30))
    assert count(owner, NOVEMBER) == Tally(1, 3)


def test_consent_on_the_day_itself_moves_the_promise_to_the_new_month(owner):
    row = promise(owner, date(2026, 11, 28))
    agree(row, date(2026, 12, 10), on=date(2026, 11, 28))
    keep(row, at(12, 9))
    assert count(owner, NOVEMBER) == Tally()
    assert count(owner, DECEMBER) == Tally(1, 1)


def test_consent_after_the_day_leaves_the_breach_where_it_was(owner):
    row = promise(owner, date(2026, 11, 28))
    agree(row, date(2026, 12, 10), on=date(2026, 11, 29))
    keep(row, at(12, 9))
    assert count(owner, NOVEMBER) == Tally(0, 1)
    assert count(owner, DECEMBER) == Tally()


def test_a_breach_that_is_moved_ahead_of_now_still_counts(owner):
    row = promise(owner, date(2026, 11, 28))
    agree(row, date(2027, 1, 10), on=date(2026, 12, 1))
    assert count(owner, NOVEMBER) == Tally(0, 1)


def test_the_first_breach_decides_of_two(owner):
    row = promise(owner, date(2026, 10, 20))
    agree(row, date(2026, 11, 10), on=date(2026, 10, 25))
    agree(row, date(2026, 12, 10), on=date(2026, 11, 15))
    assert count(owner, OCTOBER) == Tally(0, 1)
    assert count(owner, NOVEMBER) == count(owner, DECEMBER) == Tally()


def test_a_broken_promise_stays_visible_and_a_withdrawn_one_is_not_due(owner):
    for state in ("broken", "withdrawn"):
        row = promise(owner, date(2026, 11, 10))
        Commitment.objects.filter(pk=row.pk).update(state=state, ended_reason="缺货")
        cancel_duty(kind=DutyKind.COMMITMENT, subject=row, reason="缺货", by=owner)
    assert count(owner, NOVEMBER) == Tally(0, 1)


def test_a_promise_whose_day_has_not_come_does_not_count(owner):
    promise(owner, date(2026, 12, 30))
    assert count(owner, DECEMBER) == Tally()


def test_weekly_plans_count_by_friday_and_the_excused_do_not(owner):
    handed_in = {2: at(11, 6, 17, 30), 9: at(11, 13, 17, 30, 1), 16: None, 23: "waived"}
    for day, moment in handed_in.items():
        plan = WeeklyPlan.objects.create(user=owner, monday=date(2026, 11, day))
        open_duty(
            kind=DutyKind.WEEKLY_PLAN, subject=plan, owner=owner, started_at=at(11, day, 9),
            due_at=at(11, day + 4, 17, 30), title="周计划", customer_name="", path="/", by=None,
        )  # fmt: skip
        if moment == "waived":
            waive_duty(kind=DutyKind.WEEKLY_PLAN, subject=plan, reason="休假", by=None)
        elif moment:
            fulfil_duty(kind=DutyKind.WEEKLY_PLAN, subject=plan, at=moment, evidence={}, by=None)
    assert count(owner, NOVEMBER, "weekly") == Tally(1, 3)
