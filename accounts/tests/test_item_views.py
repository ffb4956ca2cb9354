"""The small rows of a customer: every kind is added, changed and deleted the same way."""

import pytest
from django.urls import reverse

from accounts.models import CustomerViewRevision, TimelineEntry
from accounts.sections.kinds import KINDS
from accounts.tests.factories import make_customer
from accounts.tests.item_cases import CASES, typed
from core.models import AuditEvent
from staff.audit_words import is_said
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db
every_kind = pytest.mark.parametrize("kind", KINDS)


def new_url(customer, kind):
    return reverse("accounts:item_create", args=[customer.pk, kind])


def edit_url(kind, row):
    return reverse("accounts:item_edit", args=[kind, row.pk])


def delete_url(kind, row):
    return reverse("accounts:item_delete", args=[kind, row.pk])


def stored(kind):
    return KINDS[kind].model.objects.get()


@pytest.fixture
def customer(client):
    customer = make_customer()
    client.force_login(customer.manager)
    return customer


def add(client, customer, kind):
    response = client.post(new_url(customer, kind), typed(kind, customer))
    assert response.status_code == 302, response.context["form"].errors
    return stored(kind)


def shown_form(client, kind, row) -> dict:
    """What the edit page would send back untouched."""
    form = client.get(edit_url(kind, row)).context["form"]
    values = {name: form[name].value() for name in form.fields}
    kept = ((name, value) for name, value in values.items() if value is not None)
    return {name: value for name, value in kept if value is not False}


def test_every_kind_has_a_case():
    assert CASES.keys() == KINDS.keys()


@every_kind
def test_a_row_is_added_with_trail_revision_and_timeline(client, customer, kind):
    row = add(client, customer, kind)
    name = KINDS[kind].model._meta.model_name
    assert AuditEvent.objects.filter(verb=f"{name}.created", actor=customer.manager).exists()
    assert CustomerViewRevision.objects.filter(target__endswith=f"{name}:{row.pk}").exists()
    assert TimelineEntry.objects.filter(customer=customer, actor=customer.manager).exists()
    customer.refresh_from_db()
    assert customer.quality.computed_at


@every_kind
def test_a_change_keeps_old_new_and_reason(client, customer, kind):
    row = add(client, customer, kind)
    CustomerViewRevision.objects.all().delete()
    data = shown_form(client, kind, row) | CASES[kind][1] | {"reason": "客户更正"}
    response = client.post(edit_url(kind, row), data)
    assert response.status_code == 302, response.context["form"].errors
    revisions = CustomerViewRevision.objects.all()
    assert {(one.reason, one.changed_by) for one in revisions} == {("客户更正", customer.manager)}
    assert all(one.old != one.new for one in revisions)


@every_kind
def test_sending_the_form_back_untouched_changes_nothing(client, customer, kind):
    row = add(client, customer, kind)
    before = CustomerViewRevision.objects.count()
    response = client.post(edit_url(kind, row), shown_form(client, kind, row))
    assert response.status_code == 302, response.context["form"].errors
    assert CustomerViewRevision.objects.count() == before


@every_kind
def test_a_second_tab_is_refused_once_and_keeps_what_was_typed(client, customer, kind):
    row = add(client, customer, kind)
    old_tab = shown_form(client, kind, row)
    client.post(edit_url(kind, row), old_tab | CASES[kind][1])
    name = next(iter(CASES[kind][0]))
    response = client.post(edit_url(kind, row), old_tab)
    form = response.context["form"]
    assert "已被他人修改" in str(form.errors)
    if name in form.fields:
        assert str(form[name].value()) == str(old_tab[name])
    again = old_tab | {"seen": form["seen"].value()}
    assert client.post(edit_url(kind, row), again).status_code == 302


@every_kind
def test_a_row_is_deleted_with_a_reason_only(client, customer, kind):
    row = add(client, customer, kind)
    response = client.post(delete_url(kind, row), {"reason": " "})
    assert "请写明删除的原因" in response.content.decode()
    assert client.post(delete_url(kind, row), {"reason": "重复"}).status_code == 302
    assert not KINDS[kind].model.objects.exists()
    assert AuditEvent.objects.filter(verb__endswith=".deleted", reason="重复").exists()


@every_kind
def test_another_manager_gets_404_everywhere(client, customer, kind):
    row = add(client, customer, kind)
    client.force_login(make_user())
    for url in (new_url(customer, kind), edit_url(kind, row), delete_url(kind, row)):
        assert client.get(url).status_code == 404
        assert client.post(url, {"reason": "x"}).status_code == 404


@every_kind
def test_a_reader_gets_403(client, customer, kind):
    row = add(client, customer, kind)
    client.force_login(make_user("auditor"))
    for url in (new_url(customer, kind), edit_url(kind, row), delete_url(kind, row)):
        assert client.get(url).status_code == 403


def test_an_unknown_kind_is_404(client, customer):
    assert client.get(new_url(customer, "nonsense")).status_code == 404


def test_a_second_click_adds_one_row(client, customer):
    key = "0b9d3b0e-2f5c-4a58-9d0e-111111111111"
    data = typed("product", customer) | {"submission_key": key}
    for _ in range(2):
        assert client.post(new_url(customer, "product"), data).status_code == 302
    assert stored("product").name == "MPLS VPN"


def test_the_address_fills_a_new_form(client, customer):
    url = new_url(customer, "usage") + "?business_line=internet"
    assert client.get(url).context["form"]["business_line"].value() == "internet"


def test_verify_and_reveal_answer_get_with_405(client, customer):
    for name in ("item_verify", "account_reveal"):
        assert client.get(reverse(f"accounts:{name}", args=[1])).status_code == 405


@every_kind
def test_the_trail_names_what_was_done_in_chinese(kind):
    name = KINDS[kind].model._meta.model_name
    assert [d for d in ("created", "updated", "deleted") if not is_said(f"{name}.{d}")] == []
