"""Nobody decides on a record, request, week or finding of their own, by whatever way (D16)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import make_customer
from tests.authz.test_four_eyes import stand_in
from visits import weekly_rules
from visits.actions import escalating, reviewing, weekly
from visits.actions.errors import VisitError
from visits.models import FindingAnswer
from visits.tests.factories import make_participant, make_record, make_visit
from visits.tests.joint_factories import add, answer

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(people):
    return make_customer(manager=people["manager"])


def says(client, user, url, row, **data) -> str:
    """The state of `row` after `user` posted the answer."""
    client.force_login(user)
    client.post(url, data)
    row.refresh_from_db()
    return row.state


# --- the record of a visit (R11) ----------------------------------------------------------------
def record_of(customer, writer, owner=None):
    visit = make_visit(
        customer=customer, owner=owner or customer.manager, state="recorded", mode="phone"
    )
    return make_record(visit, written_by=writer)


def accepts(client, user, record) -> bool:
    url = reverse("visits:record_review", args=[record.visit_id])
    return says(client, user, url, record, decision="accept", version=record.version) == "accepted"


def in_queue(client, user, record) -> bool:
    client.force_login(user)
    page = client.get(reverse("visits:record_queue"))
    return page.status_code == 200 and record in [r for r in reviewing.to_review(user)]


def test_the_head_accepts_what_a_manager_wrote(client, people, customer):
    record = record_of(customer, people["manager"])
    assert in_queue(client, people["head"], record)
    assert accepts(client, people["head"], record)


@pytest.mark.parametrize("absent", ["head", "director"])
def test_the_writer_does_not_accept_as_anybodys_delegate(client, people, customer, absent):
    stand_in(people[absent], people["manager"])
    record = record_of(customer, people["manager"])
    assert not in_queue(client, people["manager"], record)
    assert not accepts(client, people["manager"], record)


def test_who_wrote_in_the_managers_place_does_not_accept(client, people, customer):
    stand_in(people["head"], people["mate"])
    record = record_of(customer, people["mate"])
    assert not in_queue(client, people["mate"], record)
    assert not accepts(client, people["mate"], record)


def test_the_owner_of_the_visit_does_not_accept_what_a_mate_wrote(client, people, customer):
    stand_in(people["head"], people["manager"])
    assert not accepts(client, people["manager"], record_of(customer, people["mate"]))


def test_the_delegate_of_a_head_does_not_accept_what_the_head_wrote(client, people, customer):
    stand_in(people["head"], people["mate"])
    assert not accepts(client, people["mate"], record_of(customer, people["head"]))


def rewritten(record, by):
    """Returned, and handed in again by somebody else."""
    type(record).objects.filter(pk=record.pk).update(state="returned", review_note="写全")
    record.refresh_from_db()
    text = {"customer_opinions": "账单看不懂", "next_step": "", "has_no_next_step": True}
    text["has_no_view_change"] = True
    reviewing.resubmit_record(record=record, version=record.version, by=by, **text)
    return record


def test_handing_it_in_again_does_not_launder_the_text_of_the_head(client, people, customer):
    record = rewritten(record_of(customer, people["head"]), people["manager"])
    assert record.written_by == people["manager"]
    assert not in_queue(client, people["head"], record)
    assert not accepts(client, people["head"], record)
    assert in_queue(client, people["director"], record)
    assert accepts(client, people["director"], record)


# --- a request up the line (R14, R16) -----------------------------------------------------------
def request_of(customer, asker):
    return escalating.ask(
        customer=customer, topic="price_discount", question="客户要求优惠", proposal="建议同意",
        by=asker, discount_pct=15,
    )  # fmt: skip


def approves(client, user, request) -> bool:
    url = reverse("visits:escalation_decide", args=[request.pk])
    until = timezone.localdate() + timedelta(days=30)
    return says(client, user, url, request, outcome="approved", expires_on=until) == "approved"


def test_the_head_decides_what_a_manager_asked(client, people, customer):
    assert approves(client, people["head"], request_of(customer, people["manager"]))


@pytest.mark.parametrize("absent", ["head", "director"])
def test_the_asker_does_not_decide_as_anybodys_delegate(client, people, customer, absent):
    stand_in(people[absent], people["manager"])
    assert not approves(client, people["manager"], request_of(customer, people["manager"]))


def test_a_heads_own_request_is_for_the_director(client, people, customer):
    stand_in(people["head"], people["mate"])
    request = request_of(customer, people["head"])
    assert not approves(client, people["head"], request)
    assert not approves(client, people["mate"], request)
    assert approves(client, people["director"], request)


def test_a_head_who_stands_in_for_the_director_does_not_decide_the_own(client, people, customer):
    stand_in(people["director"], people["head"])
    assert not approves(client, people["head"], request_of(customer, people["head"]))


# --- the plan of a week (§B.13) -----------------------------------------------------------------
def plan_of(author, *writers):
    """Saved by each of `writers` in turn, and handed in by the last one."""
    monday = weekly_rules.next_monday(timezone.now())
    plan = weekly.start_plan(user=author, monday=monday, by=author)
    for writer in writers:
        weekly.save_plan(
            plan=plan, items=[weekly.Item("task", monday, "走访三家客户")], summary="",
            outcomes={}, seen_at=plan.updated_at, by=writer,
        )  # fmt: skip
    weekly.submit_plan(plan=plan, by=writers[-1])
    return plan


def answers(client, user, plan) -> bool:
    url = reverse("visits:weekly_plan_review", args=[plan.pk])
    return says(client, user, url, plan, decision="reviewed", feedback="同意") == "reviewed"


def test_the_head_answers_the_plan_of_a_manager(client, people):
    assert answers(client, people["head"], plan_of(people["manager"], people["manager"]))


@pytest.mark.parametrize("absent", ["head", "director"])
def test_the_author_does_not_answer_as_anybodys_delegate(client, people, absent):
    stand_in(people[absent], people["manager"])
    assert not answers(client, people["manager"], plan_of(people["manager"], people["manager"]))


def test_a_head_does_not_answer_what_the_head_wrote_for_a_manager(client, people):
    plan = plan_of(people["manager"], people["head"], people["manager"])
    assert not answers(client, people["head"], plan)
    with pytest.raises(VisitError):
        weekly.review_plan(plan=plan, is_accepted=True, feedback="", by=people["head"])
    assert answers(client, people["director"], plan)


# --- a finding of a joint visit (R10) -----------------------------------------------------------
def test_nobody_confirms_the_own_finding(people, customer):
    visit = make_visit(customer=customer, state="held", mode="phone", is_formal=False)
    make_participant(visit, people["mate"])
    stand_in(people["mate"], people["manager"])  # nor in the colleague's place
    finding = add(visit, by=people["manager"])
    with pytest.raises((VisitError, PermissionDenied)):
        answer(finding, people["manager"])
    assert not FindingAnswer.objects.exists()
    answer(finding, people["mate"])
    assert FindingAnswer.objects.get().user == people["mate"]
