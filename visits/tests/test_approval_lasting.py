"""How long an approval without an end covers other promises of the customer (R14 [P])."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import Parameter
from staff.tests.factories import make_user
from visits.actions import escalating, promises
from visits.models import Escalation
from visits.tests.factories import make_visit

pytestmark = pytest.mark.django_db


def approved(visit, days_ago: int) -> Escalation:
    head = make_user("dept_head", department=visit.customer.department)
    row = escalating.ask(
        customer=visit.customer, topic="price_discount", question="要优惠", proposal="打九折",
        by=visit.owner,
    )  # fmt: skip
    escalating.decide(escalation=row, outcome="approved", by=head)
    decided_at = timezone.now() - timedelta(days=days_ago)
    Escalation.objects.filter(pk=row.pk).update(decided_at=decided_at)
    return row


def promised(visit):
    return promises.make_promise(
        customer=visit.customer, content="续约打九折", owner=visit.owner, by=visit.owner,
        due_on=timezone.localdate() + timedelta(days=5), visit=visit,
    )  # fmt: skip


@pytest.mark.parametrize(("age", "state"), [(89, "open"), (91, "blocked")])
def test_it_covers_the_next_promise_for_ninety_days(age, state):
    visit = make_visit(state="held")
    approved(visit, age)
    assert promised(visit).state == state


def test_the_administrator_sets_the_days():
    Parameter.objects.filter(key="approval_valid_days").update(value="10")
    visit = make_visit(state="held")
    approved(visit, 11)
    assert promised(visit).state == "blocked"
