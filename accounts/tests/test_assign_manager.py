"""Handing a customer over: one responsible person at any time, and the duties go along (R1)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import actions
from accounts.models import Customer, CustomerAssignment
from accounts.tests.factories import make_customer, make_duty
from core.models import AuditEvent
from reminders.models import DutyKind
from staff.tests.factories import make_department, make_user

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def assign(customer, to, **fields):
    fields.setdefault("by", make_user("dept_head"))
    actions.assign_manager(customer=customer, to=to, reason="分工调整", **fields)


def test_history_manager_and_department_change_together():
    customer, to = make_customer(), make_user(department=make_department())
    assign(customer, to)
    new, old = customer.assignments.all()
    assert (customer.manager, customer.department) == (to, to.department)
    assert (new.user, new.valid_from, new.valid_to) == (to, TODAY(), None)
    assert old.valid_to == TODAY() - timedelta(days=1)


def test_open_duties_of_the_old_manager_go_along_and_others_stay():
    customer, colleague, to = make_customer(), make_user(), make_user()
    mine = make_duty(customer, customer.manager)
    other = make_duty(customer, colleague, kind=DutyKind.LETTER_REPLY)
    foreign = make_duty(make_customer(manager=customer.manager), customer.manager)
    assign(customer, to)
    for duty in (mine, other, foreign):
        duty.refresh_from_db()
    assert (mine.owner, other.owner) == (to, colleague)
    assert foreign.owner != to


def test_the_audit_trail_says_from_whom_to_whom_and_why():
    customer, to = make_customer(), make_user()
    old = customer.manager
    assign(customer, to)
    event = AuditEvent.objects.get(verb="customer.assigned")
    assert event.changes == {"客户经理": [str(old), str(to)]}
    assert event.reason == "分工调整"


def test_a_second_head_with_an_old_page_is_refused():
    customer = make_customer()
    seen = customer.manager
    assign(customer, make_user(), seen=seen)
    with pytest.raises(actions.AccountError, match="已被他人变更"):
        assign(customer, make_user(), seen=seen)
    assert customer.assignments.count() == 2


def test_twice_on_one_day_leaves_one_period_for_that_day():
    customer, first, second = make_customer(), make_user(), make_user()
    assign(customer, first)
    assign(customer, second)
    assert [row.user for row in customer.assignments.filter(valid_to=None)] == [second]
    assert customer.assignments.count() == 2


@pytest.mark.parametrize("days", [1, -4000])
def test_a_day_in_the_future_or_before_the_present_manager_is_refused(days):
    customer = make_customer()
    with pytest.raises(actions.AccountError):
        assign(customer, make_user(), on=TODAY() + timedelta(days=days))
    customer.refresh_from_db()
    assert customer.assignments.get().user == customer.manager


def test_nobody_hands_over_to_one_who_left_or_who_has_it():
    customer = make_customer()
    left = make_user(state="left", left_on=date(2026, 8, 31))
    for to in (left, customer.manager):
        with pytest.raises(actions.AccountError):
            assign(customer, to)


def test_the_backup_who_takes_over_is_no_backup_any_more():
    customer, to = make_customer(), make_user()
    actions.add_backup(customer=customer, user=to, by=None, valid_from=TODAY())
    assign(customer, to)
    assert not customer.assignments.filter(role="backup").exists()


def test_a_backup_sees_the_customer_only_for_the_time(django_assert_max_num_queries):
    customer, backup = make_customer(), make_user()
    row = actions.add_backup(customer=customer, user=backup, by=None, valid_from=TODAY())
    assert customer in Customer.objects.visible_to(backup)
    CustomerAssignment.objects.filter(pk=row.pk).update(valid_from=TODAY() - timedelta(days=9))
    actions.end_backup(assignment=row, by=None, on=TODAY() - timedelta(days=1))
    assert customer not in Customer.objects.visible_to(backup)


def test_two_backups_at_once_are_refused_and_one_after_the_other_is_fine():
    customer = make_customer()
    day = date(2026, 3, 1)
    add = {"customer": customer, "by": None}
    actions.add_backup(user=make_user(), valid_from=day, valid_to=date(2026, 3, 9), **add)
    with pytest.raises(actions.AccountError, match="已有备岗"):
        actions.add_backup(user=make_user(), valid_from=date(2026, 3, 9), **add)
    actions.add_backup(user=make_user(), valid_from=date(2026, 3, 10), **add)
    assert customer.assignments.filter(role="backup").count() == 2


def test_ending_a_backup_twice_is_refused():
    customer = make_customer()
    row = actions.add_backup(customer=customer, user=make_user(), by=None, valid_from=TODAY())
    actions.end_backup(assignment=row, by=None)
    with pytest.raises(actions.AccountError, match="已经结束"):
        actions.end_backup(assignment=row, by=None)


OVERLAPS = [
    (date(2026, 5, 1), None),
    (date(2025, 1, 1), date(2026, 1, 1)),
    (date(2025, 1, 1), None),
    (date(2026, 2, 1), date(2026, 2, 1)),
]


@pytest.mark.parametrize(("first", "last"), OVERLAPS)
def test_the_database_refuses_overlapping_periods_from_the_orm(first, last):
    customer = make_customer()
    with pytest.raises(IntegrityError), transaction.atomic():
        CustomerAssignment.objects.create(
            customer=customer, user=make_user(), valid_from=first, valid_to=last
        )
    assert customer.assignments.count() == 1


@pytest.mark.parametrize(("first", "last"), OVERLAPS)
def test_the_database_refuses_overlapping_periods_from_raw_sql(first, last):
    customer = make_customer()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_customerassignment"
            " (customer_id, user_id, role, valid_from, valid_to, reason)"
            " VALUES (%s, %s, 'primary', %s, %s, '')",
            [customer.pk, customer.manager_id, first, last],
        )


def test_the_database_refuses_stretching_a_period_over_the_next():
    customer = make_customer()
    assign(customer, make_user())
    old = customer.assignments.last()
    with pytest.raises(IntegrityError), transaction.atomic():
        CustomerAssignment.objects.filter(pk=old.pk).update(valid_to=TODAY())


def test_the_day_before_and_another_role_do_not_overlap():
    customer, user = make_customer(), make_user()
    create = CustomerAssignment.objects.create
    create(customer=customer, user=user, valid_from=date(2025, 1, 1), valid_to=date(2025, 12, 31))
    create(customer=customer, user=user, role="backup", valid_from=date(2026, 1, 1))
    assert customer.assignments.count() == 3
