"""Handing over and naming a backup through the pages: heads only."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.tests.factories import make_customer
from staff.tests.factories import make_department, make_user

pytestmark = pytest.mark.django_db


def url(name, pk):
    app = "crm" if name == "customer_assign" else "accounts"
    return reverse(f"{app}:{name}", args=[pk])


def assign(client, customer, to, **fields):
    values = {"to": to.pk, "reason": "分工调整", "seen": customer.manager_id} | fields
    return client.post(url("customer_assign", customer.pk), values)


def today():
    return timezone.localdate()


def test_a_head_hands_over_inside_the_department(client):
    customer, to = make_customer(), make_user()
    client.force_login(make_user("dept_head"))
    response = assign(client, customer, to)
    customer.refresh_from_db()
    assert (response.url, customer.manager) == (customer.get_absolute_url(), to)


def test_a_stale_page_is_refused_in_words(client):
    customer = make_customer()
    client.force_login(make_user("dept_head"))
    assign(client, customer, make_user())
    assert "已被他人变更" in assign(client, customer, make_user()).content.decode()


def test_nobody_outside_the_department_can_be_chosen(client):
    customer = make_customer()
    client.force_login(make_user("dept_head"))
    foreign = make_user(department=make_department())
    assert "to" in assign(client, customer, foreign).context["form"].errors


def test_a_reason_is_required_and_the_choice_is_kept(client):
    customer, to = make_customer(), make_user()
    client.force_login(make_user("dept_head"))
    response = assign(client, customer, to, reason="")
    assert "reason" in response.context["form"].errors
    assert f'value="{to.pk}" selected' in response.content.decode()


def test_a_backup_is_added_and_ended(client):
    customer, backup = make_customer(), make_user()
    client.force_login(make_user("dept_head"))
    values = {"user": backup.pk, "valid_from": today().isoformat()}
    client.post(url("customer_backup", customer.pk), values)
    row = customer.assignments.get(role="backup")
    client.post(url("backup_end", row.pk))
    row.refresh_from_db()
    assert (row.user, row.valid_to) == (backup, today())


def test_a_backup_that_ends_before_it_starts_is_refused(client):
    customer, backup = make_customer(), make_user()
    client.force_login(make_user("dept_head"))
    values = {"user": backup.pk, "valid_from": "2026-11-20", "valid_to": "2026-11-19"}
    response = client.post(url("customer_backup", customer.pk), values)
    assert "valid_to" in response.context["backup_form"].errors
    assert not customer.assignments.filter(role="backup").exists()


@pytest.mark.parametrize("role", ["account_manager", "industry_manager", "auditor", "sysadmin"])
def test_only_heads_may(client, role):
    customer = make_customer()
    row = actions.add_backup(customer=customer, user=make_user(), by=None, valid_from=today())
    client.force_login(make_user(role))
    for name, pk in (
        ("customer_assign", customer.pk),
        ("customer_backup", customer.pk),
        ("backup_end", row.pk),
    ):
        assert client.post(url(name, pk)).status_code == 403


def test_the_head_of_another_department_gets_404(client):
    customer = make_customer(manager=make_user(department=make_department()))
    row = actions.add_backup(customer=customer, user=make_user(), by=None, valid_from=today())
    client.force_login(make_user("dept_head", department=make_department()))
    assert client.get(url("customer_assign", customer.pk)).status_code == 404
    assert client.post(url("customer_backup", customer.pk)).status_code == 404
    assert client.post(url("backup_end", row.pk)).status_code == 404


@pytest.mark.parametrize("name", ["customer_backup", "backup_end"])
def test_writes_need_a_post(client, name):
    client.force_login(make_user("dept_head"))
    assert client.get(url(name, 1)).status_code == 405
