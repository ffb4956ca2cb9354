"""The same visit in two tabs: the second hears it plainly and keeps what was typed."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

VISIT = re.compile(r"/visits/\d+/$")


def test_the_second_is_refused_in_words_and_keeps_what_was_typed(open_as):
    first = open_as("jinxy")  # who is signed out in no other test
    first.goto("/visits/?state=booked")
    first.locator("table.data tbody th a").first.click()
    first.wait_for_url(VISIT)
    form = first.url + "hold/"
    second = first.context.new_page()
    for tab in (first, second):
        tab.goto(form)
    begun = f"{datetime.now(ZoneInfo('Asia/Shanghai')) - timedelta(minutes=50):%Y-%m-%dT%H:%M}"
    second.fill("input[name=started_at]", begun)
    first.get_by_role("button", name="登记结束").click()
    first.wait_for_url(VISIT)
    second.get_by_role("button", name="登记结束").click()
    expect(second.locator(".error-summary")).to_contain_text("该拜访现在是")
    expect(second.locator("input[name=started_at]")).to_have_value(begun)
