"""请示: asked, decided once within the own limit, forwarded, withdrawn, told (R14, R16)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import make_contact, make_customer
from core.models import AuditEvent, Parameter
from reminders.models import DutyKind, Obligation
from staff.models import User
from staff.tests.factories import make_absence, make_department, make_user
from visits.actions import escalating, promises
from visits.actions.errors import VisitError
from visits.models import Commitment, Escalation
from visits.tests.factories import make_letter
from visits.tests.test_visit_plan import moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer():
    department = make_department()
    make_user("dept_head", department=department, username="head_ent")
    make_user("branch_director", branch=department.branch, username="director")
    customer = make_customer(manager=make_user(department=department))
    make_contact(customer)
    return customer


def person(username):
    return User.objects.get(username=username)


def ask(customer, *, by=None, discount=15, blocked=False, **fields):
    by = by or customer.manager
    fields = {"topic": "price_discount", "discount_pct": discount} | fields
    if blocked:
        fields["origin"] = promises.make_promise(
            customer=customer, content=f"给予{discount}%折扣", source="call", owner=by, by=by,
            due_on=timezone.localdate() + timedelta(days=5),
        )  # fmt: skip
    return escalating.ask(
        customer=customer, question="客户要求优惠", proposal="建议同意", by=by, **fields
    )


def post(client, request, name, user, **data):
    client.force_login(user)
    return client.post(reverse(f"visits:escalation_{name}", args=[request.pk]), data)


def decide(client, request, user, outcome="approved", **data):
    return post(client, request, "decide", user, outcome=outcome, **data)


def duties():
    return Obligation.objects.filter(kind=DutyKind.ESCALATION_RESPONSE).order_by("pk")


def test_the_head_owes_a_decision_within_one_working_day(customer):
    request = ask(customer)
    duty = duties().get()
    assert (duty.owner, duty.amount, duty.customer_ref) == (person("head_ent"), 1, customer.pk)
    assert duty.path == request.get_absolute_url()


def test_two_tabs_decide_once(client, customer):
    request = ask(customer)
    assert decide(client, request, person("head_ent")).status_code == 302
    page = decide(client, request, person("head_ent"), "rejected", alternative="改为赠送巡检")
    request.refresh_from_db()
    assert page.status_code == 422 and "改为赠送巡检" in page.content.decode()
    assert (request.outcome, request.decided_by) == ("approved", person("head_ent"))
    assert (
        AuditEvent.objects.filter(verb__startswith="escalation.", target_id=request.pk).count() == 2
    )


def test_a_decision_after_a_withdrawal_is_refused(client, customer):
    request = ask(customer, blocked=True)
    stale = Escalation.objects.get(pk=request.pk)
    assert (
        post(client, request, "withdraw", customer.manager, reason="客户改了主意").status_code
        == 302
    )
    with pytest.raises(VisitError, match="状态已变更"):
        escalating.decide(escalation=stale, outcome="approved", by=person("head_ent"))
    assert decide(client, request, person("head_ent")).status_code == 422
    request.refresh_from_db()
    assert request.state == "withdrawn" and duties().get().state == "cancelled"
    assert Commitment.objects.get().state == "blocked"


def test_nobody_decides_the_own_request(client, customer):
    assert decide(client, ask(customer), customer.manager).status_code == 403
    own = ask(customer, by=person("head_ent"), discount=20)
    assert own.approver.username == "director"
    assert decide(client, own, person("head_ent")).status_code == 422
    assert decide(client, own, person("director")).status_code == 302


def test_the_database_refuses_the_asker_as_decider(customer):
    request = ask(customer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Escalation.objects.filter(pk=request.pk).update(
            state="approved", decided_by=customer.manager, decided_at=timezone.now()
        )


def test_who_stands_in_for_the_head_decides_but_not_the_own_request(client, customer):
    mate = make_user(department=customer.department)
    today = timezone.localdate()
    for delegate in (mate, customer.manager):
        make_absence(person("head_ent"), delegate, today, today)
    assert escalating.acts_as(ask(customer), User.objects.get(pk=customer.manager_id)) is None
    request = ask(customer)
    assert decide(client, request, mate).status_code == 302
    request.refresh_from_db()
    assert request.decided_by == mate


def test_beyond_the_heads_limit_it_goes_to_the_director(client, customer):
    request = ask(customer, discount=20)
    page = decide(client, request, person("head_ent"))
    assert page.status_code == 422 and "请上报" in page.content.decode()
    assert "分公司主任" in client.get(request.get_absolute_url()).context["level"]

    assert post(client, request, "forward", person("head_ent"), note="建议支持").status_code == 302

    request.refresh_from_db()
    assert (request.state, request.approver.username) == ("forwarded", "director")
    first, second = duties()
    assert (first.state, second.state, second.owner) == ("done", "open", person("director"))
    assert decide(client, request, person("head_ent")).status_code == 422
    assert decide(client, request, person("director")).status_code == 302


def test_nobody_in_the_branch_may_approve_beyond_the_directors_limit(client, customer):
    request = ask(customer, discount=40)
    assert decide(client, request, person("director")).status_code == 422
    page = decide(client, request, person("director"), "rejected", alternative="须报省公司")
    assert page.status_code == 302


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"outcome": "approved_with_conditions"}, "请写明条件"),
        ({"outcome": "rejected"}, "替代方案或解释"),
        ({"outcome": ""}, "请填写这一项"),
    ],
)
def test_a_decision_without_its_words_is_refused(client, customer, data, message):
    page = decide(client, ask(customer), person("head_ent"), **data)
    assert page.status_code == 422 and message in page.content.decode()


def test_an_exception_needs_policy_reason_and_end_and_is_shown_to_the_auditor(client, customer):
    with pytest.raises(VisitError, match="规定"):
        ask(customer, topic="out_of_policy", discount=None)
    request = ask(
        customer, topic="out_of_policy", discount=None, policy_ref="缴费办法第七条",
        special_reason="预算按季拨付",
    )  # fmt: skip
    assert decide(client, request, person("head_ent")).status_code == 422
    until = timezone.localdate() + timedelta(days=90)
    assert decide(client, request, person("head_ent"), expires_on=until).status_code == 302
    client.force_login(make_user("auditor", branch=customer.branch))
    page = client.get(reverse("visits:escalation_list") + "?tab=exceptions")
    assert page.context["page"].rows == [request]


def test_rejected_the_promise_is_withdrawn_with_the_reason(client, customer):
    request = ask(customer, blocked=True)
    decide(client, request, person("head_ent"), "rejected", alternative="可延长巡检")
    promise = Commitment.objects.get()
    assert promise.state == "withdrawn" and "可延长巡检" in promise.ended_reason
    assert not Obligation.objects.filter(kind=DutyKind.COMMITMENT).exists()


def test_with_conditions_the_promise_waits_for_the_owner(client, customer):
    request = ask(customer, blocked=True)
    conditions = "合同期不少于两年"
    decide(client, request, person("head_ent"), "approved_with_conditions", conditions=conditions)
    promise = Commitment.objects.get()
    url = reverse("visits:commitment_accept", args=[promise.pk])
    assert promise.state == "blocked"
    client.force_login(person("head_ent"))
    assert client.post(url, {"accepts": "1"}).status_code == 403
    client.force_login(customer.manager)
    assert conditions in client.get(promise.get_absolute_url()).content.decode()
    client.post(url)  # not ticked
    assert Commitment.objects.get().state == "blocked"
    client.post(url, {"accepts": "1"})
    assert Commitment.objects.get().state == "open"
    assert Obligation.objects.filter(kind=DutyKind.COMMITMENT).open().count() == 1


def test_a_promise_approved_after_its_day_is_not_late_at_once(customer):
    Parameter.objects.filter(key="business_close").update(value="24:00")  # at any hour of the test
    request = ask(customer, blocked=True)
    yesterday = timezone.localdate() - timedelta(days=1)
    Commitment.objects.update(due_on=yesterday)
    escalating.decide(escalation=request, outcome="approved", by=person("head_ent"))
    assert Commitment.objects.get().due_on == timezone.localdate()


def test_the_customer_is_told_after_the_decision_only(client, customer):
    request = ask(customer)
    now = moment(timezone.now() + timedelta(seconds=0))
    assert (
        post(client, request, "communicate", customer.manager, how="当面", at=now).status_code
        == 422
    )
    decide(client, request, person("head_ent"))
    Escalation.objects.update(decided_at=timezone.now() - timedelta(hours=1))
    assert (
        post(client, request, "communicate", customer.manager, how="当面", at=now).status_code
        == 302
    )
    request.refresh_from_db()
    assert (request.state, request.outcome) == ("communicated", "approved")
    assert list(request.steps.values_list("verb", flat=True)) == [
        "submitted", "approved", "communicated",
    ]  # fmt: skip


def test_one_request_at_a_time_about_one_thing(customer):
    letter = make_letter(customer=customer)
    ask(customer, origin=letter)
    with pytest.raises(VisitError, match="已有一份请示"):
        ask(customer, origin=letter)


def test_out_of_scope_404_wrong_role_403_wrong_method_405(client, customer):
    request = ask(customer)
    assert post(client, request, "withdraw", make_user(), reason="客户改主意").status_code == 404
    assert (
        post(client, request, "withdraw", person("director"), reason="改主意了").status_code == 403
    )
    assert decide(client, request, make_user("back_office")).status_code == 403
    client.force_login(person("head_ent"))
    url = reverse("visits:escalation_decide", args=[request.pk])
    assert client.get(url).status_code == 405


def test_the_form_asks_and_says_who_decides(client, customer):
    letter = make_letter(customer=customer)
    client.force_login(customer.manager)
    url = reverse("visits:escalation_create") + f"?letter={letter.pk}"
    data = {"topic": "compensation", "amount": "5000", "question": "要求补偿", "proposal": "同意"}
    assert client.post(url, data | {"question": ""}).status_code == 422
    answer = client.post(url, data)
    request = Escalation.objects.get()
    assert answer.url == request.get_absolute_url() and request.origin == letter
    page = client.get(letter.get_absolute_url()).content.decode()
    assert "未决定，不得发出" in page and "template=holding-authority" in page
    client.force_login(make_user())
    assert client.post(url, data).status_code == 404


def test_told_in_the_minute_of_the_decision_as_a_page_without_seconds_says_it(client, customer):
    request = ask(customer, discount=10)
    decide(client, request, person("head_ent"))
    minute = f"{timezone.localtime():%Y-%m-%dT%H:%M}"
    answer = post(client, request, "communicate", customer.manager, how="当面", at=minute)
    assert answer.status_code == 302
