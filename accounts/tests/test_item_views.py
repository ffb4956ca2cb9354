"""The small rows of a customer: every kind is added, changed and deleted the same way."""

import re

import pytest
from django.urls import reverse
from django.utils.timezone import localtime

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


BOTH_SIDES = {
    "level": [("层级", "省行", "省分行")],
    "route": [("审批步骤", "行长批准", "科技部提出 → 行长批准")],
    "tie": [("当前关系", "2", "1")],
    "product": [("数量", "4", "3")],
    "usage": [("年金额（元）", "120000.00", "108000.00")],
    "account": [("开户银行", "平安银行", "深圳发展银行")],
    "bill": [("缴费日期", "2026-11-20", ""), ("已缴金额", "300.50", "0.00")],
    "node": [("数量", "2", "")],
    "link": [("带宽（Mbps）", "10.000", "2.000")],
    "share": [("费用占比（%）", "31.00", "29.00")],
    "finance": [("利润（万元）", "130.00", "120.50")],
    "budget": [("金额（万元）", "320.00", "300.00")],
    "allowance": [("人数", "60", "50")],
    "need": [("状态", "已确认", "已记录")],
    "contract": [("年金额（元）", "95000.00", "90000.00")],
    "agreement": [("名称", "战略合作协议", "战略合作")],
    "event": [("日期", "2008-06-03", "2008-06-01"), ("精度", "日", "月")],
    "info": [("内容", "上半年利润下降", "上半年利润增长")],
}
"""What stands there after CASES[kind][1], beside what the older tab sends."""


@every_kind
def test_the_second_tab_shows_what_stands_there_now_beside_what_was_typed(client, customer, kind):
    row = add(client, customer, kind)
    old_tab = shown_form(client, kind, row)
    client.post(edit_url(kind, row), old_tab | CASES[kind][1])
    response = client.post(edit_url(kind, row), old_tab)
    both = [(one.label, one.old, one.new) for one in response.context["conflict"]]
    assert both == BOTH_SIDES[kind]
    page = response.content.decode()
    assert "两边不同的地方" in page
    assert all(one.old in page for one in response.context["conflict"])
    again = old_tab | {"seen": response.context["form"]["seen"].value()}
    assert client.post(edit_url(kind, row), again, follow=True).status_code == 200


def both_sides(client, customer, kind, elsewhere, typed_here) -> set:
    """What is shown to a tab that sends `typed_here` after `elsewhere` was stored."""
    row = add(client, customer, kind)
    tab = shown_form(client, kind, row)
    KINDS[kind].model.objects.update(**elsewhere)
    response = client.post(edit_url(kind, row), tab | typed_here)
    return {(one.label, one.old, one.new) for one in response.context["conflict"]}


def test_a_bill_shows_the_items_that_differ(client, customer):
    mine = {"line_data": "100.50", "line_circuit": "200"}
    found = both_sides(client, customer, "bill", {"source": "省公司"}, mine)
    items = {("数据", "200.50", "100.50"), ("电路", "100.00", "200.00")}
    assert found == items | {("来源", "省公司", "")}


def test_a_level_names_the_lines_of_business(client, customer):
    mine = {"department_by_line": "全部：办公室"}
    found = both_sides(client, customer, "level", {"has_right": False}, mine)
    assert ("决策部门", "数据：科技部；全部：办公室", "全部：办公室") in found
    assert ("有决策权", "否", "是") in found


def test_the_full_account_number_stands_on_neither_side(client, customer):
    row = add(client, customer, "account")
    tab = shown_form(client, "account", row) | {"bank_account": "6222021234567899999"}
    client.post(edit_url("account", row), tab | {"bank_account": "6222021234567898888"})
    response = client.post(edit_url("account", row), tab)
    [one] = response.context["conflict"]
    assert (one.label, one.old[-4:], one.new[-4:]) == ("银行账号", "8888", "9999")
    assert "6222" not in one.old + one.new and "6222021234567898888" not in str(response.content)


