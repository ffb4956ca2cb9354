"""Chromium in the hand of a test: desktop and phone pages that report what went wrong in them.

def test_x(browser_page, product):
    page = browser_page("phone", product().url)
    page.goto("/account/login/")
    shot(page, "sign-in")
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

DEVICES = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TIMEOUT_MS = 30_000
# A breach of the policy reaches the console as an error, and so the list of problems.
# So does a request of htmx that ends early on a page that stays: one that is left ends it rightly.
REPORT_BREACHES = """addEventListener("securitypolicyviolation",
  (e) => console.error(`CSP ${e.violatedDirective}: ${e.blockedURI}`));
let isLeft = false;
for (const name of ["beforeunload", "pagehide"]) addEventListener(name, () => { isLeft = true; });
addEventListener("htmx:sendAbort", (e) => {
  const isReplaced = e.target.closest("[hx-sync$=replace]");  // by what was typed after it
  if (!isLeft && !isReplaced) console.error("a request was aborted");
});"""


def artefacts() -> Path:
    """Where screenshots stay after the run: outside the repository."""
    folder = Path(os.environ.get("ARTEFACTS_DIR", "/tmp/crm-artefacts"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def shot(page: Page, name: str, *, full_page: bool = True) -> Path:
    path = artefacts() / f"{name}.png"
    page.screenshot(path=path, full_page=full_page)
    return path


@contextmanager
def launched(executable: str) -> Iterator[Browser]:
    # Playwright's sync API keeps a loop in this thread; Django would refuse the ORM beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=TIMEOUT_MS)  # a loaded machine is slow, not wrong
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


def page_maker(browser: Browser) -> tuple[Callable[..., Page], Callable[[], list[str]]]:
    """A function that opens pages, and one that closes them and returns what went wrong."""
    pages: list[Page] = []
    problems: list[str] = []

    def open_page(device: str = "desktop", base_url: str = "", **options) -> Page:
        """`options` go to Playwright's new_context, e.g. java_script_enabled=False."""
        context = browser.new_context(
            base_url=base_url, locale="zh-CN", timezone_id="Asia/Shanghai",
            **(DEVICES[device] | options),
        )  # fmt: skip
        context.set_default_timeout(TIMEOUT_MS)
        if options.get("java_script_enabled", True):
            context.add_init_script(REPORT_BREACHES)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
        page.on("console", lambda message: _note(problems, page, message))
        page.on("response", lambda answer: _note_bad_answer(problems, answer))
        page.on("request", lambda asked: _note_foreign(problems, asked, base_url))
        pages.append(page)
        return page

    def close_all() -> list[str]:
        for page in pages:
            page.context.close()
        return problems

    return open_page, close_all


def _note(problems, page, message) -> None:
    # The browser logs a 403, 404 or 422 that a test provokes as well: not a fault in itself.
    if message.type != "error" or message.text.startswith("Failed to load resource"):
        return
    if message.text.startswith("htmx:sendAbort"):  # judged by REPORT_BREACHES
        _take_back(problems, "htmx:afterRequest")  # said just before, about the same request
        return
    problems.append(f"{page.url}: {message.text}")


def _take_back(problems: list[str], text: str) -> None:
    if problems and f": {text}" in problems[-1]:
        problems.pop()


def _note_bad_answer(problems, answer) -> None:
    # A style sheet, script, font or picture must always be there; a page may be refused.
    is_asset = answer.request.resource_type in {"stylesheet", "script", "font", "image", "manifest"}
    if answer.status >= (400 if is_asset else 500):
        problems.append(f"{answer.url}: {answer.status}")


def _note_foreign(problems, asked, base_url: str) -> None:
    if base_url and not asked.url.startswith((base_url + "/", "data:", "blob:", "about:")):
        problems.append(f"{asked.url}: another origin was asked")


def sign_in(page: Page, username: str, password: str) -> None:
    page.goto("/account/login/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", password)
    page.click("form button[type=submit]")
    page.wait_for_url(lambda url: "/account/login/" not in url)
