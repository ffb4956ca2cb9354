"""A new manager owes what is not over yet: visits, letters, promises and their duties (R1)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions import assign_manager
from reminders.models import DutyKind, Obligation
from staff.tests.factories import make_user
from visits.actions import correspondence, visiting
from visits.actions.handover import hand_over_work
from visits.actions.promises import open_promise_duty
from visits.actions.recording import record_visit
from visits.models import Commitment
from visits.tests.factories import make_commitment, make_letter, make_participant, make_visit

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
