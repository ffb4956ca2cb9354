"""Many customers to one colleague: a preview, then all or none."""

import pytest
from django.urls import reverse

from accounts.models import HandoverRecord
from accounts.tests.factories import make_customer
from staff.tests.factories import make_department, make_user
from visits.tests.factories import make_letter, make_visit

pytestmark = pytest.mark.django_db
URL = "/customers/assign/"


def send(client, customers, to=None, **more):
    values = {"ids": [customer.pk for customer in customers]} | more
    if to:
        values |= {"to": to.pk, "reason": "片区调整", "confirmed": "1"}
    return client.post(URL, values)


def test_first_comes_a_preview_that_changes_nothing(client):
    customers = [make_customer(), make_customer()]
    client.force_login(make_user("dept_head"))
    shown = send(client, customers).content.decode()
    assert all(customer.name in shown for customer in customers)
    assert not HandoverRecord.objects.exists()


def test_customers_move_with_their_visits_and_letters(client):
    visit, to = make_visit(), make_user()
    letter = make_letter()
    client.force_login(make_user("dept_head"))
    send(client, [visit.customer, letter.customer], to)
    for row in (visit, letter):
        row.refresh_from_db()
        assert (row.owner, row.customer.manager) == (to, to)
    assert HandoverRecord.objects.filter(to_user=to).count() == 2


def test_the_preview_counts_what_goes_along(client):
    visit = make_visit()
    make_visit(customer=visit.customer, state="closed")
    make_letter(customer=visit.customer)
    client.force_login(make_user("dept_head"))
    work = dict(send(client, [visit.customer]).context["work"])
    assert (work["未完成的拜访"], work["未答复的来函"], work["未兑现的承诺"]) == (1, 1, 0)


def test_one_customer_out_of_scope_refuses_all(client):
    mine, to = make_customer(), make_user()
    foreign = make_customer(manager=make_user(department=make_department()))
    client.force_login(make_user("dept_head", department=mine.department))
    assert send(client, [mine, foreign], to).status_code == 404
    mine.refresh_from_db()
    assert mine.manager != to


def test_nothing_chosen_leads_back_to_the_list(client):
    client.force_login(make_user("dept_head"))
    assert send(client, []).url == reverse("accounts:customer_list")


def test_more_than_a_hundred_at_once_are_refused_in_words(client):
    client.force_login(make_user("dept_head"))
    response = client.post(URL, {"ids": range(1, 102)}, follow=True)
    assert "一次最多分配 100 家客户" in response.content.decode()
    assert response.redirect_chain[0][0] == reverse("accounts:customer_list")


def test_customers_that_are_there_already_are_left_alone(client):
    to = make_user()
    there, other = make_customer(manager=to), make_customer()
    client.force_login(make_user("dept_head"))
    send(client, [there, other], to)
    [record] = HandoverRecord.objects.all()
    assert [item["id"] for item in record.items] == [other.pk]
    assert "都已经由" in send(client, [there, other], to).content.decode()


def test_a_single_customer_is_assigned_the_same_way(client):
    visit, to = make_visit(), make_user()
    client.force_login(make_user("dept_head"))
    values = {"to": to.pk, "reason": "分工", "seen": visit.customer.manager_id}
    client.post(reverse("crm:customer_assign", args=[visit.customer_id]), values)
    visit.refresh_from_db()
    assert (visit.owner, HandoverRecord.objects.get().to_user) == (to, to)


def test_only_heads_and_only_post(client):
    client.force_login(make_user())
    assert send(client, []).status_code == 403
    client.force_login(make_user("dept_head"))
    assert client.get(URL).status_code == 405
