"""From home to a saved visit on a phone with a slow network: ≤ 60 s, 12 taps, 2 typed fields.

What counts is what the page itself saw: trusted pointer and input events, not the script's word.
"""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser import shot

pytestmark = pytest.mark.browser

SAVED = re.compile(r"/visits/\d+/$")
SLOW = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400 * 1024 / 8,
    "uploadThroughput": 400 * 1024 / 8,
}
WATCH = """
  addEventListener("pointerdown", (e) => { if (e.isTrusted) crmSaw("tap", ""); }, true);
  addEventListener("input", (e) => {
    const typed = e.target.matches("textarea, input:not([type=checkbox], [type=radio])");
    if (e.isTrusted && typed) crmSaw("typed", location.pathname + e.target.name);
  }, true);
"""
SECONDS, TAPS, FIELDS, CLICKS = 60, 12, 2, 3


class Seen:
    """What the pages of one context saw."""

    def __init__(self, page):
        self.taps, self.fields = 0, set()
        page.context.expose_binding("crmSaw", self._note)
        page.context.add_init_script(WATCH)

    def _note(self, source, kind, name):
        if kind == "tap":
            self.taps += 1
        else:
            self.fields.add(name)


def slow_down(page):
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW)


def say(page, name, text):
    """A tap into the field, then the keys one by one."""
    field = page.locator(f"textarea[name={name}]")
    field.tap()
    field.press_sequentially(text, delay=30)


def test_from_home_to_a_saved_visit_and_on_to_its_letter(open_as):
    # without the service worker, whose own requests the emulation would not slow down
    page = open_as("jinxy", "phone", service_workers="block")
    seen = Seen(page)
    page.goto("/visits/quick/")
    restart = page.get_by_role("button", name="清空重写")
    if restart.count():
        restart.click()
    page.goto("/")
    slow_down(page)
    seen.taps, seen.fields, began = 0, set(), time.monotonic()

    page.locator("nav.tabbar").get_by_role("link", name="快速记").tap()
    page.wait_for_url("**/visits/quick/")
    page.locator("input[name=contacts]:checked").first.wait_for(state="attached")
    say(page, "customer_opinions", f"线路稳定，没有意见 {time.time_ns() % 10**6}")
    say(page, "summary_points", "约定下月复查")
    page.locator("input[name=has_no_next_step]").tap()
    page.get_by_role("button", name="记下拜访").tap()
    page.wait_for_url(SAVED)
    expect(page.locator("main")).to_contain_text("线路稳定，没有意见")
    seconds = time.monotonic() - began
    print(f"{seconds:.1f} s, {seen.taps} taps, typed {sorted(seen.fields)}")
    assert seconds <= SECONDS
    assert 0 < seen.taps <= TAPS
    assert 0 < len(seen.fields) <= FIELDS
    shot(page, "sixty-seconds-saved", full_page=False)

    seen.taps = 0
    page.get_by_role("link", name="写感谢函").first.tap()
    page.wait_for_url("**/thank-you/*/")
    link = page.get_by_role("link", name="查看 PDF").first
    address = link.get_attribute("href")
    with page.context.expect_page():
        link.tap()
    answer = page.request.get(address)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")
    print(f"letter in {seen.taps} clicks")
    assert 0 < seen.taps <= CLICKS
