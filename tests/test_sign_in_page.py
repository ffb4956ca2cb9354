"""The first page anybody sees, in a real browser, on a desk and in a hand."""

import pytest

from tests.browser import DEVICES, shot

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def crm(shared_products):
    return shared_products(demo=False)


@pytest.mark.parametrize("device", DEVICES)
def test_it_opens_clean_and_fits(browser_page, crm, device):
    page = browser_page(device, crm.url)
    page.goto("/")
    assert "/account/login/" in page.url
    assert page.evaluate("document.documentElement.lang").startswith("zh")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shot(page, f"sign-in-{device}")


def test_a_wrong_password_is_answered_in_words(browser_page, crm):
    page = browser_page("phone", crm.url, java_script_enabled=False)
    page.goto("/account/login/")
    page.fill("input[name=login]", "nobody")
    page.fill("input[name=password]", "wrong-password-1")
    page.click("form button[type=submit]")
    assert "/account/login/" in page.url
    assert "不正确" in page.content() or "错误" in page.content()
