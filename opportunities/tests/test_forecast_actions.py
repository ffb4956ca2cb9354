"""The life of a forecast: asked for, handed in, answered, locked (R19, E.5 F1)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from accounts.actions import assign_manager
from accounts.tests.factories import make_customer
from core.rules import SHANGHAI
from opportunities import forecast_version_reports as version_reports
from opportunities.actions import forecasting
from opportunities.actions.errors import OpportunityError
from opportunities.models import DemandForecast
from reminders import rules as reminder_rules
from reminders.actions.rulebook import read_rulebook
from reminders.models import Obligation
from staff.models import Attestation
from staff.tests.factories import make_absence, make_department, make_user

pytestmark = pytest.mark.django_db
DECEMBER = date(2026, 12, 1)
OPENS = datetime(2026, 11, 16, 0, 20, tzinfo=SHANGHAI)
BEFORE = datetime(2026, 11, 27, 15, tzinfo=SHANGHAI)
NEW = {
    "business_line": "data", "existing_revenue": Decimal(3000),
    "new_revenue_12m": Decimal(12_000), "probability": 40, "reason": "客户来电要扩容",
}  # fmt: skip


@pytest.fixture
def head():
    return make_user("dept_head")


@pytest.fixture
def manager(head):
    return make_user(department=head.department, reports_to=head)


@pytest.fixture
def customer(manager):
    return make_customer(manager=manager, grade="A")


def saved(customer, *, by=None, month=DECEMBER, **fields):
    known = {"lines": [NEW], "has_no_demand": False, "seen_at": None}
    by = by or customer.manager
    return forecasting.save_forecast(customer=customer, month=month, by=by, **(known | fields))


def submitted(customer, at=BEFORE, **fields):
    row = saved(customer, **fields)
    forecasting.submit_forecast(forecast=row, by=fields.get("by") or customer.manager, at=at)
    return row


def test_f1_december_is_due_on_monday_and_reminded_of_on_the_25th_and_the_27th(customer):
    assert forecasting.open_month(now=OPENS) == 1
    duty = Obligation.objects.get()
    assert duty.due_at == datetime(2026, 11, 30, 18, tzinfo=SHANGHAI)
    assert (duty.owner, duty.clock) == (customer.manager, "fixed")
    book = read_rulebook()
    ahead = [r for r in book.rungs["demand_forecast"] if not r.is_overdue]
    days = [reminder_rules.send_time(r, duty.times(), book.quiet) for r in ahead]
    assert [f"{day.astimezone(SHANGHAI):%m-%d %H:%M}" for day in days] == [
        "11-25 09:00", "11-27 09:00",
    ]  # fmt: skip


def test_every_a_and_b_customer_is_asked_once_and_nobody_else(manager):
    for grade in "AABCD":
        make_customer(manager=manager, grade=grade)
    make_customer(manager=manager, grade="A", is_managed=False)
    make_customer(manager=manager, grade="B", lifecycle="lost")
    assert forecasting.open_month(now=OPENS) == 3
    assert forecasting.open_month(now=OPENS + timedelta(days=1)) == 0
    assert Obligation.objects.count() == 3


def test_nobody_is_asked_before_the_tenth_working_day_or_after_the_deadline(customer):
    assert forecasting.open_month(now=datetime(2026, 11, 15, 23, tzinfo=SHANGHAI)) == 0
    assert forecasting.open_month(now=datetime(2026, 11, 30, 18, tzinfo=SHANGHAI)) == 0


def test_who_handed_in_early_is_not_asked(customer):
    submitted(customer, at=datetime(2026, 11, 10, 9, tzinfo=SHANGHAI))
    assert forecasting.open_month(now=OPENS) == 0


def test_a_customer_that_is_no_longer_a_or_b_is_let_go(customer):
    forecasting.open_month(now=OPENS)
    type(customer).objects.filter(pk=customer.pk).update(grade="C")
    assert forecasting.open_month(now=OPENS + timedelta(days=1)) == 1
    assert Obligation.objects.get().state == "cancelled"


def test_the_duty_follows_the_customer_to_the_new_manager(customer, head):
    forecasting.open_month(now=OPENS)
    heir = make_user(department=head.department)
    assign_manager(customer=customer, to=heir, by=head, reason="调整")
    assert Obligation.objects.get().owner == heir
    assert forecasting.may_write(customer, heir)


def test_handing_in_ends_the_duty_with_the_word_of_the_submitter(customer):
    forecasting.open_month(now=OPENS)
    row = submitted(customer)
    assert (row.state, row.is_on_time) == ("submitted", True)
    assert Obligation.objects.get().state == "done"
    assert Attestation.objects.about(row).get().user == customer.manager


def test_a_minute_after_six_is_late_and_stays_late(customer, head):
    row = submitted(customer, at=datetime(2026, 11, 30, 18, 1, tzinfo=SHANGHAI))
    assert row.is_on_time is False
    forecasting.review_forecast(forecast=row, is_accepted=False, note="补依据", by=head, at=BEFORE)
    forecasting.submit_forecast(forecast=row, by=customer.manager, at=BEFORE)
    assert (row.is_on_time, row.version) == (False, 2)
    assert Attestation.objects.about(row).count() == 2


def test_what_was_handed_in_stays_as_it_was(customer, head):
    row = submitted(customer)
    forecasting.review_forecast(forecast=row, is_accepted=False, note="补依据", by=head, at=BEFORE)
    again = NEW | {"probability": 60, "new_revenue_12m": Decimal(24_000)}
    row = saved(customer, seen_at=row.updated_at, lines=[again])
    forecasting.submit_forecast(forecast=row, by=customer.manager, at=BEFORE)
    first, second = row.versions.all()
    assert (first.number, second.number) == (1, 2)
    assert first.lines[0]["new_revenue_12m"] == "12000.00"
    assert second.lines[0]["new_revenue_12m"] == "24000.00"
    newest, oldest = version_reports.versions(row)
    assert oldest.changes == []
    assert [(one.line, one.label, one.old, one.new) for one in newest.changes] == [
        ("数据", "新增年收入", "12,000.00 元", "24,000.00 元"),
        ("数据", "可能性", "40%", "60%"),
    ]
    assert (oldest.expected, newest.expected) == (3400, 4200)


def test_the_database_changes_no_version(customer):
    row = submitted(customer)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.versions.update(has_no_demand=True)


def test_nothing_new_has_to_be_said(customer):
    line = {"business_line": "voice", "existing_revenue": Decimal(100)}
    row = saved(customer, lines=[line])
    with pytest.raises(OpportunityError, match="勾选"):
        forecasting.submit_forecast(forecast=row, by=customer.manager, at=BEFORE)
    row = saved(customer, lines=[line], has_no_demand=True, seen_at=row.updated_at)
    forecasting.submit_forecast(forecast=row, by=customer.manager, at=BEFORE)


def test_a_stale_page_overwrites_nothing(customer):
    row = saved(customer)
    saved(customer, seen_at=row.updated_at, lines=[NEW | {"new_revenue_12m": Decimal(5)}])
    with pytest.raises(OpportunityError, match="另一个页面"):
        saved(customer, seen_at=row.updated_at)
    assert row.lines.get().new_revenue_12m == 5


def test_a_submitted_one_is_not_written_any_more(customer):
    row = submitted(customer)
    with pytest.raises(OpportunityError, match="待审阅"):
        saved(customer, seen_at=row.updated_at)


def test_the_head_accepts_or_returns_with_a_reason(customer, head):
    row = submitted(customer)
    with pytest.raises(OpportunityError, match="写明"):
        forecasting.review_forecast(forecast=row, is_accepted=False, note=" ", by=head)
    forecasting.review_forecast(forecast=row, is_accepted=False, note="补依据", by=head, at=BEFORE)
    assert row.state == "returned"
    forecasting.submit_forecast(forecast=row, by=customer.manager, at=BEFORE)
    forecasting.review_forecast(forecast=row, is_accepted=True, note="", by=head, at=BEFORE)
    assert (row.state, row.reviewed_by) == ("reviewed", head)


def test_nobody_answers_the_own_forecast(head):
    own = submitted(make_customer(manager=head, grade="A"))
    with pytest.raises(OpportunityError, match="分公司主任"):
        forecasting.review_forecast(forecast=own, is_accepted=True, note="", by=head)
    director = make_user("branch_director")
    forecasting.review_forecast(forecast=own, is_accepted=True, note="", by=director, at=BEFORE)


def test_a_head_who_sent_it_for_the_absent_manager_does_not_answer_it(customer, head):
    today = datetime.now(SHANGHAI).date()
    make_absence(customer.manager, head, today, today)
    row = submitted(customer, by=head)
    assert not forecasting.may_review(row, head)


def test_the_head_of_another_department_answers_nothing(customer):
    row = submitted(customer)
    other = make_user("dept_head", department=make_department())
    assert not forecasting.may_review(row, other)


def test_many_are_accepted_at_once_and_the_own_stays(manager, head):
    rows = [submitted(make_customer(manager=manager, grade="A")) for _ in range(3)]
    rows.append(submitted(make_customer(manager=head, grade="A")))
    assert forecasting.accept_many(forecasts=rows, by=head) == 3
    assert DemandForecast.objects.filter(state="submitted").count() == 1


BEGINS = datetime(2026, 12, 1, 0, 5, tzinfo=SHANGHAI)


def test_what_was_reviewed_is_locked_when_the_month_begins(customer, head):
    row = submitted(customer)
    forecasting.review_forecast(forecast=row, is_accepted=True, note="", by=head, at=BEFORE)
    assert forecasting.lock_months(now=BEGINS) == 1
    assert forecasting.lock_months(now=BEGINS) == 0
    row.refresh_from_db()
    assert row.state == "locked"


def test_what_was_handed_in_waits_for_its_review_until_the_month_is_over(customer, manager, head):
    rows = [submitted(customer), submitted(make_customer(manager=manager, grade="A"))]
    assert forecasting.lock_months(now=BEGINS) == 0
    answered, left = rows
    forecasting.review_forecast(
        forecast=answered, is_accepted=False, note="补依据", by=head, at=BEGINS
    )
    forecasting.submit_forecast(forecast=answered, by=customer.manager, at=BEGINS)
    forecasting.review_forecast(forecast=answered, is_accepted=True, note="", by=head, at=BEGINS)
    assert answered.state == "locked"
    assert forecasting.lock_months(now=datetime(2026, 12, 31, 23, tzinfo=SHANGHAI)) == 0
    assert forecasting.lock_months(now=datetime(2027, 1, 1, 0, 5, tzinfo=SHANGHAI)) == 1
    left.refresh_from_db()
    assert (left.state, left.reviewed_by) == ("locked", None)


def test_what_comes_late_and_is_accepted_is_locked_at_once(manager, head):
    other, begins = make_customer(manager=manager, grade="B"), BEGINS
    forecasting.open_month(now=OPENS)
    late = submitted(other, at=begins + timedelta(days=2), seen_at=_seen(other))
    forecasting.review_forecast(
        forecast=late, is_accepted=True, note="", by=head, at=begins + timedelta(days=3)
    )
    assert late.state == "locked"


def _seen(customer):
    return customer.forecasts.get().updated_at


def test_a_month_that_is_over_is_closed_and_nobody_is_reminded_any_more(customer):
    forecasting.open_month(now=OPENS)
    assert forecasting.lock_months(now=datetime(2027, 1, 1, 0, 5, tzinfo=SHANGHAI)) == 1
    assert Obligation.objects.get().state == "cancelled"
    row = customer.forecasts.get()
    with pytest.raises(OpportunityError, match="当月已过"):
        forecasting.submit_forecast(
            forecast=row, by=customer.manager, at=datetime(2027, 1, 2, tzinfo=SHANGHAI)
        )
