"""Who answers for an opportunity opens it, wherever its customer belongs (A0, R27)."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import make_contact, make_customer
from opportunities import pipeline_reports
from opportunities.actions import bulk, keeping, sharing
from opportunities.models import Opportunity
from opportunities.tests.factories import make_need, make_opportunity
from staff.tests.factories import make_absence, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def head():
    return make_user("dept_head")


@pytest.fixture
def row(head):
    manager = make_user(department=head.department, reports_to=head)
    customer = make_customer(manager=manager, name="越州供水集团")
    return make_opportunity(customer, need=make_need(customer, description="要双路供电"))


@pytest.fixture
def heir(client, row, head):
    user = make_user(branch=head.branch)
    sharing.change_owner(opportunity=row, to=user, reason="专业分工", by=head)
    client.force_login(user)
    return user


def page(row, name="detail"):
    return reverse(f"opportunities:{name}", args=[row.pk])


def test_the_new_owner_opens_finds_and_counts_it(client, row, heir):
    assert client.get(page(row)).status_code == 200
    assert row.name in client.get(reverse("opportunities:list")).content.decode()
    found = pipeline_reports.pipeline(heir, timezone.localdate(), "owner")
    assert (found.whole.count, found.whole.total) == (1, Decimal(60_000))


def test_so_does_the_owner_of_several_given_at_once(row, head):
    heir = make_user(branch=head.branch)
    bulk.change_owners(opportunities=[row], to=heir, reason="分工", by=head)
    assert Opportunity.objects.visible_to(heir).get() == row


def test_who_stands_in_for_the_owner_opens_it(client, row, heir, head):
    today, mate = timezone.localdate(), make_user(branch=head.branch)
    client.force_login(mate)
    assert client.get(page(row)).status_code == 404
    make_absence(heir, mate, today, today)
    mate = type(mate).objects.get(pk=mate.pk)
    assert Opportunity.objects.visible_to(mate).get() == row


def test_who_was_the_owner_from_elsewhere_no_longer_opens_it(client, row, heir, head):
    sharing.change_owner(opportunity=row, to=row.customer.manager, reason="调回", by=head)
    assert client.get(page(row)).status_code == 404


def test_the_page_of_an_owner_from_elsewhere_leads_to_no_page_of_the_customer(client, row, heir):
    text = client.get(page(row)).content.decode()
    assert "越州供水集团" in text
    assert row.customer.get_absolute_url() not in text
    assert f"customer={row.customer_id}" not in text


@pytest.mark.parametrize("name", ["edit", "move", "lines", "rivals", "team", "probability"])
def test_the_owner_from_elsewhere_works_on_it(client, row, heir, name):
    assert client.get(page(row, name)).status_code == 200


def test_the_form_offers_no_other_contact_or_need_of_the_customer(client, row, heir):
    make_contact(row.customer, name="局外人")
    make_need(row.customer, description="别的需求")
    text = client.get(page(row, "edit")).content.decode()
    assert "局外人" not in text
    assert "别的需求" not in text
    assert "要双路供电" in text
    client.force_login(row.customer.manager)
    assert "局外人" in client.get(page(row, "edit")).content.decode()


def test_the_owner_from_elsewhere_is_sent_to_the_form_for_what_the_iceberg_lacks(
    client, row, heir, head
):
    Opportunity.objects.filter(pk=row.pk).update(stage="solution", engineer=heir, go_by=head)
    text = client.get(page(row)).content.decode()
    assert page(row, "edit") + "#id_need" in text


def test_the_owner_from_elsewhere_asks_for_a_solution_and_cancels_it(client, row, heir, head):
    engineer = make_user("solution_engineer", branch=row.customer.branch)
    link = reverse("opportunities:solution_create") + f"?opportunity={row.pk}"
    assert link in client.get(page(row)).content.decode()
    answer = client.post(link, {"engineer": engineer.pk, "content": "双路供电"}, follow=True)
    asked = row.solutions.get()
    assert asked.customer == row.customer
    assert "双路供电" in answer.content.decode()
    assert row.customer.get_absolute_url() not in client.get(link).content.decode()
    client.post(reverse("opportunities:solution_cancel", args=[asked.pk]))
    asked.refresh_from_db()
    assert asked.state == "cancelled"


def test_who_only_works_on_it_asks_for_none(client, row, head):
    mate = make_user(branch=head.branch)
    members = [{"user": mate, "role": "member", "split_pct": Decimal(100)}]
    keeping.set_team(opportunity=row, members=members, by=head)
    client.force_login(mate)
    link = reverse("opportunities:solution_create") + f"?opportunity={row.pk}"
    assert client.get(link).status_code == 403
    client.force_login(make_user())
    assert client.get(link).status_code == 404
