from datetime import datetime, timedelta

import pytest

from core.rules import SHANGHAI
from reminders.actions.materialising import NOBODY, materialise_chunk
from reminders.actions.rulebook import read_rulebook
from reminders.models import Obligation, Reminder
from reminders.tests.factories import MONDAY_9, make_duty
from staff.tests.factories import make_absence, make_user

pytestmark = pytest.mark.django_db
OVERDUE = MONDAY_9 + timedelta(hours=49)


def look(now):
    return materialise_chunk(read_rulebook(), now)


def pending():
    rows = Reminder.objects.pending().order_by("recipient__username")
    return [(r.recipient.name, r.stage) for r in rows]


def test_a_stage_that_has_come_becomes_one_row():
    duty = make_duty(owner=make_user(name="张伟"))
    assert look(MONDAY_9) == (1, 0)
    assert look(MONDAY_9) == (0, 0)
    assert pending() == [("张伟", "received")]
    duty.refresh_from_db()
    assert duty.next_look_at > MONDAY_9


def test_looking_again_from_the_start_tells_nobody_twice():
    make_duty()
    look(MONDAY_9)
    Obligation.objects.update(next_look_at=MONDAY_9)
    look(MONDAY_9)
    assert Reminder.objects.count() == 1


def test_after_a_gap_only_the_newest_stage_is_pending():
    make_duty(owner=make_user(name="张伟"))
    look(OVERDUE)
    assert pending() == [("张伟", "overdue")]
    assert set(Reminder.objects.exclude(state="pending").values_list("state", flat=True)) == {
        "superseded"
    }


def test_a_newer_stage_supersedes_one_that_still_waits():
    make_duty(owner=make_user(name="张伟"))
    look(MONDAY_9)
    look(OVERDUE)
    assert pending() == [("张伟", "overdue")]


def test_overdue_goes_to_the_superior_and_the_head_and_is_noted():
    head = make_user("dept_head", name="部门经理")
    duty = make_duty(owner=make_user(name="张伟", department=head.department))
    look(OVERDUE)
    assert {name for name, _ in pending()} == {"部门经理", "张伟"}
    duty.refresh_from_db()
    assert duty.escalated_at == OVERDUE


def test_an_absent_owner_is_reminded_through_the_delegate():
    owner, delegate = make_user(name="张伟"), make_user(name="李娜")
    today = datetime.now(SHANGHAI).date()
    make_absence(owner, delegate, today, today)
    make_duty(owner=owner)
    look(MONDAY_9)
    assert pending() == [("李娜", "received")]


def test_nobody_who_has_left_is_reminded():
    boss = make_user(name="王强")
    make_duty(owner=make_user(state="left", left_on=MONDAY_9.date(), reports_to=boss))
    look(MONDAY_9)
    assert pending() == [("王强", "received")]


def test_a_duty_without_anybody_alive_says_so_and_is_looked_at_again():
    duty = make_duty(owner=make_user(state="left", left_on=MONDAY_9.date()))
    assert look(MONDAY_9) == (1, 1)
    duty.refresh_from_db()
    assert duty.sweep_error == NOBODY
    assert duty.next_look_at == MONDAY_9 + timedelta(hours=1)


def test_one_bad_row_among_many_stops_nobody():
    owner = make_user()
    good = [make_duty(owner=owner) for _ in range(20)]
    bad = make_duty(owner=owner)
    # near the end of time, so that counting working days overflows
    bad_due = datetime(9999, 12, 31, 12, tzinfo=SHANGHAI)
    Obligation.objects.filter(pk=bad.pk).update(due_at=bad_due)
    looked, errors = look(MONDAY_9)
    assert (looked, errors) == (21, 1)
    assert Reminder.objects.pending().filter(obligation__in=good).count() == 20
    bad.refresh_from_db()
    assert "Overflow" in bad.sweep_error
    assert bad.next_look_at == MONDAY_9 + timedelta(hours=1)


def test_ended_duties_are_not_looked_at():
    make_duty(state="cancelled", next_look_at=MONDAY_9)
    assert look(MONDAY_9) == (0, 0)


def test_query_count_does_not_grow_with_the_duties(django_assert_num_queries):
    owner = make_user()
    book = read_rulebook()
    make_duty(owner=owner)
    materialise_chunk(book, MONDAY_9)
    for _ in range(30):
        make_duty(owner=owner)
    with django_assert_num_queries(6):
        materialise_chunk(book, MONDAY_9)
