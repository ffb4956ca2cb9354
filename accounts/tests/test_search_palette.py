"""The palette in a real browser: keyboard only, and deaf while an input method composes."""

from urllib.parse import unquote

import pytest
from django.conf import settings
from django.test import Client

from accounts import actions
from accounts.tests.factories import make_contact, make_customer
from staff.tests.factories import make_user
from tests.browser import shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def bank(transactional_db):
    manager = make_user()
    bank = make_customer(manager=manager, name="稽山商业银行")
    make_contact(bank, name="单雄", title="行长", phone="13800004321")
    other = make_customer(manager=manager, name="鉴湖农商银行")
    actions.note_opening(customer=other, by=manager)
    return bank


@pytest.fixture
def page(browser_page, live_server, bank, request):
    return signed_in(browser_page, live_server, bank.manager)


def signed_in(browser_page, live_server, user, device="desktop"):
    page = browser_page(device, live_server.url)
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    )
    page.asked = []
    page.on(
        "request", lambda r: "/customers/search/" in r.url and page.asked.append(unquote(r.url))
    )
    page.goto("/customers/")
    return page


def opened(page) -> bool:
    return page.locator("#palette").evaluate("d => d.open")


@pytest.mark.parametrize("keys", ["Control+k", "Meta+k", "/"])
def test_a_shortcut_opens_it_and_shows_recent_customers(page, keys):
    page.keyboard.press(keys)
    page.wait_for_selector("#palette [role=option] >> text=鉴湖农商银行")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.press("Escape")
    assert not opened(page)


def test_arrows_and_enter_open_a_customer(page, bank):
    page.keyboard.press("Control+k")
    page.keyboard.type("yinhang")
    page.wait_for_selector("#palette [role=option] >> text=稽山")
    page.keyboard.press("ArrowDown")
    assert "稽山" in page.locator("[aria-selected=true]").inner_text()
    active = page.locator("#palette input").get_attribute("aria-activedescendant")
    assert "稽山" in page.locator(f"#{active}").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{bank.get_absolute_url()}")


def test_enter_before_the_suggestions_came_opens_the_first_of_them(page, bank):
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette [role=option] >> text=鉴湖农商银行")
    page.keyboard.insert_text("jssyyh")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{bank.get_absolute_url()}")


def test_the_slash_stays_a_character_in_a_field(page):
    page.locator("main input[name=q]").press_sequentially("a/b")
    assert page.locator("main input[name=q]").input_value() == "a/b"
    assert not opened(page)


def test_keys_of_a_composition_trigger_nothing(page):
    for key, ctrl in (("/", False), ("k", True), ("Process", False)):
        for extra in ("isComposing: true", "keyCode: 229"):
            page.evaluate(
                f"document.body.dispatchEvent(new KeyboardEvent('keydown', {{key: '{key}',"
                f" ctrlKey: {str(ctrl).lower()}, bubbles: true, cancelable: true, {extra}}}))"
            )
    assert not opened(page)


def test_composing_asks_nothing_and_enter_belongs_to_the_input_method(page, bank):
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette [role=option]")
    asked, url = len(page.asked), page.url
    ime = page.context.new_cdp_session(page)
    for text in ("j", "ji", "jishan"):
        at = {"selectionStart": len(text), "selectionEnd": len(text)}
        ime.send("Input.imeSetComposition", {"text": text} | at)
    page.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    page.wait_for_timeout(400)
    assert (len(page.asked), page.url, opened(page)) == (asked, url, True)
    ime.send("Input.insertText", {"text": "稽山"})
    page.wait_for_selector("#palette [role=option] >> text=稽山商业银行")
    assert len(page.asked) == asked + 1
    assert page.asked[-1].endswith("q=稽山")


def test_the_keyword_of_the_list_asks_once_the_text_is_whole(page, bank):
    asked = []
    page.on("request", lambda r: "/customers/?" in r.url and asked.append(unquote(r.url)))
    page.locator("main input[name=q]").click()
    ime = page.context.new_cdp_session(page)
    for text in ("j", "ji", "jishan"):
        at = {"selectionStart": len(text), "selectionEnd": len(text)}
        ime.send("Input.imeSetComposition", {"text": text} | at)
    page.wait_for_timeout(700)
    assert asked == []
    ime.send("Input.insertText", {"text": "稽山"})
    page.wait_for_selector("#customer-rows >> text=找到 1 家客户")
    assert [url.split("?")[1].split("&")[0] for url in asked] == ["q=稽山"]
    assert page.url.endswith("/customers/?q=%E7%A8%BD%E5%B1%B1")


def test_on_a_phone_the_icon_opens_it_and_the_palette_fits(browser_page, live_server, bank):
    page = signed_in(browser_page, live_server, bank.manager, "phone")
    page.locator(".topbar [data-palette]").click()
    page.locator("#palette input").fill("4321")
    page.wait_for_selector("#palette [role=option] >> text=单雄")
    shot(page, "palette-phone", full_page=False)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_javascript_the_button_leads_to_the_page(browser_page, live_server, bank):
    page = browser_page("desktop", live_server.url, java_script_enabled=False)
    client = Client()
    client.force_login(bank.manager)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    )
    page.goto("/customers/")
    page.locator(".rail [data-palette]").click()
    page.fill("main input[name=q]", "jishan")
    page.locator("main form button[type=submit]").click()
    page.locator("main .row-item", has_text="稽山").click()
    assert page.url.endswith(bank.get_absolute_url())
