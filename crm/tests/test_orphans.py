"""系统状态 tells of work whose owner has left."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import CustomerAssignment
from accounts.tests.factories import make_customer, make_duty
from crm.reports.orphans import orphans
from staff.tests.factories import make_absence, make_user
from visits.tests.factories import make_commitment, make_letter, make_visit

pytestmark = pytest.mark.django_db


def everything_of(person):
    make_visit(owner=person), make_letter(owner=person), make_commitment(owner=person)
    make_duty(make_customer(manager=person), person)
    make_user(reports_to=person)
    customer, today = make_customer(), timezone.localdate()
    customer.industry.managers.add(person)
    CustomerAssignment.objects.create(
        customer=customer, user=person, role="backup", valid_from=today
    )
    make_absence(make_user(), person, today, today)


def test_every_kind_of_work_of_a_leaver_is_counted():
    person = make_user()
    everything_of(person)
    assert orphans() == []
    type(person).objects.filter(pk=person.pk).update(state="left", left_on=timezone.localdate())
    assert len(orphans()) == 9


def test_the_page_names_them_for_the_administrator(client):
    make_customer(manager=make_user(state="left", left_on=timezone.localdate()))
    client.force_login(make_user("sysadmin"))
    assert "客户 1 项" in client.get(reverse("crm:system")).content.decode()
