"""A section in the browser: saved, autosaved, compared; the tables beside it."""

import re

import pytest
from django.urls import reverse

from core.models import AuditEvent
from planning.models import PlanRow, PlanSection
from planning.tests.factories import add_row, make_plan, set_state, write
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db
AUTO = {"x-requested-with": "XMLHttpRequest"}


@pytest.fixture
def plan(client):
    plan = make_plan()
    client.force_login(plan.author)
    return plan


def post(client, plan, text, edit, code="C2.1", **more):
    url = reverse("planning:section", args=[plan.pk, code])
    return client.post(url, {"text": text, "none_reason": "", "base_edit": edit}, **more)


def text_of(plan, code="C2.1"):
    return PlanSection.objects.get(version=plan.current, code=code).text


def test_it_is_saved_and_shown(client, plan):
    response = post(client, plan, "行业居前。", 0)

    assert response.status_code == 302
    assert text_of(plan) == "行业居前。"
    assert AuditEvent.objects.filter(verb="plan.section_saved").count() == 1


def test_autosave_answers_with_the_next_edit_and_is_one_event_of_the_trail(client, plan):
    answers = [
        post(client, plan, "一。" * n, n - 1, headers=AUTO).json()["edit"] for n in (1, 2, 3)
    ]

    assert answers == [1, 2, 3]
    assert AuditEvent.objects.filter(verb="plan.section_saved").count() == 1


def test_autosave_joins_what_somebody_else_wrote(client, plan):
    write(plan, "C2.1", "甲。乙。")
    write(plan, "C2.1", "甲改。乙。")

    answer = post(client, plan, "甲。乙。丙。", 1, headers=AUTO).json()

    assert answer["text"] == text_of(plan) == "甲改。乙。丙。"


def test_at_one_place_both_texts_are_shown_and_nothing_is_overwritten(client, plan):
    write(plan, "C2.1", "甲。")
    write(plan, "C2.1", "甲一。", by=make_user(name="沈志远"))

    page = post(client, plan, "甲二。", 1)
    body = page.content.decode()

    assert page.status_code == 409
    assert text_of(plan) == "甲一。"
    assert all(word in body for word in ("甲一。", "甲二。", "沈志远"))
    edit = re.search(r'name="base_edit" value="(\d+)"', body)[1]
    assert post(client, plan, "甲一。甲二。", edit).status_code == 302
    assert text_of(plan) == "甲一。甲二。"


def test_what_was_typed_into_a_plan_that_was_handed_in_is_shown_again(client, plan):
    set_state(plan.current, "submitted")

    page = post(client, plan, "来晚的一句。", 0)

    assert page.status_code == 409
    assert "来晚的一句。" in page.content.decode()
    assert text_of(plan) == ""


def test_another_manager_gets_404_and_a_head_reads_only(client, plan):
    client.force_login(make_user())
    assert post(client, plan, "别人", 0).status_code == 404
    client.force_login(make_user("dept_head", department=plan.department))
    assert post(client, plan, "经理", 0).status_code == 403
    assert client.get(reverse("planning:section", args=[plan.pk, "C2.1"])).status_code == 200


# --- the grid -------------------------------------------------------------------------------------
def grid(client, plan, table="budget", **data):
    return client.post(reverse("planning:table", args=[plan.pk, table]), data)


def test_a_pasted_block_becomes_rows(client, plan):
    response = grid(client, plan, pasted="网络\t12.5\n项目\t60\t平台")

    assert response.status_code == 302
    assert [row.cells["amount"] for row in PlanRow.objects.all()] == ["12.5", "60"]


def test_what_does_not_fit_stays_in_its_cell(client, plan):
    page = grid(client, plan, row=["n1"], **{"n1-kind": "network", "n1-amount": "一百"})

    assert page.status_code == 409
    assert 'value="一百"' in page.content.decode()
    assert PlanRow.objects.count() == 0


def test_the_same_cell_of_two_is_put_side_by_side(client, plan):
    row = add_row(plan, "budget", kind="network", amount="1")
    key = f"r{row.pk}"
    typed = {f"{key}-kind": "network", f"{key}-edit": "1"}
    assert grid(client, plan, row=[key], **typed, **{f"{key}-amount": "2"}).status_code == 302

    page = grid(client, plan, row=[key], **typed, **{f"{key}-amount": "3"})

    assert page.status_code == 409
    assert "两个人改了同一格" in page.content.decode()
    row.refresh_from_db()
    assert row.cells["amount"] == "2"


def test_facts_come_once_and_are_compared_with_today(client, plan):
    link = plan.customer.links.create(layer="access", technology="DDN", monthly_fee=1000)
    pull = reverse("planning:pull", args=[plan.pk, "network"])
    client.post(pull), client.post(pull)
    row = PlanRow.objects.get()
    assert (row.source, row.cells["annual_fee"]) == (f"networklink:{link.pk}", "1.2")

    type(link).objects.filter(pk=link.pk).update(monthly_fee=2000)
    page = client.get(reverse("planning:table", args=[plan.pk, "network"])).content.decode()
    assert "1.2 → 2.4" in page
    client.post(reverse("planning:refresh", args=[plan.pk, row.pk]))
    row.refresh_from_db()
    assert row.cells["annual_fee"] == "2.4"


def test_facts_of_last_year_come_along_and_goals_never(client, plan):
    last = make_plan(customer=plan.customer, year=plan.year - 1)
    add_row(last, "network", level="总部", technology="专线")
    add_row(last, "measures", kind="价格", text="去年的办法")
    write(last, "C1.1", "去年的组网。"), write(last, "C2.3", "去年的打算。")

    client.post(reverse("planning:carry_over", args=[plan.pk]))

    assert [row.table for row in plan.current.rows.all()] == ["network"]
    assert (text_of(plan, "C1.1"), text_of(plan, "C2.3")) == ("去年的组网。", "")
