"""The wizard: heads only, own people only; the receiver confirms."""

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import HandoverRecord
from accounts.tests.factories import make_customer
from crm.actions.handover import hand_over_person
from staff.tests.factories import make_department, make_user
from visits.tests.factories import make_letter, make_visit

pytestmark = pytest.mark.django_db
ASKS_CLOCK = connection.vendor == "postgresql"  # the frame asks the database for the time


def page(person):
    return reverse("crm:handover_person", args=[person.pk])


def fields(to, **more):
    return {"to": to.pk, "reason": "reassignment", "note": "分工调整"} | more


def made(to=None):
    person = make_user()
    make_customer(manager=person)
    head = make_user("dept_head")
    values = {"reason": "reassignment", "note": "分工"}
    return hand_over_person(user=person, to=to or make_user(), by=head, **values)[0]


def test_the_preview_shows_everything_that_would_move(client):
    visit = make_visit(purpose="看一看机房的扩容准备情况")
    letter = make_letter(customer=visit.customer, subject="关于搬迁的函")
    client.force_login(make_user("dept_head"))
    shown = client.get(page(visit.owner)).content.decode()
    for text in (visit.customer.name, "看一看机房", letter.subject, "移交给谁"):
        assert text in shown


def test_a_head_hands_over_and_every_choice_counts(client):
    person, to, other = make_user(), make_user(), make_user()
    first, second = make_customer(manager=person), make_customer(manager=person)
    client.force_login(make_user("dept_head"))
    client.post(page(person), fields(to) | {f"customer-{second.pk}": other.pk})
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.manager, second.manager) == (to, other)


def test_leaving_closes_the_account_in_the_same_step(client):
    person = make_customer().manager
    client.force_login(make_user("dept_head"))
    today = timezone.localdate().isoformat()
    client.post(page(person), fields(make_user(), reason="leave", left_on=today))
    person.refresh_from_db()
    assert not person.is_active
    assert client.get(page(person)).status_code == 404


def test_the_receiver_and_a_note_are_demanded_and_what_was_typed_stays(client):
    person = make_customer().manager
    client.force_login(make_user("dept_head"))
    response = client.post(page(person), {"reason": "reassignment", "note": "分工调整"})
    assert set(response.context["form"].errors) == {"to"}
    assert 'value="分工调整"' in response.content.decode()


def test_nobody_of_another_department_can_receive(client):
    person = make_customer().manager
    client.force_login(make_user("dept_head"))
    response = client.post(page(person), fields(make_user(department=make_department())))
    assert "to" in response.context["form"].errors


def test_sent_twice_it_is_done_once(client):
    person, to = make_customer().manager, make_user()
    client.force_login(make_user("dept_head"))
    key = {"submission_key": "0b8a7c3e-3b9e-4e0e-9a53-0d0c2b8b8b8b"}
    for _ in range(2):
        client.post(page(person), fields(to) | key)
    assert HandoverRecord.objects.count() == 1


def test_a_head_of_another_department_gets_404(client):
    person = make_customer().manager
    client.force_login(make_user("dept_head", department=make_department()))
    assert client.get(page(person)).status_code == 404
    assert client.get(reverse("crm:handover_detail", args=[made().pk])).status_code == 404


@pytest.mark.parametrize("role", ["account_manager", "auditor", "sysadmin"])
def test_other_roles_cannot_hand_over(client, role):
    person = make_customer().manager
    client.force_login(make_user(role))
    assert client.post(page(person), fields(make_user())).status_code == 403


def test_the_receiver_reads_the_list_and_confirms(client):
    to = make_user()
    record = made(to)
    client.force_login(to)
    assert "核对并确认接收" in client.get(reverse("crm:today")).content.decode()
    client.post(reverse("crm:handover_confirm", args=[record.pk]))
    record.refresh_from_db()
    assert record.confirmed_at
    url = reverse("crm:handover_confirm", args=[record.pk])
    assert "不用重复" in client.post(url, follow=True).content.decode()


def test_only_the_receiver_confirms(client):
    record = made()
    url = reverse("crm:handover_confirm", args=[record.pk])
    client.force_login(make_user("dept_head"))
    assert client.post(url).status_code == 404
    assert client.get(url).status_code == 405


def test_the_list_costs_the_same_with_1_and_30_records(client, django_assert_num_queries):
    head = make_user("dept_head")
    client.force_login(head)
    made()
    with django_assert_num_queries(7 + ASKS_CLOCK):
        client.get(reverse("crm:handover_list"))
    for _ in range(30):
        made()
    with django_assert_num_queries(7 + ASKS_CLOCK):
        client.get(reverse("crm:handover_list"))
