"""A new manager owes what is not over yet: visits, letters, promises and their duties (R1)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import add_backup, assign_manager
from core.models import Draft
from reminders.models import DutyKind, Obligation
from staff.tests.factories import make_user
from visits import record_reports
from visits.actions import correspondence, reviewing, visiting
from visits.actions.handover import hand_over_work
from visits.actions.promises import open_promise_duty
from visits.actions.recording import record_visit
from visits.models import Commitment, Visit
from visits.tests.factories import (
    make_commitment,
    make_letter,
    make_participant,
    make_record,
    make_visit,
)

pytestmark = pytest.mark.django_db


def hand_over(customer, to=None):
    old, to, head = customer.manager, to or make_user(), make_user("dept_head")
    assign_manager(customer=customer, to=to, by=head, reason="分工调整")
    hand_over_work(customer=customer, old=old, to=to, by=head, reason="分工调整")
    return to


def test_a_planned_visit_goes_along_and_its_duties_open_for_the_new_manager():
    visit = make_visit(state="booked")
    to = hand_over(visit.customer)
    visit.refresh_from_db()
    now = timezone.now()
    visiting.hold_visit(visit=visit, started_at=now, ended_at=now, at=now, by=to)
    assert visit.owner == to
    assert set(Obligation.objects.values_list("kind", "owner")) == {
        (DutyKind.VISIT_RECORD, to.pk),
        (DutyKind.THANK_YOU_LETTER, to.pk),
    }


def test_whoever_came_along_is_not_named_twice():
    visit, to = make_visit(), make_user()
    make_participant(visit, to)
    hand_over(visit.customer, to)
    assert not visit.participants.exists()


def test_a_visit_to_be_recorded_goes_along_and_its_promises_are_the_new_managers():
    visit = make_visit(state="held")
    to = hand_over(visit.customer)
    visit.refresh_from_db()
    due_on = timezone.localdate() + timedelta(days=3)
    outcomes = {point.pk: "covered" for point in visit.key_points.all()}
    record_visit(
        visit=visit, outcomes=outcomes, by=to, commitments=[("送组网图", due_on)],
        customer_opinions="满意", summary_points="扩容", has_no_next_step=True,
        has_no_view_change=True,
    )  # fmt: skip
    assert visit.owner == to
    assert Commitment.objects.get().owner == to
    assert Obligation.objects.get(kind=DutyKind.COMMITMENT).owner == to


def test_letters_to_answer_and_open_promises_go_along():
    letter = make_letter()
    promise = make_commitment(visit=make_visit(customer=letter.customer, state="recorded"))
    to = hand_over(letter.customer)
    letter.refresh_from_db()
    promise.refresh_from_db()
    assert (letter.owner, promise.owner) == (to, to)


def test_answered_letters_and_visits_of_others_stay():
    letter = make_letter(state="replied")
    colleague = make_user()
    visit = make_visit(owner=colleague, customer=letter.customer)
    to = hand_over(letter.customer)
    letter.refresh_from_db()
    visit.refresh_from_db()
    assert to not in (letter.owner, visit.owner)


def test_a_letter_given_away_after_an_interim_reply_takes_its_promise_along():
    letter = make_letter(state="interim_replied")
    promise = make_commitment(letter=letter, visit=None)
    open_promise_duty(promise, by=letter.owner)
    to = make_user("dept_head")
    correspondence.assign_letter(letter=letter, to=to, by=letter.owner)
    promise.refresh_from_db()
    assert promise.owner == to
    assert Obligation.objects.get(kind=DutyKind.COMMITMENT).owner == to


# --- a record that the head sent back -------------------------------------------------------------
def sent_back():
    """The returned record of a visit whose owner is the customer's manager."""
    record = make_record(make_visit(state="recorded", mode="phone"))
    head = make_user("dept_head", department=record.visit.customer.department)
    reviewing.return_record(record=record, version=1, note="写明预算", by=head)
    return record


def listed(user):
    return list(record_reports.returned_records(user, 9))


def test_a_record_that_was_sent_back_is_the_next_managers_to_change_with_what_was_typed(client):
    record = sent_back()
    old, key = record.visit.owner, f"visits:resubmit:{record.pk}:1"
    Draft.objects.create(user=old, form=key, payload={"customer_opinions": ["改了一半的看法"]})
    to = hand_over(record.visit.customer)
    record.visit.refresh_from_db()
    assert (listed(old), listed(to), record.visit.owner) == ([], [record], old)
    client.force_login(to)
    url = reverse("visits:record_resubmit", args=[record.visit_id])
    assert url in client.get(reverse("crm:today")).content.decode()
    assert "改了一半的看法" in client.get(url).content.decode()


def test_what_is_sent_back_after_the_handover_reaches_the_next_manager_too():
    record = make_record(make_visit(state="recorded", mode="phone"))
    to = hand_over(record.visit.customer)
    head = make_user("dept_head", department=record.visit.customer.department)
    reviewing.return_record(record=record, version=1, note="写明预算", by=head)
    assert (listed(record.visit.owner), listed(to)) == ([], [record])


def test_a_backup_in_office_changes_the_own_record():
    record, backup = sent_back(), make_user()
    Visit.objects.filter(pk=record.visit_id).update(owner=backup)
    customer, since = record.visit.customer, timezone.localdate()
    row = add_backup(
        customer=customer, user=backup, valid_from=since, valid_to=None, reason="休假", by=None
    )
    assert (listed(backup), listed(customer.manager)) == ([record], [])
    row.delete()
    assert (listed(backup), listed(customer.manager)) == ([], [record])


def test_the_list_of_records_that_came_back_costs_one_query(django_assert_num_queries):
    records = [sent_back() for _ in range(3)]
    to = make_user()
    for record in records:
        hand_over(record.visit.customer, to)
    to.acting_for()  # read once a request
    with django_assert_num_queries(1):
        assert [record.visit.customer.name for record in listed(to)]
