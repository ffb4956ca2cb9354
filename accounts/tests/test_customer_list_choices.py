"""What the list can be asked: more filters, order, columns; and what stays in the address."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from accounts import filters
from accounts.filters import address
from accounts.models import ServiceContract
from accounts.reports import columns
from accounts.tests.factories import make_contact, make_customer
from accounts.views import lists
from staff.tests.factories import make_department, make_user

pytestmark = pytest.mark.django_db


def get(client, user, query="", **headers):
    client.force_login(user)
    return client.get(reverse("accounts:customer_list") + f"?{query}", headers=headers)


def names(response):
    return [row.customer.name for row in response.context["rows"]]


def test_a_department_holds_those_below_it(client):
    above = make_department()
    below = make_department(parent=above)
    ours = make_customer(manager=make_user(department=below))
    make_customer(manager=make_user(department=make_department()))
    assert names(get(client, make_user("branch_director"), f"department={above.pk}")) == [ours.name]


@pytest.mark.parametrize(("days", "expected"), [("30", 1), ("90", 2), ("", 4)])
def test_contracts_that_end_soon_and_are_not_renewed(client, days, expected):
    manager, today = make_user(), timezone.localdate()
    ends = {"a": 10, "b": 80, "c": 20, "d": -5}
    for key, ahead in ends.items():
        customer = make_customer(manager=manager)
        contract = ServiceContract.objects.create(
            customer=customer, number=key, name="专线", starts_on=today - timedelta(days=700),
            ends_on=today + timedelta(days=ahead), annual_amount=1,
        )  # fmt: skip
    renewed = ServiceContract.objects.get(number="c")
    ServiceContract.objects.create(
        customer=renewed.customer, number="c2", name="专线", starts_on=renewed.ends_on,
        ends_on=today + timedelta(days=400), annual_amount=1, renewal_of=renewed,
    )  # fmt: skip
    assert contract
    assert len(names(get(client, manager, f"expires={days}"))) == expected


def test_the_order_by_pinyin_pages_without_loss(client):
    manager = make_user()
    for n in range(55):
        make_customer(manager=manager, name=f"客户{n}", name_pinyin=f"kehu{99 - n}")
    first = get(client, manager, "order=name")
    assert names(first)[:2] == ["客户54", "客户53"]
    second = client.get(first.context["page"].next_url)
    assert names(second) == [f"客户{n}" for n in range(4, -1, -1)]


def test_chosen_columns_are_shown_and_phones_masked_in_the_html(client):
    customer = make_customer(credit_code="91330600MA2ABCDE1X")
    make_contact(customer, phone="13800001234")
    html = get(client, customer.manager, "columns=phone&columns=credit_code").content.decode()
    assert "138****1234" in html
    assert "91330600MA2ABCDE1X" in html
    assert "13800001234" not in html
    assert 'data-label="客户行业"' not in html


def test_unknown_columns_give_the_usual_ones(client):
    customer = make_customer()
    assert 'data-label="客户行业"' in get(client, customer.manager, "columns=x").content.decode()


def test_the_count_stops_at_a_thousand(client, monkeypatch):
    monkeypatch.setattr(lists, "MOST_COUNTED", 2)
    manager = make_user()
    for _ in range(3):
        make_customer(manager=manager)
    assert "2+ 家客户" in get(client, manager).content.decode()


def test_the_address_keeps_what_the_list_knows():
    data = QueryDict("q=&grade=A&cursor=x&evil=1&columns=region&columns=grade&view=3")
    assert address(data) == "grade=A&columns=region&columns=grade&view=3"
    assert address(data, without=("view",)) == "grade=A&columns=region&columns=grade"


def test_the_usual_columns_are_not_spelled_out():
    data = QueryDict("&".join(f"columns={code}" for code in columns.DEFAULT) + "&q=a")
    assert address(data) == "q=a"


def test_htmx_pushes_a_clean_address(client):
    customer = make_customer()
    response = get(client, customer.manager, "q=&grade=C&order=", hx_request="true")
    assert response.headers["HX-Push-Url"] == "/customers/?grade=C"


def test_only_those_who_hand_over_see_check_boxes(client):
    customer = make_customer()
    head = make_user("dept_head", department=customer.department)
    html = get(client, head).content.decode()
    assert f'name="ids" value="{customer.pk}" form="bulk"' in html
    assert f'action="{reverse("crm:bulk_assign")}"' in html
    assert 'name="ids"' not in get(client, customer.manager).content.decode()


def test_a_long_choice_is_cut_but_accepts_everybody_in_scope(client, monkeypatch):
    monkeypatch.setattr(filters, "MOST_OFFERED", 1)
    head = make_user("dept_head")
    customers = [make_customer(manager=make_user(department=head.department)) for _ in range(3)]
    wanted = customers[2]
    response = get(client, head, f"manager={wanted.manager_id}")
    assert names(response) == [wanted.name]
    assert f'<option value="{wanted.manager_id}" selected>' in response.content.decode()
    assert f'<option value="{customers[1].manager_id}"' not in response.content.decode()


def test_a_bad_filter_says_so_at_the_field(client):
    customer = make_customer()
    assert "invalid-feedback" in get(client, customer.manager, "grade=Z").content.decode()
