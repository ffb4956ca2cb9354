"""The tabs of the customer page: who may, what the fragment is, what each costs."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.actions import items, quality, timeline
from accounts.models import (
    AllowancePolicy,
    BillingAccount,
    CustomerEvent,
    CustomerInfoItem,
    CustomerNeed,
    CustomerViewRevision,
    MonthlyBill,
    ProductInstance,
    ServiceContract,
)
from accounts.rules import add_months
from accounts.sections import SECTIONS
from accounts.sections.kinds import KINDS
from accounts.tests.factories import make_contact, make_customer, make_duty
from staff.tests.factories import make_department, make_user

pytestmark = pytest.mark.django_db
MINE = ("overview", "file", "finance", "needs", "visits", "events", "info", "timeline", "quality",
        "history")  # fmt: skip
every_tab = pytest.mark.parametrize("code", MINE)
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "customer-view"}


def url_of(customer, code):
    if code == "overview":
        return customer.get_absolute_url()
    return reverse("accounts:customer_section", args=[customer.pk, code])


def get(client, user, customer, code, **headers):
    client.force_login(user)
    return client.get(url_of(customer, code), **headers)


@every_tab
def test_htmx_gets_the_inside_and_a_browser_the_page(client, code):
    customer = make_customer()
    whole = get(client, customer.manager, customer, code).content.decode()
    part = get(client, customer.manager, customer, code, **HTMX).content.decode()
    assert "<html" in whole and "<html" not in part
    assert 'aria-label="客户视图"' in part
    assert f"{SECTIONS[code].label}" in part


def test_a_fragment_is_never_taken_for_the_page_by_a_cache(client):
    customer = make_customer()
    assert "HX-Request" in get(client, customer.manager, customer, "file")["Vary"]


@every_tab
def test_another_manager_gets_404(client, code):
    assert get(client, make_user(), make_customer(), code).status_code == 404


@every_tab
def test_a_head_of_another_department_gets_404(client, code):
    head = make_user("dept_head", department=make_department())
    customer = make_customer(manager=make_user(department=make_department()))
    assert get(client, head, customer, code).status_code == 404


@every_tab
def test_a_wrong_role_gets_403(client, code):
    assert get(client, make_user("back_office"), make_customer(), code).status_code == 403


@every_tab
def test_an_auditor_is_offered_nothing_to_write(client, code):
    customer = make_customer()
    fill(customer, 2)
    html = get(client, make_user("auditor"), customer, code).content.decode()
    for words in ("/edit/", "/new/", 'method="post" action="/customers'):
        assert words not in html


def test_an_unknown_tab_is_404(client):
    customer = make_customer()
    client.force_login(customer.manager)
    assert client.get(f"/customers/{customer.pk}/nonsense/").status_code == 404


def fill(customer, count):
    """`count` rows of everything."""
    by, today = customer.manager, timezone.localdate()
    for n in range(count):
        make_contact(customer, name=f"人{n}", decision_role="decider", attitude=n % 4, influence=3)
        customer.decision_levels.create(unit_level=f"层{n}", order=n, has_right=True)
        make_duty(customer, by, subject=make_customer(manager=by))
        month = add_months(today, -n)
        MonthlyBill.objects.create(
            customer=customer, month=month, reported_total=100 + n, computed_total=100 + n
        )
        ProductInstance.objects.create(customer=customer, business_line="data", name=f"线{n}")
        ServiceContract.objects.create(
            customer=customer, number=f"{customer.pk}-{n}", name=f"约{n}", annual_amount=1,
            starts_on=today - timedelta(days=400), ends_on=today + timedelta(days=20 + n),
        )  # fmt: skip
        BillingAccount.objects.create(customer=customer, contract_no=f"{customer.pk}-{n}")
        fact = CustomerNeed.objects.create(
            customer=customer, layer="fact", description=f"事实{n}", created_by=by
        )
        CustomerNeed.objects.create(
            customer=customer, layer="need", parent=fact, description=f"需要{n}", created_by=by
        )
        CustomerEvent.objects.create(customer=customer, happened_on=today, title=f"大事{n}")
        CustomerInfoItem.objects.create(
            customer=customer, category="financial", content=f"信息{n}", source_type="visit",
            collected_by=by,
        )  # fmt: skip
        AllowancePolicy.objects.create(customer=customer, level=f"级{n}", mode="full_reimbursement")
        day = date(2024, 1, 1) + timedelta(days=n)
        customer.assignments.create(user=make_user(), role="backup", valid_from=day, valid_to=day)
        timeline.note(customer=customer, kind="visit", title=f"拜访{n}", actor=by)
        CustomerViewRevision.objects.create(
            customer=customer, section="file", target=f"accounts.customer:{customer.pk}",
            target_text="客户", field="address", field_label="通信地址", new=f"{n}",
            changed_by=by, state=("applied", "proposed")[n % 2],
        )  # fmt: skip
    quality.refresh([customer.pk])


def cost(client, code, count):
    customer = make_customer()
    fill(customer, count)
    get(client, customer.manager, customer, code)  # the first opening is remembered
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url_of(customer, code)).status_code == 200
    return len(seen)


@every_tab
def test_a_tab_costs_the_same_with_1_and_30_rows(client, code):
    # 2: one proposal at least, so that the same questions are asked
    few = cost(client, code, 2)
    assert few == cost(client, code, 30)
    assert few <= 20


def test_every_kind_of_row_belongs_to_a_tab_that_exists():
    assert {kind.section for kind in KINDS.values()} <= SECTIONS.keys()


def test_the_overview_says_who_what_how_much_until_when_and_who_was_last(client):
    customer = make_customer()
    fill(customer, 3)
    html = get(client, customer.manager, customer, "overview").content.decode()
    for words in ("人0", "支持 +2", "线1", "3 项", "还有 20 天", "拜访2", "兑现承诺", "完整率"):
        assert words in html


def test_the_overview_of_an_empty_customer_shows_its_gaps(client):
    html_of = make_customer()
    html = get(client, html_of.manager, html_of, "overview").content.decode()
    for words in ("还不知道谁决策", "还没有账单", "没有在用产品", "还没有拜访或来函"):
        assert words in html


def test_the_overview_names_deciding_departments_without_contact(client):
    customer = make_customer()
    customer.decision_levels.create(
        unit_level="省分行", order=1, has_right=True, department_by_line={"data": "技保处"}
    )
    html = get(client, customer.manager, customer, "overview").content.decode()
    assert "决策部门无接触" in html and "技保处，还没有联系人" in html
    make_contact(customer, department="技保处", last_contact_at=timezone.now())
    assert "决策部门无接触" not in client.get(url_of(customer, "overview")).content.decode()


def test_telephone_numbers_are_masked_in_the_source(client):
    customer = make_customer()
    make_contact(customer, phone="13800001234", decision_role="decider")
    html = get(client, customer.manager, customer, "overview").content.decode()
    assert "13800001234" not in html and "138****1234" in html


def test_the_iceberg_shows_fact_need_and_win_with_who_said_it(client):
    """R63, the three sentences of the handbook."""
    customer = make_customer()
    said = (
        ("fact", "我要装1条高品质的长途数字电路", "通信部门"),
        ("need", "需要与北京总部建立可靠的连接", "业务部门"),
        ("win", "这是实现总部签订的网上跨省实时交易合作协议的要求", "决策部门"),
    )
    parent = None
    for layer, words, who in said:
        parent = items.create_item(
            model=CustomerNeed, customer=customer, place=KINDS["need"].place, by=customer.manager,
            values={"layer": layer, "description": words, "speaker_department": who,
                    "parent": parent},
        )  # fmt: skip
    response = get(client, customer.manager, customer, "needs")
    html = response.content.decode()
    assert all(words in html and who in html for _, words, who in said)
    (berg,) = response.context["bergs"]
    assert berg.depth == 3
    assert html.index("通信部门") < html.index("业务部门") < html.index("决策部门")
