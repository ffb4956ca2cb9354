"""Targets in the hands of people: the plan of Bank A, typing, pasting, two tabs (R45, E.4)."""

import pytest
from playwright.sync_api import expect

from tests.browser import shot

pytestmark = pytest.mark.browser

PASTE = """(text) => { const data = new DataTransfer(); data.setData("text/plain", text);
  document.activeElement.dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })); }"""


def targets_of(page, number):
    page.goto(f"/plans/?q={number}")
    page.locator("#main tbody th a").first.click()
    page.get_by_role("link", name="目标", exact=True).click()
    page.wait_for_url("**/targets/")


def total(page, key):
    return page.locator(f'.target-table [data-sum="{key}"]')


def test_bank_a_plans_263(open_as):
    page = open_as("heqiong")
    targets_of(page, "KP-2027-C0001")
    for quarter, amount in enumerate(("49.5", "54", "74.5", "85"), 1):
        expect(total(page, f"all-q{quarter}")).to_have_text(amount)
    expect(total(page, "all-year")).to_have_text("263")
    for kind, amount in (("stock", "184"), ("increment", "71"), ("win_back", "8")):
        expect(total(page, f"{kind}-year")).to_have_text(amount)
    shot(page, "targets-bank-a")


def test_typing_pasting_and_two_tabs(open_as):
    page = open_as("wanglj")
    targets_of(page, "KP-2027-C0009")
    late = page.context.new_page()
    late.goto(page.url)
    state = page.locator("[data-state]")
    cell = page.get_by_label("增量 视频 一季度")
    cell.fill("4321")
    cell.press("Enter")
    expect(page.get_by_label("增量 增值 一季度")).to_be_focused()
    expect(state).to_contain_text("已保存")
    page.get_by_label("增量 灾备 三季度").focus()
    page.evaluate(PASTE, "1,000\t2000\n3\t4\n")
    expect(page.get_by_label("增量 管理型业务 四季度")).to_have_value("4")
    expect(
        page.locator("tr", has=page.get_by_label("增量 灾备 三季度")).locator("[data-year]")
    ).to_contain_text("3,000")
    late.get_by_label("增量 视频 一季度").fill("5")
    late.get_by_label("增量 视频 一季度").press("ArrowDown")
    expect(late.locator(".target-clash")).to_contain_text("您填 5，现在是 4321")
    late.get_by_role("button", name="用现在的").click()
    expect(late.get_by_label("增量 视频 一季度")).to_have_value("4321")


def test_without_script_the_sums_are_there_and_the_form_saves(open_as):
    page = open_as("wanglj", java_script_enabled=False)
    targets_of(page, "KP-2027-C0009")
    page.get_by_label("策反 自联通 四季度").fill("7.5")
    page.get_by_role("button", name="保存目标").click()
    expect(page.get_by_text("目标已保存。")).to_be_visible()
    expect(page.get_by_label("策反 自联通 四季度")).to_have_value("7.5")
