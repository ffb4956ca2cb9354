"""Every page, on a desk and in a hand, light and dark: no finding of axe, nothing off screen.

In the hand the same visit also shows that the page fits a narrow screen and is in Chinese: one
visit to a page is one answer of the product, and there are many pages.
"""

import pytest

from tests.browser import DEVICES
from tests.browser.test_every_page import FITS, NARROW, known_words, words_of
from tests.product import ROOT
from tests.sizes import size
from tests.topics import united

pytestmark = pytest.mark.browser

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
# (parts, every how many-th place): so that two workers share them evenly. `make deep` has all on a
# desk too; the usual run a quarter of them, for the same markup and colours are seen in the hand.
PARTS = {"phone": (6, 1), "desktop": (size(2, 6), size(4, 1))}
# Names without a page of their own: they answer a POST, or with a file, a fragment or plain text.
NO_PAGES = set(
    """
    accounts:account_reveal accounts:contact_reveal accounts:contact_unlink
    accounts:customer_export accounts:duplicate_check accounts:import_cancel
    accounts:import_confirm accounts:import_errors accounts:import_template accounts:item_verify
    accounts:merge_undo accounts:proposal_decide accounts:saved_view_create
    accounts:saved_view_delete accounts:section_confirm accounts:tree_children
    crm:bulk_assign crm:handover_confirm
    accounts:backup_end accounts:contact_retire accounts:customer_backup core:draft_discard
    core:draft_save crm:healthz crm:readyz visits:customer_visits reminders:calendar_confirm
    reminders:calendar_template reminders:delivery_retry reminders:duty_acknowledge
    staff:absence_end staff:user_unlock visits:key_point_row visits:letter_assign
    visits:letter_close visits:letter_scan visits:promise_row visits:reply_decide
    visits:reply_issue visits:reply_pdf visits:reply_proof visits:reply_send visits:reply_submit
    visits:reply_void
    visits:thank_you_pdf visits:thank_you_proof visits:thank_you_send visits:thank_you_waive
    visits:visit_arrive visits:visit_close visits:visit_start
    """.split()
) | united("NO_PAGES")
# What a bar hides depends on where the page happens to be scrolled: the bars lie at their place.
LOOSE = """() => {
  const sheet = new CSSStyleSheet();  // which the content policy lets a script make
  sheet.replaceSync(".topbar, .tabbar, .form-actions { position: static !important; }");
  document.adoptedStyleSheets.push(sheet);
}"""
# Only colours differ between the themes: the second theme is asked about nothing else.
RULES = {"light": TAGS, "dark": ["color-contrast", "link-in-text-block"]}
# Not wait_for_function, whose text is evaluated later, when the content policy applies to it.
THEMED = """(theme) => new Promise((done, fail) => {
  const look = (left) => document.documentElement.dataset.bsTheme === theme ? done()
    : left ? setTimeout(look, 20, left - 1) : fail(new Error(`the page is not ${theme}`));
  look(500);
})"""
RUN = """async (rules) => {
  const { violations } = await axe.run({ runOnly: rules, resultTypes: ["violations"],
    preload: { assets: ["media"] } });  // no rule of these reads the style sheets' text
  return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)} ${
    n.any.concat(n.all).map((c) => c.message).join(" ").slice(0, 160)}`));
}"""


def test_no_page_is_left_out(scene):
    assert set(scene["leftover"]) == NO_PAGES | {"account_login"}


@pytest.mark.parametrize(
    ("device", "part"), [(device, part) for device, (n, _) in PARTS.items() for part in range(n)]
)
def test_no_page_has_a_finding(open_as, scene, part, device):
    source, found, known = AXE.read_text(), [], known_words(scene)
    for username, paths in places_of(part, device, scene).items():
        page = open_as(username, device, reduced_motion="reduce")
        for path in paths:
            if device == "phone":
                page.set_viewport_size(NARROW["viewport"])
            assert page.goto(path).status == 200, path
            if device == "phone":
                found += faults_in_a_narrow_screen(page, path, known)
                page.set_viewport_size(DEVICES[device]["viewport"])
            found += findings(page, path, source)
        page.close()
    assert found == []


def faults_in_a_narrow_screen(page, path: str, known: set[str]) -> list[str]:
    found = [] if page.evaluate(FITS) else [f"{path}: wider than a narrow screen"]
    words = words_of(page) - known
    found += [f"{path}: {' '.join(sorted(words))}"] if words else []
    return found


@pytest.mark.parametrize("device", DEVICES)
def test_neither_sign_in_nor_a_refused_form_has_one(browser_page, open_as, crm, device):
    source = AXE.read_text()
    page = browser_page(device, crm.url, reduced_motion="reduce")
    page.goto("/account/login/")
    found = findings(page, "sign-in", source)
    page = open_as("heqiong", device, reduced_motion="reduce")
    for path, button in REFUSED.items():
        page.goto(path)
        page.get_by_role("button", name=button, exact=True).click()
        page.locator(".error-summary").first.wait_for()
        found += findings(page, f"{path} refused", source)
    assert page.goto("/visits/99999999/").status == 404
    found += findings(page, "404", source)
    assert page.goto("/staff/users/").status == 403
    assert found + findings(page, "403", source) == []


REFUSED = {"/visits/new/": "确定计划", "/visits/quick/": "记下拜访", "/customers/new/": "建立客户"}


def places_of(part: int, device: str, scene) -> dict[str, list[str]]:
    """{sign-in name: paths} of one of PARTS of a device."""
    parts, step = PARTS[device]
    places = sorted({(username, path) for username, _, path in scene["places"]})
    found: dict[str, list[str]] = {}
    for username, path in places[::step][part::parts]:
        found.setdefault(username, []).append(path)
    return found


def findings(page, name: str, source: str) -> list[str]:
    """What axe says in both themes, and whether the page is wider than the screen."""
    page.evaluate(source)
    page.evaluate(LOOSE)
    found = [] if page.evaluate(FITS) else [f"{name}: wider than the screen"]
    for theme, rules in RULES.items():
        page.emulate_media(color_scheme=theme)
        page.evaluate(THEMED, theme)
        found += [f"{name} {theme} {text}" for text in page.evaluate(RUN, rules)]
    return found
