"""With JavaScript switched off every step of the job works: it is slower, not impossible."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

WHO = "chenjq"
VISIT = re.compile(r"/visits/\d+/$")


@pytest.fixture(scope="module")
def kept_cookies():
    return []


@pytest.fixture
def page(newcomer, browser_page, crm, kept_cookies):
    """Signed in on a phone without scripts; the first test chooses the password."""
    if not kept_cookies:
        page = newcomer(WHO, "phone", java_script_enabled=False)
        kept_cookies.extend(page.context.cookies())
        return page
    page = browser_page("phone", crm.url, java_script_enabled=False)
    page.context.add_cookies(kept_cookies)
    return page


def choose_customer(page):
    page.locator("select[name=customer]").select_option(index=1)
    page.locator("button[name=reload]").click()
    page.locator("#id_contacts label").first.wait_for()


def test_a_visit_is_planned(page):
    start = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=3)
    page.goto("/visits/new/")
    choose_customer(page)
    page.locator("#id_contacts label").first.click()
    page.locator("input[name=stage]").first.check()
    page.fill("input[name=scheduled_start]", f"{start:%Y-%m-%dT%H:%M}")
    page.fill("input[name=scheduled_end]", f"{start + timedelta(hours=1):%Y-%m-%dT%H:%M}")
    page.fill("textarea[name=purpose]", "没有脚本也要能计划一次拜访")
    page.locator("input[name=key_content]").first.fill("介绍新的套餐")
    page.get_by_role("button", name="确定计划").click()
    page.wait_for_url(VISIT)
    expect(page.locator("main")).to_contain_text("没有脚本也要能计划一次拜访")


def test_a_visit_is_logged_and_its_letter_sent(page):
    page.goto("/visits/quick/")
    choose_customer(page)
    if not page.locator("input[name=contacts]:checked").count():
        page.locator("#id_contacts label").first.click()
    page.fill("textarea[name=customer_opinions]", "界面简单，够用")
    page.fill("textarea[name=summary_points]", "下周安装第二条线路")
    page.locator("input[name=has_no_next_step]").check()
    page.get_by_role("button", name="记下拜访").click()
    page.wait_for_url(VISIT)
    page.get_by_role("link", name="写感谢函").click()
    expect(page.locator("textarea[name=body]")).to_have_value(re.compile("下周安装第二条线路"))
    page.get_by_role("button", name="保存", exact=True).click()
    page.fill("input[name=recipient]", "信息科")
    page.get_by_role("button", name="已送出").click()
    expect(page.locator("main")).to_contain_text("送出凭据")


def test_a_letter_is_registered(page):
    page.goto("/letters/")
    page.get_by_role("link", name="登记来函").first.click()
    page.locator("main a.row-item").first.click()
    page.fill("input[name=subject]", "关于开通第二条线路的函")
    page.get_by_role("button", name="登记", exact=True).click()
    page.wait_for_url(re.compile(r"/letters/\d+/$"))
    expect(page.locator("main")).to_contain_text("关于开通第二条线路的函")
