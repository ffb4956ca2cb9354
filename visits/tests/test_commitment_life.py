"""What becomes of a promise: kept with a file, confirmed, moved, broken, taken back (R12)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import make_contact
from reminders.models import DutyKind, LadderStage, Obligation
from staff.tests.factories import make_user
from visits.actions import promises
from visits.models import Commitment, PromiseRenegotiation
from visits.tests.factories import make_visit
from visits.tests.letter_factories import pdf_file
from visits.tests.test_visit_plan import moment

pytestmark = pytest.mark.django_db


def day(days):
    return timezone.localdate() + timedelta(days=days)


def make(due_in=3, made=-10):
    visit = make_visit(state="held")
    row = promises.make_promise(
        customer=visit.customer, content="送组网图", due_on=day(due_in), owner=visit.owner,
        by=visit.owner, visit=visit,
    )  # fmt: skip
    Commitment.objects.update(created_at=timezone.now() + timedelta(days=made))
    row.refresh_from_db()
    return row


def post(client, row, name, user=None, **data):
    client.force_login(user or row.owner)
    answer = client.post(reverse(f"visits:commitment_{name}", args=[row.pk]), data)
    row.refresh_from_db()
    return answer


def move(client, row, agreed=0, to=9, **data):
    contact = row.customer.contacts.first()
    data = {
        "seen_due_on": row.due_on, "new_due_on": day(to), "consent_by": contact.pk,
        "consent_on": day(agreed), "consent_how": "电话", "reason": "客户场地未腾空",
    } | data  # fmt: skip
    return post(client, row, "renegotiate", **data)


def duty():
    return Obligation.objects.get(kind=DutyKind.COMMITMENT)


def due_day(moment_):
    return timezone.localdate(moment_)


def test_consent_in_time_moves_the_measured_day_and_keeps_the_first(client):
    row = make()
    assert move(client, row).status_code == 302
    assert row.due_on == day(9)
    assert (due_day(duty().due_at), due_day(duty().original_due_at)) == (day(9), day(3))
    assert PromiseRenegotiation.objects.get().old_due_on == day(3)


def test_consent_after_the_day_does_not_heal_the_breach(client):
    row = make(due_in=-2)
    assert move(client, row).status_code == 302
    assert row.due_on == day(9) and due_day(duty().due_at) == day(-2)
    post(client, row, "fulfil", evidence="已送达", at=moment(timezone.now()))
    assert duty().state == "done_late"


def test_consent_in_time_but_entered_later_counts(client):
    row = make(due_in=-2)
    move(client, row, agreed=-3)
    assert due_day(duty().due_at) == day(9)


@pytest.mark.parametrize(
    "wrong",
    [{"to": -1}, {"agreed": 1}, {"agreed": -11}, {"reason": ""}, {"consent_how": ""}, {"to": 3}],
)
def test_a_wrong_renegotiation_is_refused(client, wrong):
    row = make()
    assert move(client, row, **wrong).status_code == 422
    assert row.due_on == day(3) and not PromiseRenegotiation.objects.exists()


def test_a_contact_of_another_customer_consents_to_nothing(client):
    row, other = make(), make_contact(make_visit().customer)
    assert move(client, row, consent_by=other.pk).status_code == 422


def test_it_is_begun_kept_with_a_file_and_confirmed(client):
    row = make()
    post(client, row, "start")
    assert row.state == "in_progress" and duty().state == "open"
    at = moment(timezone.now() - timedelta(minutes=5))
    assert post(client, row, "fulfil", evidence="已送达", at=at, file=pdf_file()).status_code == 302
    assert row.state == "fulfilled" and duty().evidence["proof_sha256"] == row.evidence_file.sha256
    client.get(reverse("visits:commitment_evidence", args=[row.pk]))
    contact = row.customer.contacts.first()
    now = moment(timezone.now())
    post(client, row, "confirm", confirmed_by=contact.pk, confirmed_at=now)
    assert (row.state, row.confirmed_by) == ("confirmed", contact)


def test_a_broken_promise_stays_in_red_for_good(client):
    row = make(due_in=-11)
    page = post(client, row, "broken", reason="")
    assert page.status_code == 422
    client.force_login(row.owner)
    assert client.get(row.get_absolute_url()).context["looks_broken"]
    post(client, row, "broken", reason="施工许可没有批下")
    assert row.state == "broken" and duty().state == "cancelled"
    for url in ("/promises/?state=broken", f"/visits/of-customer/{row.customer_id}/"):
        text = client.get(url).content.decode()
        assert "chip-late" in text and "施工许可没有批下" in text
    assert post(client, row, "withdraw", reason="不算了吧", told_how="电话").status_code == 422
    assert row.state == "broken"


def test_it_is_taken_back_before_its_day_with_the_customer_told(client):
    row = make()
    assert post(client, row, "withdraw", reason="客户取消演示").status_code == 422
    post(client, row, "withdraw", reason="客户取消演示", told_how="电话告知")
    assert row.state == "withdrawn" and "电话告知" in row.ended_reason
    assert duty().state == "cancelled"


def test_after_its_day_it_cannot_be_taken_back(client):
    row = make(due_in=-1)
    page = post(client, row, "withdraw", reason="客户取消演示", told_how="电话告知")
    assert page.status_code == 422 and row.state == "open"


def test_a_stale_tab_is_refused(client):
    row = make()
    post(client, row, "broken", reason="没有做到")
    for name in ("start", "fulfil", "confirm", "broken", "renegotiate"):
        post(client, row, name, reason="又来一次", evidence="送达", at=moment(timezone.now()))
        assert row.state == "broken", name


def test_the_ladder_speaks_three_days_one_day_and_on_the_day_and_then_daily_to_the_head():
    rungs = {r.code: r for r in LadderStage.objects.filter(kind=DutyKind.COMMITMENT)}
    assert (rungs["three_days"].workdays, rungs["one_day"].workdays) == (-3, -1)
    assert rungs["day_morning"].workdays == 0
    assert rungs["overdue"].repeats_daily and "dept_head" in rungs["overdue"].audiences


def test_filters_of_the_register(client):
    late, soon = make(due_in=-1), make()
    client.force_login(make_user("dept_head"))
    assert client.get("/promises/?late=1").context["page"].rows == [late]
    assert client.get("/promises/?source=call").context["page"].rows == []
    assert client.get("/promises/?source=visit").context["page"].rows == [late, soon]


def test_out_of_scope_404_wrong_role_403_wrong_method_405(client):
    row = make()
    assert post(client, row, "broken", make_user(), reason="没有做到").status_code == 404
    director = make_user("branch_director")
    assert post(client, row, "broken", director, reason="没有做到").status_code == 403
    assert client.get(row.get_absolute_url()).status_code == 200
    assert client.get(reverse("visits:commitment_broken", args=[row.pk])).status_code == 403
    client.force_login(row.owner)
    assert client.get(reverse("visits:commitment_broken", args=[row.pk])).status_code == 405
