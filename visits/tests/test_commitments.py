"""Promises: listed by day, kept with evidence, late when late (R12)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from reminders.models import Obligation
from staff.tests.factories import make_user
from visits.actions import promises
from visits.actions.errors import VisitError
from visits.models import Commitment
from visits.tests.factories import make_commitment, make_letter, make_visit
from visits.tests.test_visit_list import queries_of
from visits.tests.test_visit_plan import moment

pytestmark = pytest.mark.django_db
LIST = "/promises/"


def promise(due_in=3, source=None):
    visit = source or make_visit(state="held")
    key = "letter" if visit._meta.model_name == "inboundletter" else "visit"
    return promises.make_promise(
        customer=visit.customer,
        content="送组网图",
        due_on=timezone.localdate() + timedelta(days=due_in),
        owner=visit.owner,
        by=visit.owner,
        **{key: visit},
    )


def fulfil(client, row, user=None, **changes):
    client.force_login(user or row.owner)
    data = {"evidence": "已当面交给王主任", "at": moment(timezone.now())}
    return client.post(reverse("visits:commitment_fulfil", args=[row.pk]), data | changes)


def test_it_is_due_at_close_of_business_of_its_day():
    row = promise()
    due_at = timezone.localtime(Obligation.objects.get().due_at)
    assert (due_at.date(), due_at.hour, due_at.minute) == (row.due_on, 18, 0)


def test_a_promise_has_a_page_that_leads_to_its_letter(client):
    row = promise(source=make_letter())
    client.force_login(row.owner)
    page = client.get(row.get_absolute_url()).content.decode()
    assert row.letter.get_absolute_url() in page


def test_a_promise_from_nowhere_is_refused():
    visit = make_visit()
    with pytest.raises(VisitError):
        promises.make_promise(
            customer=visit.customer, content="x", due_on=timezone.localdate(),
            owner=visit.owner, by=visit.owner,
        )  # fmt: skip


def test_keeping_it_ends_the_duty_with_evidence(client):
    row = promise()
    response = fulfil(client, row)
    assert response.status_code == 302 and response.url == row.get_absolute_url()
    row.refresh_from_db()
    duty = Obligation.objects.get()
    assert (row.state, row.evidence) == ("fulfilled", "已当面交给王主任")
    assert duty.state == "done" and duty.evidence == {"text": "已当面交给王主任"}


def test_keeping_it_after_its_day_is_late(client):
    fulfil(client, promise(due_in=-2))
    assert Obligation.objects.get().state == "done_late"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"evidence": ""}, "请填写这一项"),
        ({"evidence": "长" * 301}, "300"),
        ({"at": "2099-01-01T10:00"}, "不能晚于现在"),
        ({"at": "昨天"}, "请按「年-月-日 时:分」填写"),
    ],
)
def test_bad_input_is_told_and_nothing_is_stored(client, changes, message):
    row = promise()
    page = fulfil(client, row, **changes).content.decode()
    assert message in page and changes.get("evidence", "已当面") in page
    assert Commitment.objects.get().state == "open" and Obligation.objects.get().state == "open"


def test_the_second_time_is_refused(client):
    row = promise()
    fulfil(client, row)
    assert "状态已变更" in fulfil(client, row, evidence="又一次").content.decode()
    assert Commitment.objects.get().evidence == "已当面交给王主任"


def test_another_manager_gets_404_and_readers_403(client):
    row = promise()
    assert fulfil(client, row, make_user()).status_code == 404
    assert fulfil(client, row, make_user("branch_director")).status_code == 403


def test_the_list_is_scoped_filtered_and_by_day(client):
    late, soon, foreign = promise(due_in=-1), promise(due_in=1), promise()
    head = make_user("dept_head")
    client.force_login(head)
    assert client.get(LIST).context["page"].rows == [late, soon, foreign]
    assert client.get(f"{LIST}?owner={soon.owner_id}").context["page"].rows == [soon]
    client.force_login(late.owner)
    assert client.get(LIST).context["page"].rows == [late]


def test_the_list_costs_the_same_with_1_and_30_rows(client):
    visit = make_visit(state="held")
    make_commitment(visit=visit)
    client.force_login(visit.owner)
    one = queries_of(client, LIST)
    for _ in range(29):
        make_commitment(visit=visit)
    assert queries_of(client, LIST) == one
    assert len(client.get(LIST).context["page"].rows) == 30


def test_the_wrong_role_gets_403_and_post_405(client):
    client.force_login(make_user("back_office"))
    assert client.get(LIST).status_code == 403
    client.force_login(make_user())
    assert client.post(LIST).status_code == 405
