"""快速记拜访 in a hand: few taps, nothing lost, nothing twice."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import shot

pytestmark = pytest.mark.browser

WHO = "jinxy"
SAVED = re.compile(r"/visits/\d+/$")


class Hand:
    """Counts what a thumb does."""

    def __init__(self, page):
        self.page, self.taps, self.typed = page, 0, 0

    def tap(self, locator):
        locator.tap()
        self.taps += 1

    def type(self, selector, text):
        self.tap(self.page.locator(selector))
        self.page.locator(selector).press_sequentially(text)
        self.typed += 1


@pytest.fixture
def phone(open_as):
    page = open_as(WHO, "phone")
    page.goto("/visits/quick/")
    restart = page.get_by_role("button", name="清空重写")
    if restart.count():
        restart.click()
    page.locator("input[name=contacts]:checked").first.wait_for(state="attached")
    return page


def write(page, opinions, points="约定下月复查"):
    """Everything a log needs that is not preset."""
    page.fill("textarea[name=customer_opinions]", opinions)
    page.fill("textarea[name=summary_points]", points)
    page.check("input[name=has_no_next_step]")


def count(page, words) -> int:
    """How many visits of the list have these words in their record: they open with them."""
    page.goto("/visits/")
    links = page.locator("table.data tbody th a").evaluate_all("found => found.map(a => a.href)")
    return sum(words in page.request.get(link).text() for link in links[:12])


def test_from_home_to_a_saved_visit_in_twelve_taps(phone):
    page, hand = phone, Hand(phone)
    page.goto("/")
    hand.tap(page.locator("nav.tabbar").get_by_role("link", name="快速记"))
    page.wait_for_url("**/visits/quick/")
    hand.type("textarea[name=customer_opinions]", "线路稳定，没有意见")
    hand.type("textarea[name=summary_points]", "约定下月复查")
    hand.tap(page.locator("input[name=has_no_next_step]"))
    shot(page, "quick-log-filled", full_page=False)
    hand.tap(page.get_by_role("button", name="记下拜访"))
    page.wait_for_url(SAVED)
    expect(page.locator("main")).to_contain_text("线路稳定，没有意见")
    shot(page, "quick-log-saved", full_page=False)
    assert hand.taps <= 12 and hand.typed <= 2


def test_the_tab_dies_while_typing_and_the_words_are_there(phone):
    context = phone.context
    with phone.expect_response("**/drafts/save/") as kept:
        phone.fill("textarea[name=customer_opinions]", "说到一半，电池没电了")
    assert kept.value.ok
    expect(phone.locator(".save-state")).to_contain_text("已保存")
    phone.close(run_before_unload=False)
    page = context.new_page()
    page.goto("/visits/quick/")
    expect(page.locator("textarea[name=customer_opinions]")).to_have_value("说到一半，电池没电了")
    expect(page.get_by_text("已恢复上次没写完的内容")).to_be_visible()


def test_two_clicks_make_one_visit(phone):
    write(phone, "双击也只记一次")
    phone.get_by_role("button", name="记下拜访").dblclick(no_wait_after=True)
    phone.wait_for_url(SAVED)
    assert count(phone, "双击也只记一次") == 1


def test_back_and_once_more_is_the_same_visit(phone):
    words = "退回去再交一次"
    customer = phone.locator("select[name=customer]").input_value()
    phone.goto(f"/visits/quick/?customer={customer}")
    write(phone, words)
    phone.get_by_role("button", name="记下拜访").click()
    phone.wait_for_url(SAVED)
    first = phone.url
    phone.go_back()
    phone.wait_for_url("**/visits/quick/?customer=*")
    write(phone, words)
    phone.get_by_role("button", name="记下拜访").click()
    phone.wait_for_url(SAVED)
    assert (phone.url, count(phone, words)) == (first, 1)
