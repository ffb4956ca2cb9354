"""X1: 15 % against a limit of 8 % is not promised, recorded or kept by any path until decided."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEvent
from reminders.models import DutyKind, Obligation
from visits import letter_reports
from visits.actions import addenda, promises, thanks
from visits.actions.errors import VisitError
from visits.models import Commitment, Escalation, PromiseRenegotiation, RecordAddendum, Visit
from visits.tests.authority_cases import WORDS, approve, limited_customer, open_duties
from visits.tests.factories import make_commitment, make_letter, make_record, make_visit
from visits.tests.test_quick_log import send as quick_log
from visits.tests.test_visit_plan import moment
from visits.tests.test_visit_record import held
from visits.tests.test_visit_record import send as record

pytestmark = pytest.mark.django_db
ASKED = {"question": "客户要求15%折扣", "proposal": "建议同意，换三年合同"}


@pytest.fixture
def customer():
    return limited_customer()


def new_promise(client, customer, query="", **changes):
    client.force_login(customer.manager)
    data = {
        "content": f"续约时{WORDS}",
        "due_on": (timezone.localdate() + timedelta(days=5)).isoformat(),
        "topic": "other",  # another name and empty fields help nobody
    }
    url = reverse("visits:commitment_create") + (query or f"?customer={customer.pk}")
    return client.post(url, data | changes)


def test_x1_the_promise_is_blocked_until_the_head_decides(client, customer):
    new_promise(client, customer, **ASKED)
    promise, request = Commitment.objects.get(), Escalation.objects.get()
    assert (promise.state, promise.within_authority, promise.discount_pct) == ("blocked", False, 15)
    assert (request.approver.username, request.topic) == ("head_ent", "price_discount")
    assert not open_duties().exists()
    assert Obligation.objects.get(kind=DutyKind.ESCALATION_RESPONSE).owner.username == "head_ent"

    approve(request)

    promise.refresh_from_db()
    assert promise.state == "open" and open_duties().get().object_id == promise.pk
    assert Obligation.objects.get(kind=DutyKind.ESCALATION_RESPONSE).state == "done"


@pytest.mark.parametrize("kind", ["customer", "visit", "letter"])
def test_the_form_stores_nothing_without_a_request(client, customer, kind):
    source = {
        "customer": lambda: customer,
        "visit": lambda: make_visit(customer=customer, state="held"),
        "letter": lambda: make_letter(customer=customer),
    }[kind]()
    page = new_promise(client, customer, f"?{kind}={source.pk}")
    assert page.status_code == 422 and "超出您的权限" in page.content.decode()
    assert WORDS in page.content.decode()
    assert not Commitment.objects.exists() and not Escalation.objects.exists()


def test_within_authority_the_duty_opens_at_once(client, customer):
    assert new_promise(client, customer, content="给予8%折扣").status_code == 302
    assert Commitment.objects.get().state == "open" and open_duties().count() == 1


def test_a_second_submit_makes_nothing_more(client, customer):
    key = {"submission_key": "7f8de1d5-5a5e-4c5b-9d0f-33a1a3f3a001"}
    urls = {new_promise(client, customer, **ASKED, **key).url for _ in range(3)}
    assert len(urls) == 1 and Commitment.objects.count() == Escalation.objects.count() == 1


@pytest.mark.parametrize("path", ["record", "quick"])
def test_a_record_stores_it_blocked_without_a_duty(client, customer, path):
    due = (timezone.localdate() + timedelta(days=5)).isoformat()
    line = {"promise_content": f"续约时{WORDS}", "promise_due_on": due}
    if path == "record":
        answer = record(client, held(customer=customer), **line)
    else:
        answer = quick_log(client, customer.contacts.first(), **line)
    assert answer.status_code == 302
    made = list(Commitment.objects.values_list("state", flat=True))
    assert made == (["blocked"] if path == "record" else [])  # the quick log has no promises
    assert not open_duties().exists()


@pytest.mark.parametrize("field", ["summary_points", "next_step", "improvement_measures"])
def test_what_was_agreed_cannot_be_recorded_beyond_authority(client, customer, field):
    visit = held(customer=customer)
    words = {field: f"双方同意{WORDS}"}
    words |= {"has_no_next_step": ""} if field == "next_step" else {}
    page = record(client, visit, **words)
    assert page.status_code in (200, 422) and "超出权限" in page.content.decode()
    if field != "improvement_measures":  # the quick log has no such field
        page = quick_log(client, customer.contacts.first(), **words)
        assert "超出权限" in page.content.decode()
    visit.refresh_from_db()
    assert visit.state == "held" and Visit.objects.count() == 1


def test_an_addendum_adds_no_promise(customer):
    visit = make_visit(customer=customer, state="recorded")
    make_record(visit, state="accepted")
    with pytest.raises(VisitError, match="超出权限"):
        addenda.add_addendum(visit=visit, text=f"另外同意{WORDS}", by=visit.owner)
    assert not RecordAddendum.objects.exists()


def test_the_customers_own_demand_may_be_recorded(client, customer):
    visit = held(customer=customer)
    assert record(client, visit, customer_opinions=f"客户希望{WORDS}").status_code == 302


def test_a_blocked_promise_is_in_no_letter(client, customer):
    visit = make_visit(customer=customer, ended_at=timezone.now() - timedelta(hours=1))
    letter = thanks.open_letter(visit=visit, by=visit.owner)
    promises.make_promise(
        customer=customer, content=f"续约时{WORDS}", due_on=timezone.localdate(), visit=visit,
        owner=visit.owner, by=visit.owner,
    )  # fmt: skip
    assert WORDS not in letter_reports.proposed_thanks(letter).body


def test_it_can_neither_be_kept_nor_begun_nor_moved_nor_accepted(client, customer):
    new_promise(client, customer, **ASKED)
    promise = Commitment.objects.get()
    contact = customer.contacts.first()
    tries = {
        "commitment_start": {},
        "commitment_accept": {"accepts": "1"},
        "commitment_fulfil": {"evidence": "已给客户", "at": moment(timezone.now())},
        "commitment_confirm": {
            "confirmed_by": contact.pk,
            "confirmed_at": moment(timezone.now()),
        },
        "commitment_broken": {"reason": "没有做到"},
        "commitment_renegotiate": {
            "seen_due_on": promise.due_on.isoformat(),
            "new_due_on": (timezone.localdate() + timedelta(days=9)).isoformat(),
            "consent_by": contact.pk,
            "consent_on": timezone.localdate().isoformat(),
            "consent_how": "电话",
            "reason": "客户要求",
        },
    }
    for name, data in tries.items():
        client.post(reverse(f"visits:{name}", args=[promise.pk]), data)
        promise.refresh_from_db()
        assert promise.state == "blocked", name
    assert not open_duties().exists() and not PromiseRenegotiation.objects.exists()


def test_another_day_does_not_smuggle_a_discount_in(customer):
    promise = make_commitment(visit=make_visit(customer=customer, state="held"))
    with pytest.raises(VisitError, match="超出权限"):
        promises.renegotiate_promise(
            promise=promise, seen_due_on=promise.due_on,
            new_due_on=promise.due_on + timedelta(days=2),
            consent_by=customer.contacts.first(), consent_on=timezone.localdate(),
            consent_how="电话", reason=f"改期，另{WORDS}", by=customer.manager,
        )  # fmt: skip
    assert not PromiseRenegotiation.objects.exists()


def test_every_refusal_leaves_the_trail_clean(client, customer):
    new_promise(client, customer)
    assert not AuditEvent.objects.filter(verb__startswith="commitment.").exists()
