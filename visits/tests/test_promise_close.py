"""Close of business of its day decides whether a promise is late: one truth everywhere (§B.12)."""

from datetime import date, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import Parameter
from core.rules import SHANGHAI, WorkCalendar
from reminders.models import DutyKind, Obligation
from staff.tests.factories import make_user
from visits import kpi_sets, promise_rules
from visits.actions import escalating, promises
from visits.actions.errors import VisitError
from visits.forms.promises import RenegotiateForm
from visits.kpi_rules import Tally
from visits.models import Commitment
from visits.tests.factories import make_visit

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 11, 27)
CLOSE, SEVEN = (datetime(2026, 11, 27, hour, tzinfo=SHANGHAI) for hour in (18, 19))


def close_at(text: str) -> None:
    """`00:00`: the offices have closed today; `24:00`: they are open for all of it."""
    Parameter.objects.filter(key="business_close").update(value=text)


def make(due_in: int) -> Commitment:
    visit = make_visit(state="held")
    row = promises.make_promise(
        customer=visit.customer, content="送组网图", owner=visit.owner, by=visit.owner,
        due_on=timezone.localdate() + timedelta(days=due_in), visit=visit,
    )  # fmt: skip
    Commitment.objects.update(created_at=timezone.now() - timedelta(days=9))
    row.refresh_from_db()
    return row


def withdraw(row):
    promises.withdraw_promise(promise=row, reason="客户取消", told_how="电话", by=row.owner)


def test_a_day_is_over_a_moment_after_its_close():
    assert not promise_rules.is_past(FRIDAY, time(18), CLOSE)
    assert promise_rules.is_past(FRIDAY, time(18), CLOSE + timedelta(seconds=1))
    assert not promise_rules.is_past(FRIDAY, None, SEVEN)


def test_after_close_the_next_working_day_is_the_first_with_time_left():
    monday = date(2026, 11, 30)
    assert promise_rules.first_day(FRIDAY, time(18), CLOSE, WorkCalendar()) == FRIDAY
    assert promise_rules.first_day(FRIDAY, time(18), SEVEN, WorkCalendar()) == monday
    assert promise_rules.first_day(date(2026, 11, 2), time(18), SEVEN, WorkCalendar()) == monday
    assert promise_rules.first_day(date(2026, 12, 9), time(18), SEVEN, WorkCalendar()).day == 9


def test_kept_at_seven_in_the_evening_of_its_day_is_late_on_the_page_and_in_the_rate(client):
    """Its duty was due at 18:00: page, duty and rate say the same."""
    row = make(1)
    Commitment.objects.filter(pk=row.pk).update(due_on=FRIDAY)
    Obligation.objects.filter(kind=DutyKind.COMMITMENT).update(due_at=CLOSE)
    row.refresh_from_db()
    promises.fulfil_promise(promise=row, evidence="已送达", at=SEVEN, by=row.owner)
    duty = Obligation.objects.get(kind=DutyKind.COMMITMENT)
    assert duty.state == "done_late"
    counted = kpi_sets.tallies(date(2026, 11, 1), timezone.now())
    assert counted[row.owner_id, "promise"] == Tally(0, 1)
    client.force_login(row.owner)
    assert duty.get_state_display() in client.get(row.get_absolute_url()).content.decode()


def test_after_close_it_is_listed_as_late_and_cannot_be_taken_back(client):
    close_at("00:00")
    row, later = make(0), make(1)
    client.force_login(make_user("dept_head"))
    assert client.get("/promises/?late=1").context["page"].rows == [row]
    with pytest.raises(VisitError, match="期限已过"):
        withdraw(row)
    withdraw(later)


def test_before_close_it_can_still_be_taken_back():
    close_at("24:00")
    row = make(0)
    withdraw(row)
    assert row.state == "withdrawn"


def agreed(row, **data):
    contact, today = row.customer.contacts.first(), timezone.localdate()
    return {
        "seen_due_on": row.due_on, "new_due_on": today + timedelta(days=9),
        "consent_by": contact.pk, "consent_on": today, "consent_how": "电话",
        "reason": "客户场地未腾空",
    } | data  # fmt: skip


def move(client, row, **data):
    client.force_login(row.owner)
    url = reverse("visits:commitment_renegotiate", args=[row.pk])
    return client.post(url, agreed(row, **data))


def test_consent_that_came_too_late_opens_no_way_back(client):
    """Otherwise a broken promise would leave the rate: moved ahead, then taken back."""
    row = make(-2)
    assert move(client, row).status_code == 302
    row.refresh_from_db()
    with pytest.raises(VisitError, match="期限已过"):
        withdraw(row)
    assert "back_form" not in [
        name for name, form in client.get(row.get_absolute_url()).context["can"].items() if form
    ]


def test_today_is_no_new_day_after_close(client):
    close_at("00:00")
    row, today = make(3), timezone.localdate()
    page = move(client, row, new_due_on=today)
    assert page.status_code == 422 and "今天已过下班时刻" in page.content.decode()
    close_at("24:00")
    assert move(client, row, new_due_on=today).status_code == 302


def test_two_tabs_cannot_both_move_it(client):
    row = make(3)
    first = row.due_on
    assert move(client, row).status_code == 302
    page = move(client, row, seen_due_on=first, new_due_on=first + timedelta(days=20))
    assert page.status_code == 422 and row.renegotiations.count() == 1
    form = RenegotiateForm(agreed(row, seen_due_on=""), customer=row.customer)
    assert "页面已过时" in str(form.errors)


def test_approved_in_the_evening_it_is_not_late_at_once():
    visit = make_visit(state="held")
    head = make_user("dept_head", department=visit.customer.department)
    today = timezone.localdate()
    row = promises.make_promise(
        customer=visit.customer, content="续约打九折", owner=visit.owner, by=visit.owner,
        due_on=today, visit=visit, topic="price_discount",
    )  # fmt: skip
    request = escalating.ask(
        customer=visit.customer, topic="price_discount", question="要优惠", proposal="打九折",
        by=visit.owner, origin=row,
    )  # fmt: skip
    close_at("00:00")
    escalating.decide(escalation=request, outcome="approved", by=head)
    row.refresh_from_db()
    assert row.state == "open" and row.due_on > today
    assert Obligation.objects.get(kind=DutyKind.COMMITMENT).due_at > timezone.now()


@pytest.mark.parametrize(("days", "says"), [("3", True), ("4", False)])
def test_the_administrator_says_when_to_suggest_that_it_was_not_kept(client, days, says):
    Parameter.objects.filter(key="promise_broken_after_days").update(value=days)
    row = make(-3)
    client.force_login(row.owner)
    assert client.get(row.get_absolute_url()).context["looks_broken"] is says
