"""One need in two tabs: changed in the one, converted, dropped or deleted in the other (R18)."""

import pytest
from django.urls import reverse

from accounts.models import CustomerNeed
from accounts.tests.factories import make_contact, make_customer
from opportunities.models import Opportunity
from opportunities.tests.factories import make_need

pytestmark = pytest.mark.django_db


@pytest.fixture
def need(client):
    customer = make_customer()
    make_contact(customer)
    client.force_login(customer.manager)
    return make_need(customer, layer="fact", description="要一条电路")


def url(name, need):
    kind = ["need"] if name.startswith("accounts:") else []
    return reverse(name, args=[*kind, need.pk])


def edit_tab(client, need) -> dict:
    """What the open edit page sends back untouched."""
    form = client.get(url("accounts:item_edit", need)).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value is not None}


def save(client, need, tab, **changes):
    return client.post(url("accounts:item_edit", need), tab | changes)


def convert(client, need):
    contact = need.customer.contacts.first()
    data = {"name": "总部专线", "kind": "network_line", "source": "visit", "contact": contact.pk,
            "need_text": "要一条电路", "annual_amount": "60000"}  # fmt: skip
    return client.post(url("opportunities:convert", need), data)


def now(need):
    return CustomerNeed.objects.values_list("description", "status").get(pk=need.pk)


def test_a_tab_from_before_the_conversion_does_not_take_it_back(client, need):
    tab = edit_tab(client, need)
    assert convert(client, need).status_code == 302
    for _ in range(2):  # insisting helps nobody
        form = save(client, need, tab, description="要两条电路").context["form"]
        assert "已转成商机" in str(form.errors["status"])
        assert form["description"].value() == "要两条电路"
        tab["seen"] = form["seen"].value()
    assert now(need) == ("要一条电路", "to_opportunity")
    assert "已经转成商机" in convert(client, need).content.decode()
    assert Opportunity.objects.count() == 1


def test_with_the_status_put_right_it_hears_of_the_change_and_may_save(client, need):
    tab = edit_tab(client, need)
    convert(client, need)
    mine = {"description": "要两条电路", "status": "to_opportunity"}
    form = save(client, need, tab, **mine).context["form"]
    assert "已被他人修改" in str(form.non_field_errors())
    assert now(need) == ("要一条电路", "to_opportunity")
    again = tab | {"seen": form["seen"].value()}
    assert save(client, need, again, **mine).status_code == 302
    assert now(need) == ("要两条电路", "to_opportunity")


def test_what_came_to_nothing_is_dropped_and_may_be_taken_up_again(client, need):
    convert(client, need)
    for status in ("dropped", "captured"):
        assert save(client, need, edit_tab(client, need), status=status).status_code == 302
        assert now(need)[1] == status


def test_a_conversion_keeps_what_the_other_tab_wrote(client, need):
    client.get(url("opportunities:convert", need))
    assert save(client, need, edit_tab(client, need), description="要两条").status_code == 302
    assert convert(client, need).status_code == 302
    assert now(need) == ("要两条", "to_opportunity")


def test_what_was_dropped_in_the_other_tab_is_not_converted(client, need):
    client.get(url("opportunities:convert", need))
    save(client, need, edit_tab(client, need), status="dropped")
    page = convert(client, need)
    assert page.status_code == 422 and "已放弃" in str(page.context["form"].non_field_errors())
    assert not Opportunity.objects.exists()
    assert now(need) == ("要一条电路", "dropped")


def test_what_was_converted_in_the_other_tab_is_not_deleted(client, need):
    seen = client.get(url("accounts:item_delete", need)).context["seen"]
    convert(client, need)
    for said in ("已被他人修改，没有删除", "还有其他记录引用这一条，不能删除"):
        page = client.post(url("accounts:item_delete", need), {"reason": "重复", "seen": seen})
        assert said in page.content.decode()
        seen = page.context["seen"]
    assert Opportunity.objects.get().need == need
