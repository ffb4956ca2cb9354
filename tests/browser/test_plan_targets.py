"""Targets in the hands of people: the plan of Bank A, typing, pasting, two tabs (R45, E.4)."""

import re

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


def keyed(cell, text):
    """Typed by hand over whatever stands in the cell."""
    cell.press("ControlOrMeta+a")
    cell.press_sequentially(text)


def asks_on_leaving(page) -> bool:
    """Whether the page wants to be left; it stays. Real keystrokes must have come before."""
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.close(run_before_unload=True)
    page.wait_for_timeout(1_000)
    return asked == ["beforeunload"]


def test_a_clash_keeps_no_other_cell_back_and_leaving_asks(open_as):
    page = open_as("wanglj")
    targets_of(page, "KP-2027-C0009")
    late = page.context.new_page()
    late.goto(page.url)
    page.get_by_label("增量 数据 二季度").fill("11")
    page.get_by_label("增量 数据 二季度").press("Enter")
    expect(page.locator("[data-state]")).to_contain_text("已保存")

    for quarter, amount in (("二", "22"), ("三", "33")):
        keyed(late.get_by_label(f"增量 数据 {quarter}季度"), amount)
    expect(late.locator(".target-clash")).to_contain_text("您填 22，现在是 11")
    keyed(late.get_by_label("增量 数据 四季度"), "44")
    late.get_by_label("增量 数据 四季度").press("Enter")
    expect(late.get_by_label("增量 数据 四季度")).to_have_class(re.compile("is-saved"))
    assert asks_on_leaving(late)

    page.reload()
    for quarter, amount in (("二", "11"), ("三", "33"), ("四", "44")):
        expect(page.get_by_label(f"增量 数据 {quarter}季度")).to_have_value(amount)
    late.get_by_role("button", name="用我填的").click()
    expect(late.locator("[data-state]")).to_contain_text("已保存")
    page.reload()
    expect(page.get_by_label("增量 数据 二季度")).to_have_value("22")


def test_a_bad_number_keeps_no_other_back_and_is_seen_whole(open_as):
    page = open_as("wanglj")
    targets_of(page, "KP-2027-C0009")
    bad, good = page.get_by_label("增量 话音 一季度"), page.get_by_label("增量 话音 二季度")
    keyed(bad, "123456x")
    keyed(good, "￥7万元")
    good.press("Enter")

    expect(page.locator(".cell-error")).to_have_text("请填数字，单位万元。")
    expect(good).to_have_value("7")
    assert bad.evaluate("(one) => getComputedStyle(one).backgroundImage") == "none"
    shot(page, "targets-bad-cell")
    assert asks_on_leaving(page)
    bad.fill("")
    expect(page.locator(".cell-error")).to_have_count(0)
    page.reload()
    expect(page.get_by_label("增量 话音 二季度")).to_have_value("7")


def test_what_loses_in_a_section_is_kept_and_leaving_asks(open_as):
    page = open_as("wanglj")
    targets_of(page, "KP-2027-C0009")
    place = page.url.replace("/targets/", "/sections/C2.5/")
    page.goto(place)
    late = page.context.new_page()
    late.goto(place)
    page.get_by_label("正文").press_sequentially("先写的一句。")
    page.get_by_label("正文").press("Tab")
    expect(page.locator(".plan-save .save-state")).to_contain_text("已保存")

    late.get_by_label("正文").press_sequentially("后写的一句。")
    late.get_by_label("正文").press("Tab")
    expect(late.locator("[data-clash]")).to_be_visible()
    late.get_by_label("正文").press_sequentially("冲突以后又写的。")
    assert asks_on_leaving(late)
    late.get_by_label("正文").press("Tab")
    expect(late.locator(".plan-save .save-state")).to_contain_text("已存为草稿")
    late.close()

    page.goto(place)
    expect(page.get_by_text("已恢复上次没写完的内容")).to_be_visible()
    expect(page.get_by_label("正文")).to_have_value(re.compile("冲突以后又写的"))
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_role("button", name="保存合好的文字").click()
    text = page.get_by_label("正文")
    expect(text).to_have_value(re.compile("先写的一句"))
    expect(text).to_have_value(re.compile("冲突以后又写的"))
    expect(page.get_by_text("已恢复上次没写完的内容")).to_have_count(0)


def test_without_script_the_sums_are_there_and_the_form_saves(open_as):
    page = open_as("wanglj", java_script_enabled=False)
    targets_of(page, "KP-2027-C0009")
    page.get_by_label("策反 自联通 四季度").fill("7.5")
    page.get_by_role("button", name="保存目标").click()
    expect(page.get_by_text("目标已保存。")).to_be_visible()
    expect(page.get_by_label("策反 自联通 四季度")).to_have_value("7.5")
