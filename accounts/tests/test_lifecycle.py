"""The ladder of the relationship: proof, reason, history (R21)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import (
    CooperationAgreement,
    CustomerViewRevision,
    Industry,
    LifecycleChange,
    ProductInstance,
    ServiceContract,
    TimelineEntry,
)
from accounts.tests.factories import make_customer
from core.models import AuditEvent
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(client):
    customer = make_customer(lifecycle="potential")
    client.force_login(customer.manager)
    return customer


def step(client, customer, to, **changes):
    data = {"to": to, "reason": "客户已开通", "seen": customer.lifecycle} | changes
    return client.post(reverse("accounts:customer_lifecycle", args=[customer.pk]), data)


def now(customer):
    customer.refresh_from_db()
    return customer.lifecycle


def use_product(customer, **fields):
    fields.setdefault("name", "专线")
    return ProductInstance.objects.create(customer=customer, business_line="data", **fields)


def test_without_a_product_nobody_is_an_actual_customer(client, customer):
    assert "在用产品" in step(client, customer, "actual").content.decode()
    assert now(customer) == "potential"


def test_a_product_that_has_ended_is_no_proof(client, customer):
    use_product(customer, ended_on=timezone.localdate() - timedelta(days=1))
    step(client, customer, "actual")
    assert now(customer) == "potential"


def test_a_step_is_kept_with_old_new_and_reason(client, customer):
    use_product(customer)
    assert step(client, customer, "actual").status_code == 302
    change = LifecycleChange.objects.get()
    assert (change.old, change.new, change.reason) == ("potential", "actual", "客户已开通")
    assert CustomerViewRevision.objects.filter(field="lifecycle", new="现实客户").exists()
    assert TimelineEntry.objects.filter(title__contains="潜在客户 → 现实客户").exists()
    assert AuditEvent.objects.filter(verb="customer.lifecycle_changed").count() == 1


def test_a_contract_of_24_months_makes_a_long_term_partner(client, customer):
    type(customer).objects.update(lifecycle="actual")
    customer.refresh_from_db()
    day = timezone.localdate()
    contract = ServiceContract.objects.create(
        customer=customer, number="1", name="约", annual_amount=1, starts_on=day,
        ends_on=day + timedelta(days=700),
    )  # fmt: skip
    assert "24 个月" in step(client, customer, "long_term_partner").content.decode()
    ServiceContract.objects.filter(pk=contract.pk).update(ends_on=day + timedelta(days=740))
    assert step(client, customer, "long_term_partner").status_code == 302


def test_an_expired_agreement_makes_no_strategic_partner(client, customer):
    type(customer).objects.update(lifecycle="long_term_partner")
    customer.refresh_from_db()
    day = timezone.localdate()
    agreement = CooperationAgreement.objects.create(
        customer=customer, kind="strategic", title="协议", signed_on=day - timedelta(days=9),
        expires_on=day - timedelta(days=1),
    )  # fmt: skip
    step(client, customer, "strategic_partner")
    assert now(customer) == "long_term_partner"
    CooperationAgreement.objects.filter(pk=agreement.pk).update(expires_on=None)
    step(client, customer, "strategic_partner")
    assert now(customer) == "strategic_partner"


def test_a_reason_is_asked_for(client, customer):
    use_product(customer)
    assert step(client, customer, "actual", reason=" ").status_code == 200
    assert now(customer) == "potential"


def test_a_page_that_was_drawn_before_another_step_is_refused(client, customer):
    use_product(customer)
    type(customer).objects.update(lifecycle="lost")
    page = step(client, customer, "actual").content.decode()
    assert "已被他人修改" in page and "客户已开通" in page
    assert now(customer) == "lost"


def test_only_who_writes_and_sees_the_customer(client, customer):
    client.force_login(make_user())
    assert step(client, customer, "lost").status_code == 404
    client.force_login(make_user("auditor"))
    assert step(client, customer, "lost").status_code == 403


def test_the_four_stages_of_a_bank_are_seeded_with_their_goals():
    stages = Industry.objects.get(code="FIN").stages.values_list("order", "name")
    assert list(stages) == [
        (1, "电子化"),
        (2, "联网应用"),
        (3, "数据大集中及业务整合"),
        (4, "应用整合"),
    ]


def test_the_file_shows_the_stage_and_the_one_ahead(client, customer):
    stages = list(Industry.objects.get(code="FIN").stages.order_by("order"))
    type(customer).objects.update(informatization_stage=stages[2], next_stage=stages[3])
    page = client.get(f"/customers/{customer.pk}/file/").content.decode()
    assert "数据大集中及业务整合" in page and "正在进入" in page
