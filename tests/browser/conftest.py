"""One product for all browser tests of the run: web, worker, beat and mailbox on SQLite."""

import json
from pathlib import Path

import pytest

from crm.demo.organisation import PASSWORD
from tests.browser import sign_in

HERE = Path(__file__).parent
NEW_PASSWORD = "Xin-Mima-2026"


@pytest.fixture(scope="session")
def crm(shared_products):
    return shared_products(run=("web", "worker", "beat", "mailbox"))


@pytest.fixture(scope="session")
def scene(crm):
    """sessions, places and leftover: see scene.py."""
    said = crm.manage("shell", "-v0", "-c", (HERE / "scene.py").read_text())
    return json.loads(said.splitlines()[-1])


@pytest.fixture
def open_as(browser_page, crm, scene):
    """open_as(username, device, **options): a page of somebody who is signed in already."""

    def open_page(username, device="desktop", **options):
        page = browser_page(device, crm.url, **options)
        page.context.add_cookies(
            [{"name": "sessionid", "value": scene["sessions"][username], "url": crm.url}]
        )
        return page

    return open_page


@pytest.fixture
def newcomer(browser_page, crm, scene):
    """newcomer(username, device, **options): signs in and chooses a password."""

    def open_page(username, device="desktop", **options):
        page = browser_page(device, crm.url, **options)
        sign_in(page, username, PASSWORD)
        assert page.url.endswith("/account/password/")
        page.fill("input[name=oldpassword]", PASSWORD)
        page.fill("input[name=password1]", NEW_PASSWORD)
        page.fill("input[name=password2]", NEW_PASSWORD)
        page.get_by_role("button", name="保存新密码").click()
        page.wait_for_url(lambda url: "/account/password/" not in url)
        return page

    return open_page
