"""联系人与决策链 on the customer page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import (
    ApprovalRoute,
    Contact,
    Person,
    PurchaseDecisionLevel,
    RelationshipTie,
)
from accounts.tests.factories import make_contact, make_customer
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db


def get(client, user, customer, **more):
    client.force_login(user)
    return client.get(reverse("accounts:customer_section", args=[customer.pk, "people"]), **more)


def page(client, customer):
    return get(client, customer.manager, customer).content.decode()


def make_level(customer, order=1, **fields):
    fields = {"unit_level": "省分行", "has_right": True} | fields
    return PurchaseDecisionLevel.objects.create(customer=customer, order=order, **fields)


def link(*contacts):
    person = Person.objects.create(name=contacts[0].name)
    Contact.objects.filter(pk__in=[contact.pk for contact in contacts]).update(person=person)


def test_bank_a_shows_levels_routes_and_its_gaps(client):
    customer = make_customer()
    departments = {"voice": "行长办", "data": "省行技保处"}
    make_level(customer, department_by_line=departments, scope_text="价格谈判")
    make_level(customer, 2, unit_level="区域支行", has_right=False)
    ApprovalRoute.objects.create(
        customer=customer, trigger="省际电路", steps=["总行", "省分行执行"]
    )
    html = page(client, customer)
    for text in (
        "行长办",
        "省行技保处",
        "价格谈判",
        "区域支行",
        "无决策权",
        "省际电路",
        "省分行执行",
    ):
        assert text in html
    assert html.count("决策部门无接触") > 2


def test_the_map_says_role_attitude_contact_and_relation(client):
    customer = make_customer()
    contact = make_contact(
        customer,
        name="陈立民",
        attitude=-2,
        influence=4,
        decision_role="decider",
        decision_level=make_level(customer),
        last_contact_at=timezone.now() - timedelta(days=7),
    )
    RelationshipTie.objects.create(contact=contact, user=customer.manager, current=1, wanted=4)
    html = page(client, customer)
    for text in ("陈立民", "决策人", "−−", "反对", "影响力 4", "7 天前接触", "当前 1、期望 4"):
        assert text in html
    assert f'href="#contact-{contact.pk}"' in html and f'id="contact-{contact.pk}"' in html


def test_one_without_anything_known_is_asked_for_and_not_an_error(client):
    customer = make_customer()
    assert "还没有联系人" in page(client, customer)
    make_contact(customer, title="", phone="")
    html = page(client, customer)
    assert "态度未知" in html and "从未接触" in html and "电话未填" in html


def test_who_has_left_is_not_on_the_map(client):
    customer = make_customer()
    contact = make_contact(customer, name="旧人", is_current=False)
    html = page(client, customer)
    assert "已离任 1 位" in html and f"#contact-{contact.pk}" not in html


def test_the_same_person_elsewhere_is_shown_only_where_the_other_customer_is_seen(client):
    customer = make_customer()
    mine = make_customer(manager=customer.manager, name="看得见公司")
    other = make_customer(name="看不见公司")
    link(*(make_contact(one, title="独立董事") for one in (customer, mine, other)))
    html = page(client, customer)
    assert "看得见公司" in html and "看不见公司" not in html


def test_nothing_of_another_customer_leaks_into_list_or_map(client):
    customer, other = make_customer(), make_customer()
    canary = make_contact(
        other, name="金丝雀", decision_level=make_level(other, unit_level="丝雀层")
    )
    RelationshipTie.objects.create(contact=canary, user=other.manager, current=1, wanted=4)
    ApprovalRoute.objects.create(customer=other, trigger="丝雀审批", steps=["甲"])
    make_contact(customer)
    assert "丝雀" not in page(client, customer)


def test_htmx_gets_only_the_fragment(client):
    customer = make_customer()
    headers = {"HX-Request": "true"}
    html = get(client, customer.manager, customer, headers=headers).content.decode()
    assert "<html" not in html and "决策层级" in html


def test_another_manager_gets_404_and_an_auditor_reads_without_buttons(client):
    customer = make_customer()
    make_contact(customer, phone="13800001234")
    assert get(client, make_user(), customer).status_code == 404
    html = get(client, make_user("auditor"), customer).content.decode()
    assert "查看" not in html.split('id="contacts"')[1].split("</section>")[0]


def fill(customer, count):
    level = make_level(customer, customer.decision_levels.count() + 1)
    twin = make_customer(manager=customer.manager)
    for number in range(count):
        contact = make_contact(customer, name=f"人{number}", decision_level=level)
        RelationshipTie.objects.create(contact=contact, user=make_user(), current=1, wanted=4)
        link(contact, make_contact(twin))


def test_the_page_costs_the_same_with_1_and_30_contacts(client):
    customer = make_customer()
    costs = []
    for count in (1, 29):
        fill(customer, count)
        page(client, customer)
        with CaptureQueriesContext(connection) as asked:
            page(client, customer)
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 20
