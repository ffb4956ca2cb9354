"""Pages of retention: list, case, figures that open into their customers; merge of customers."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.actions.merging import merge
from accounts.models import Customer
from accounts.tests.factories import make_customer
from core.models import AuditEvent
from planning.actions import retention_cases as cases
from planning.actions import retention_rolls as rolls
from planning.actions.retention_metrics import count_month
from planning.actions.retention_warning import warn
from planning.models import (
    CustomerRisk,
    RetentionCase,
    RetentionFact,
    RetentionMember,
    RetentionMetricSnapshot,
    WarningChange,
)
from planning.tests.retention_factories import make_bills, make_contract, make_product
from planning.tests.test_retention_warning import NIGHT, duties
from staff.tests.factories import make_branch, make_department, make_user

OCTOBER = date(2026, 10, 1)


@pytest.fixture
def people(db):
    department = make_department(branch=make_branch(), code="GOV")
    return make_user(department=department), make_user("dept_head", department=department)


@pytest.fixture
def warned(people):
    """One orange and one green customer of the manager."""
    manager, _ = people
    orange, green = (
        make_customer(manager=manager, grade="D", name=n) for n in ("橙客户", "绿客户")
    )
    make_contract(orange, date(2025, 1, 1), date(2027, 1, 10))
    warn(now=NIGHT)
    cases.open_case(customer=green, by=manager)
    return orange, green


def test_the_list_counts_and_exports_what_it_shows(client, people, warned):
    client.force_login(people[0])
    page = client.get(reverse("planning:retention_list"), {"risk": "orange"})

    assert "橙客户" in page.content.decode() and "绿客户" not in page.content.decode()
    assert "红色 0 家，橙色 1 家，黄色 0 家，绿色 0 家" in page.content.decode()
    file = client.post(reverse("planning:retention_export") + "?risk=orange")
    assert file["Content-Type"].endswith("sheet")
    event = AuditEvent.objects.filter(verb="retention_list.exported").get()
    assert event.changes["行数"] == ["", "1"]


def test_the_case_says_why_and_an_action_through_its_form_ends_the_duty(client, people, warned):
    manager, _ = people
    case = RetentionCase.objects.get(customer=warned[0])
    client.force_login(manager)
    assert "2027-01-10 到期，没有续约商机" in client.get(case.get_absolute_url()).content.decode()
    form = {"kind": "consolidate", "text": "", "owner": manager.pk, "due_on": "2099-01-01"}
    url = reverse("planning:retention_add", args=[case.pk, "action"])

    assert client.post(url, form).status_code == 422
    assert client.post(url, form | {"text": "上门谈续约"}).status_code == 302

    assert duties().get().state.startswith("done")


def test_rows_of_a_figure_add_up_to_it_also_when_one_is_out_of_sight(client, people):
    manager, head = people
    customers = [make_customer(manager=manager) for _ in range(3)]
    for one in customers:
        make_bills(one, Decimal(100))
        make_product(one, is_sticky=one is customers[0])
    count_month(month=OCTOBER)
    other = make_user(department=make_department(branch=manager.branch, code="FIN"))
    Customer.objects.filter(pk=customers[2].pk).update(manager=other, department=other.department)
    figure = RetentionMetricSnapshot.objects.get(level="department", metric="sticky")
    assert (figure.numerator, figure.denominator) == (1, 3)
    client.force_login(head)

    page = client.get(reverse("planning:retention_metric", args=[figure.pk]))

    found, rows = page.context["found"], page.context["page"].rows
    assert sum(row.due for row in rows) + found.rest_due == figure.denominator
    assert sum(row.done for row in rows) + found.rest_done == figure.numerator
    assert (len(rows), found.rest_count) == (2, 1)
    mine = RetentionMetricSnapshot.objects.get(level="branch", metric="sticky")
    assert client.get(reverse("planning:retention_metric", args=[mine.pk])).status_code == 404


def test_merged_customers_keep_one_case_one_level_and_all_history(people, warned):
    manager, head = people
    orange, green = warned
    count_month(month=OCTOBER)

    merge(kept=green, gone=orange, by=head, kinds={
        "planning.retentioncase": "gone", "planning.customerrisk": "gone",
    })  # fmt: skip

    assert RetentionCase.objects.get().customer == green
    assert RetentionCase.objects.get().risk == "orange"
    assert CustomerRisk.objects.get().customer == green
    assert WarningChange.objects.get().customer == green
    assert duties().get().customer_ref == green.pk
    assert RetentionFact.objects.count() == 2
    assert warn(now=NIGHT) == 0


def test_a_chosen_customer_is_put_on_a_list_with_a_reason_and_has_a_case(client, db):
    manager = make_user()
    roll = rolls.make_list(
        level="am", by=manager, tier="key", year=2027, grades="A", least_revenue=0, criteria=""
    )
    chosen = make_customer(manager=manager, grade="D", name="鉴湖冷链配送中心")
    make_customer(manager=manager, name="鉴湖冷链仓储中心")
    foreign = make_customer(name="东浦证券营业部")
    client.force_login(manager)
    url = f"/plans/retention/lists/{roll.pk}/add/"
    assert url in client.get(roll.get_absolute_url()).content.decode()

    def post(said):
        return client.post(url, {"customer": said, "reason": "新任主管倾向对手"})

    assert "不止一家" in post("鉴湖冷链").content.decode()
    for said in (foreign.code, foreign.name, "查无此户"):
        answer = post(said)
        assert answer.status_code == 422 and "没有这样的客户" in answer.content.decode()
    assert post(chosen.code.lower()).status_code == 302
    member = RetentionMember.objects.get()
    assert (member.customer, member.reason) == (chosen, "新任主管倾向对手")
    case = RetentionCase.objects.get()
    assert (case.customer, case.tier) == (chosen, "key")
    assert "已经在这份清单上" in post("配送中心").content.decode()
    client.force_login(make_user("dept_head", department=manager.department))
    assert client.get(url).status_code == 403
