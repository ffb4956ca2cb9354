"""visits:letter_register: a customer's letter is entered and its duty begins (R13)."""

import uuid

import pytest
from django.urls import reverse

from accounts.tests.factories import make_contact, make_customer
from core.models import AuditEvent, StoredFile
from reminders.models import DutyKind, Obligation
from staff.tests.factories import make_user
from visits.models import InboundLetter
from visits.tests.letter_factories import pdf_file, shanghai

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(client):
    customer = make_customer()
    client.force_login(customer.manager)
    return customer


def url_for(customer):
    return reverse("visits:letter_register") + f"?customer={customer.pk}"


def typed(customer, **fields):
    return {
        "customer": customer.pk,
        "subject": "关于专线扩容的函",
        "received_at": "2026-11-20T17:20",
        "received_channel": "paper",
        "category": "inquiry",
        "owner": customer.manager_id,
        "summary": "请求把专线扩到 500M",
        **fields,
    }


def test_it_opens_the_duty_of_two_working_days(client, customer):
    response = client.post(url_for(customer), typed(customer, scan=pdf_file()))

    letter = InboundLetter.objects.get()
    assert response.url == letter.get_absolute_url()
    duty = Obligation.objects.of(DutyKind.LETTER_REPLY, letter).get()
    assert duty.due_at == shanghai(2026, 11, 24, 18, 0)
    assert (duty.owner, duty.customer_ref) == (customer.manager, customer.pk)
    assert letter.scan.name == "来函.pdf"
    assert AuditEvent.objects.about(letter).get().verb == "letter.registered"


def test_it_says_when_the_answer_is_due_and_why(client, customer):
    response = client.post(url_for(customer), typed(customer), follow=True)
    page = response.content.decode()
    assert "请在 11月24日 18:00 前书面答复" in page
    assert "跳过 11月21日" in page


def test_the_same_form_twice_is_one_letter(client, customer):
    key = str(uuid.uuid4())
    first = client.post(url_for(customer), typed(customer, submission_key=key))
    second = client.post(url_for(customer), typed(customer, submission_key=key))
    assert second.url == first.url
    assert InboundLetter.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("subject", "", "请填写这一项"),
        ("subject", "长" * 121, "120"),
        ("received_at", "2099-01-01T08:00", "收到时间不能晚于现在"),
        ("received_at", "明天", "请按「年-月-日 时:分」填写"),
        ("letter_on", "2026-11-21", "来函日期不能晚于收到的那天"),
        ("letter_on", "2026-02-30", "请按「年-月-日」填写"),
        ("customer_ref", "号" * 61, "60"),
        ("summary", "摘" * 2001, "2000"),
        ("category", "gift", "gift"),
        ("owner", "999999", "不在您的范围内"),
        ("contact", "999999", "不在您的范围内"),
    ],
)
def test_bad_input_is_named_and_nothing_is_stored(client, customer, field, value, message):
    response = client.post(url_for(customer), typed(customer, **{field: value}))

    page = response.content.decode()
    assert response.status_code == 422
    assert message in page
    assert field == "summary" or "请求把专线扩到 500M" in page
    assert InboundLetter.objects.count() == Obligation.objects.count() == 0


def test_ids_of_other_customers_are_refused(client, customer):
    other = make_customer()
    fields = {"owner": other.manager_id, "contact": make_contact(other).pk, "customer": other.pk}
    for field, value in fields.items():
        response = client.post(url_for(customer), typed(customer) | {field: value})
        assert "不在您的范围内" in response.content.decode(), field
    assert InboundLetter.objects.count() == 0


def test_a_file_of_50_megabytes_is_refused_with_everything_kept(client, customer):
    big = pdf_file(content=b"%PDF-1.7\n" + b"0" * (50 * 1024 * 1024))

    response = client.post(url_for(customer), typed(customer, scan=big))

    page = response.content.decode()
    assert "文件有 50 MB，超过了 20 MB 的上限" in page
    assert "请求把专线扩到 500M" in page
    assert InboundLetter.objects.count() == StoredFile.objects.count() == 0


def test_without_a_customer_one_is_picked_first(client, customer):
    response = client.get(reverse("visits:letter_register"))
    assert response.url == reverse("accounts:customer_picker") + "?for=letter"


def test_a_customer_out_of_scope_is_404(client, customer):
    assert client.get(url_for(make_customer())).status_code == 404
    other = make_customer()
    assert client.post(url_for(other), typed(other)).status_code == 404


@pytest.mark.parametrize("role", ["branch_director", "auditor", "sysadmin", "back_office"])
def test_roles_that_do_not_write_letters_get_403(client, customer, role):
    client.force_login(make_user(role))
    assert client.post(url_for(customer), typed(customer)).status_code == 403


# E.5, real dates of 2026
@pytest.mark.parametrize(
    ("name", "received_at", "due_at"),
    [
        ("LT1", (2026, 11, 20, 17, 20), (2026, 11, 24)),
        ("LT2", (2026, 11, 23, 8, 40), (2026, 11, 25)),
        ("LT3", (2026, 11, 21, 9, 0), (2026, 11, 24)),
        ("LT4", (2026, 9, 30, 15, 0), (2026, 10, 9)),
        ("LT5", (2026, 9, 17, 10, 0), (2026, 9, 20)),
        ("R13", (2026, 2, 13, 10, 0), (2026, 2, 24)),
    ],
)
def test_due_dates_of_the_examples(client, customer, name, received_at, due_at):
    moment = shanghai(*received_at).strftime("%Y-%m-%dT%H:%M")
    client.post(url_for(customer), typed(customer, received_at=moment))
    duty = Obligation.objects.of(DutyKind.LETTER_REPLY, InboundLetter.objects.get()).get()
    assert duty.due_at == shanghai(*due_at, 18, 0), name
    assert not duty.is_provisional
