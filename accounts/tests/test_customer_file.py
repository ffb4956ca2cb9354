"""All fields of the file can be edited; each change is a revision with who, when and why (R69)."""

import pytest
from django.urls import reverse

from accounts import actions
from accounts.models import Customer, CustomerViewRevision, Industry
from accounts.tests.factories import make_customer, make_industry

pytestmark = pytest.mark.django_db
CODE = "91350100M000100Y43"


@pytest.fixture
def customer(client):
    customer = make_customer(region="越城")
    client.force_login(customer.manager)
    return customer


def url(customer):
    return reverse("accounts:customer_edit", args=[customer.pk])


def shown(client, customer) -> dict:
    form = client.get(url(customer)).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False)}


def test_every_field_of_the_file_is_on_the_form(client, customer):
    names = shown(client, customer).keys() | client.get(url(customer)).context["form"].fields.keys()
    for name in ("credit_code", "segment", "group_grade", "branches_count", "outlets_count",
                 "profit_text", "profit_source", "informatization_stage", "next_stage",
                 "legal_representative", "postcode", "payment_capacity"):  # fmt: skip
        assert name in names


def test_each_changed_field_is_a_revision_with_the_reason(client, customer):
    data = shown(client, customer) | {
        "credit_code": CODE.lower(),
        "region": "柯桥",
        "employees": "300",
        "reason": "年报",
    }
    assert client.post(url(customer), data).status_code == 302
    found = CustomerViewRevision.objects.values_list("field", "old", "new", "reason")
    assert set(found) == {
        ("credit_code", "", CODE, "年报"),
        ("region", "越城", "柯桥", "年报"),
        ("employees", "", "300", "年报"),
    }
    assert {one.changed_by for one in CustomerViewRevision.objects.all()} == {customer.manager}


def test_the_history_shows_one_field_alone(client, customer):
    for region in ("柯桥", "上虞"):
        actions.update_customer(customer=customer, by=customer.manager, region=region)
    actions.update_customer(customer=customer, by=customer.manager, address="新路 1 号")
    path = f"/customers/{customer.pk}/history/"
    page = client.get(f"{path}?target=accounts.customer:{customer.pk}&field=region")
    fields = [c.new for w in page.context["writings"] for c in w.changes]
    assert sorted(fields) == ["上虞", "柯桥"]


def test_the_stage_reached_is_lowered_with_a_reason_only(client, customer):
    Customer.objects.filter(pk=customer.pk).update(relationship_stage="substantive")
    values = shown(client, customer) | {"relationship_stage": "general_contact"}
    assert "调低关系阶段须填写修改原因" in client.post(url(customer), values).content.decode()
    client.post(url(customer), values | {"reason": "对口部门已撤销"})
    customer.refresh_from_db()
    assert customer.relationship_stage == "general_contact"


def test_a_wrong_credit_code_is_refused_at_its_field(client, customer):
    response = client.post(
        url(customer), shown(client, customer) | {"credit_code": CODE[:-1] + "4"}
    )
    assert "校验位" in str(response.context["form"].errors["credit_code"])


def test_a_credit_code_that_is_taken_is_refused(client, customer):
    make_customer(credit_code=CODE)
    response = client.post(url(customer), shown(client, customer) | {"credit_code": CODE})
    assert "已经登记" in str(response.context["form"].errors)


def test_a_stage_of_another_industry_is_refused(client, customer):
    stage = make_industry("EDU", "教育").stages.create(order=1, name="校园网")
    data = shown(client, customer) | {"informatization_stage": stage.pk}
    response = client.post(url(customer), data)
    assert "金融" in str(response.context["form"].errors["informatization_stage"])


def test_the_next_stage_lies_ahead(client, customer):
    stages = Industry.objects.get(code="FIN").stages.order_by("order")
    data = shown(client, customer) | {
        "informatization_stage": stages[2].pk,
        "next_stage": stages[1].pk,
    }
    assert "之后" in str(client.post(url(customer), data).context["form"].errors["next_stage"])


def test_after_a_conflict_the_second_save_is_on_purpose(client, customer):
    old_tab = shown(client, customer) | {"address": "我填的路"}
    actions.update_customer(customer=customer, by=customer.manager, address="别人的路")
    refused = client.post(url(customer), old_tab)
    form = refused.context["form"]
    assert form["address"].value() == "我填的路"
    both = [(one.label, one.old, one.new) for one in refused.context["conflict"]]
    assert both == [("通信地址", "别人的路", "我填的路")]
    assert "两边不同的地方" in refused.content.decode()
    again = old_tab | {"seen_at": form["seen_at"].value()}
    assert client.post(url(customer), again).status_code == 302
    customer.refresh_from_db()
    assert customer.address == "我填的路"


def test_a_new_customer_has_its_first_revisions(customer):
    made = actions.create_customer(
        name="越州学院", manager=customer.manager, by=customer.manager,
        industry=customer.industry, address="学府路",
    )  # fmt: skip
    assert made.revisions.filter(field="address", new="学府路").exists()
    assert made.quality.completeness > 0