def test_a_refusal_for_another_reason_shows_no_two_sides(client, customer):
    row = add(client, customer, "budget")
    tab = shown_form(client, "budget", row)
    client.post(new_url(customer, "budget"), typed("budget", customer) | {"year": "2025"})
    page = client.post(edit_url("budget", row), tab | {"year": "2025"})
    assert page.context["form"].errors and not page.context["conflict"]
    assert "两边不同的地方" not in page.content.decode()
    assert "两边不同的地方" not in client.get(edit_url("budget", row)).content.decode()


def delete_tab(client, kind, row) -> dict:
    """What the open page sends back, once a reason is typed."""
    page = client.get(delete_url(kind, row)).content.decode()
    return dict(re.findall(r'name="(seen)" value="([^"]+)"', page)) | {"reason": "重复"}


@every_kind
def test_a_row_is_deleted_with_a_reason_only(client, customer, kind):
    row = add(client, customer, kind)
    tab = delete_tab(client, kind, row)
    response = client.post(delete_url(kind, row), tab | {"reason": " "})
    assert "请写明删除的原因" in response.content.decode()
    assert client.post(delete_url(kind, row), tab).status_code == 302
    assert not KINDS[kind].model.objects.exists()
    assert AuditEvent.objects.filter(verb__endswith=".deleted", reason="重复").exists()


@every_kind
def test_what_another_tab_changed_is_not_deleted_unseen(client, customer, kind):
    row = add(client, customer, kind)
    tab = delete_tab(client, kind, row)
    client.post(edit_url(kind, row), shown_form(client, kind, row) | CASES[kind][1])
    page = client.post(delete_url(kind, row), tab)
    text = page.content.decode()
    assert "已被他人修改，没有删除" in text and stored(kind)
    assert 'value="重复"' in text  # the reason stays
    now = {one.label: one.new for one in page.context["content"]}
    for label, value, _ in BOTH_SIDES[kind]:
        assert now[label] == value and value in text
    again = {"reason": "重复", "seen": page.context["seen"]}
    assert client.post(delete_url(kind, row), again).status_code == 302
    assert not KINDS[kind].model.objects.exists()


def test_a_missing_reason_does_not_pass_over_the_change(client, customer):
    row = add(client, customer, "budget")
    tab = delete_tab(client, "budget", row)
    client.post(edit_url("budget", row), shown_form(client, "budget", row) | CASES["budget"][1])
    page = client.post(delete_url("budget", row), tab | {"reason": ""})
    assert page.context["seen"] == tab["seen"]
    assert "已被他人修改" in client.post(delete_url("budget", row), tab).content.decode()


@pytest.mark.parametrize("seen", [{}, {"seen": ""}, {"seen": "x"}])
def test_without_having_seen_the_row_nothing_is_deleted(client, customer, seen):
    row = add(client, customer, "budget")
    page = client.post(delete_url("budget", row), {"reason": "重复"} | seen)
    assert "没有删除" in page.content.decode() and stored("budget")


def test_the_items_of_a_bill_stay_in_the_trail_and_the_revisions(client, customer):
    row = add(client, customer, "bill")
    assert client.post(delete_url("bill", row), delete_tab(client, "bill", row)).status_code == 302
    gone = AuditEvent.objects.get(verb="monthlybill.deleted").changes
    assert (gone["数据"], gone["电路"]) == (["200.50", ""], ["100.00", ""])
    kept = CustomerViewRevision.objects.filter(reason="重复", field="line_data")
    assert [(one.old, one.new) for one in kept] == [("200.50", "")]


def test_the_page_shows_moments_as_in_shanghai_and_no_account_number(client, customer):
    need, account = add(client, customer, "need"), add(client, customer, "account")
    text = client.get(delete_url("need", need)).content.decode()
    assert f"{localtime(need.created_at):%Y-%m-%d %H:%M}" in text and "+00:00" not in text
    text = client.get(delete_url("account", account)).content.decode()
    assert "**** 0123" in text and "6222021234567890123" not in text


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
