"""An approval makes a promise only as far as it reaches: no smaller figure, no other topic (X1)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from staff.tests.factories import make_user
from visits.actions import escalating, promises
from visits.actions.errors import VisitError
from visits.models import Commitment
from visits.tests.factories import make_visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit():
    visit = make_visit(state="held")
    make_user("dept_head", department=visit.customer.department)
    return visit


def blocked(visit, content="续约给予15%折扣", topic=""):
    row = promises.make_promise(
        customer=visit.customer, content=content, owner=visit.owner, by=visit.owner, topic=topic,
        due_on=timezone.localdate() + timedelta(days=5), visit=visit,
    )  # fmt: skip
    assert row.state == "blocked"
    return row


def ask(row, topic="price_discount", **fields):
    return escalating.ask(
        customer=row.customer, topic=topic, question="客户要求", proposal="建议同意",
        by=row.owner, origin=row, **fields,
    )  # fmt: skip


def decide(request, outcome="approved", **words):
    escalating.decide(escalation=request, outcome=outcome, by=request.approver, **words)


def test_a_request_for_a_promise_asks_for_all_that_it_says(visit):
    row = blocked(visit)
    request = ask(row, discount_pct=9)
    assert request.discount_pct == 15
    decide(request)
    row.refresh_from_db()
    assert row.state == "open"


def test_an_approval_on_another_topic_makes_no_promise(visit):
    row = blocked(visit, content="保证服务等级为最高一级", topic="sla")
    decide(ask(row, topic="other"))
    row.refresh_from_db()
    assert row.state == "blocked"
    with pytest.raises(VisitError, match="超出了批准的范围"):
        promises.release_promise(promise=row, by=row.owner)


def test_conditions_below_the_promise_cannot_be_accepted_for_it(client, visit):
    row = blocked(visit)
    decide(ask(row), "approved_with_conditions", conditions="折扣不超过10%，签两年")
    row.refresh_from_db()
    with pytest.raises(VisitError, match="超出了批准的范围或条件"):
        promises.accept_conditions(promise=row, by=row.owner)
    assert Commitment.objects.get().state == "blocked"
    client.force_login(row.owner)
    can = client.get(row.get_absolute_url()).context["can"]
    assert can["ask"] and can["back_form"] and not can["accept"]


def test_the_second_tab_is_told_that_it_is_behind(visit):
    request = ask(blocked(visit))
    decide(request)
    for late in (decide, lambda r: escalating.forward(escalation=r, by=r.approver)):
        with pytest.raises(VisitError, match="状态已变更"):
            late(request)
