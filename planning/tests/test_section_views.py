"""A section in the browser: saved, autosaved, compared; the tables beside it."""

import re

import pytest
from django.urls import reverse

from core import drafts
from core.models import AuditEvent
from planning.actions import amending
from planning.actions.writing import save_row
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


def post(client, plan, text, edit, code="C2.1", number=1, **more):
    url = reverse("planning:section", args=[plan.pk, code])
    typed = {"text": text, "none_reason": "", "base_edit": edit, "base_number": number}
    return client.post(url, typed, **more)


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
    assert "甲二。" in section_page(client, plan)  # also for who leaves this page
    edit = re.search(r'name="base_edit" value="(\d+)"', body)[1]
    assert post(client, plan, "甲一。甲二。", edit).status_code == 302
    assert text_of(plan) == "甲一。甲二。"


def reopened(plan):
    """Approved and amended while a tab was open."""
    set_state(plan.current, "approved")
    amending.amend(version=plan.current, reason="年中调整", by=plan.author)
    plan.refresh_from_db()


def test_a_tab_of_the_version_before_takes_nothing_away(client, plan):
    write(plan, "C2.1", "甲。")
    write(plan, "C2.1", "甲。乙的重要判断。", by=make_user(name="沈志远"))
    reopened(plan)

    auto = post(client, plan, "甲。丙。", 1, headers=AUTO)
    page = post(client, plan, "甲。丙。", 1)
    body = page.content.decode()

    assert (auto.status_code, auto.json()) == (409, {"conflict": "沈志远"})
    assert page.status_code == 409
    assert all(word in body for word in ("乙的重要判断。", "丙。", "沈志远"))
    assert 'name="base_number" value="2"' in body
    assert text_of(plan) == "甲。乙的重要判断。"


def test_autosave_of_the_version_before_goes_on_in_the_new_one(client, plan):
    write(plan, "C2.1", "甲。")
    reopened(plan)

    answer = post(client, plan, "甲。乙。", 1, headers=AUTO).json()
    again = post(client, plan, "甲。乙。丙。", answer["edit"], number=answer["number"])

    assert (answer["number"], again.status_code, text_of(plan)) == (2, 302, "甲。乙。丙。")


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


# --- what could not be written --------------------------------------------------------------------
def section_page(client, plan):
    return client.get(reverse("planning:section", args=[plan.pk, "C2.1"])).content.decode()


def kept(plan, **payload):
    """As plan.js keeps it after a conflict."""
    key = f"planning:section:{plan.pk}:c2_1"
    typed = {"text": "甲。丙。", "none_reason": "", "base_edit": "1", "base_number": "1"}
    drafts.save(plan.author, key, typed | payload)
    return key


def test_what_lost_a_conflict_comes_back_and_still_begins_where_it_began(client, plan):
    write(plan, "C2.1", "甲。")
    write(plan, "C2.1", "甲。乙。", by=make_user())
    key = kept(plan)

    body = section_page(client, plan)

    assert f'data-draft-key="{key}"' in body
    assert "已恢复上次没写完的内容" in body and "甲。丙。" in body
    assert re.search(r'name="base_edit" value="(\d+)"', body)[1] == "1"
    assert post(client, plan, "甲。丙。", 1).status_code == 409
    assert drafts.load(plan.author, key)
    assert post(client, plan, "甲。乙。丙。", 2).status_code == 302
    assert drafts.load(plan.author, key) is None


def test_what_lost_a_conflict_can_be_dropped(client, plan):
    key = kept(plan)

    client.post(reverse("planning:section", args=[plan.pk, "C2.1"]), {"restart": "1"})

    assert drafts.load(plan.author, key) is None
    assert "已恢复" not in section_page(client, plan)


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


def test_a_grid_of_the_version_before_is_put_side_by_side_and_can_be_saved(client, plan):
    row = add_row(plan, "budget", kind="network", amount="1")
    bad = add_row(plan, "budget", kind="project", amount="5")
    reopened(plan)
    copies = list(plan.current.rows.order_by("position"))
    change = {"kind": "network", "amount": "2"}
    save_row(version=plan.current, table="budget", pk=copies[0].pk, cells=change, base_edit=0,
             by=plan.author)  # fmt: skip
    typed = {"row": [f"r{row.pk}", f"r{bad.pk}"]}
    for old, kind, amount in ((row, "network", "3"), (bad, "project", "五")):
        key = f"r{old.pk}"
        typed |= {f"{key}-kind": kind, f"{key}-amount": amount, f"{key}-edit": "1"}

    page = grid(client, plan, **typed)
    body = page.content.decode()

    assert page.status_code == 409
    assert f'name="r{copies[0].pk}-amount" value="3"' in body
    assert 'value="五"' in body
    assert [one.cells["amount"] for one in plan.current.rows.order_by("position")] == ["2", "5"]


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
    late = post(client, plan, "刚写的。", 0, code="C1.1")  # a tab that was blank
    assert (late.status_code, text_of(plan, "C1.1")) == (409, "去年的组网。")
