"""Every page, on a desk and in a hand, light and dark: no finding of axe, nothing off screen."""

import pytest

from tests.browser import DEVICES
from tests.product import ROOT

pytestmark = pytest.mark.browser

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
READERS = ["heqiong", "head_fin", "admin", "others"]
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
)
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
# What a bar hides depends on where the page happens to be scrolled: the bars lie at their place.
LOOSE = ".topbar, .tabbar, .form-actions { position: static !important; }"
# Only colours differ between the themes: the second theme is asked about nothing else.
RULES = {"light": TAGS, "dark": ["color-contrast", "link-in-text-block"]}
RUN = """async (rules) => {
  const { violations } = await axe.run({ runOnly: rules, resultTypes: ["violations"] });
  return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)} ${
    n.any.concat(n.all).map((c) => c.message).join(" ").slice(0, 160)}`));
}"""


def test_no_page_is_left_out(scene):
    assert set(scene["leftover"]) == NO_PAGES | {"account_login"}


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("reader", READERS)
def test_no_page_has_a_finding(open_as, scene, reader, device):
    source, found = AXE.read_text(), []
    for username, paths in places_of(reader, scene).items():
        page = open_as(username, device, bypass_csp=True, reduced_motion="reduce")
        for path in paths:
            assert page.goto(path).status == 200, path
            found += findings(page, path, source)
        page.close()
    assert found == []


@pytest.mark.parametrize("device", DEVICES)
def test_neither_sign_in_nor_a_refused_form_has_one(browser_page, open_as, crm, device):
    source = AXE.read_text()
    page = browser_page(device, crm.url, bypass_csp=True, reduced_motion="reduce")
    page.goto("/account/login/")
    found = findings(page, "sign-in", source)
    page = open_as("heqiong", device, bypass_csp=True, reduced_motion="reduce")
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


def places_of(reader, scene) -> dict[str, list[str]]:
    """{sign-in name: paths} of one of READERS."""
    found: dict[str, list[str]] = {}
    for username, _, path in scene["places"]:
        if username == reader or (reader == "others" and username not in READERS):
            found.setdefault(username, []).append(path)
    return {username: list(dict.fromkeys(paths)) for username, paths in found.items()}


def findings(page, name: str, source: str) -> list[str]:
    """What axe says in both themes, and whether the page is wider than the screen."""
    page.evaluate(source)
    page.add_style_tag(content=LOOSE)
    found = [] if page.evaluate(FITS) else [f"{name}: wider than the screen"]
    for theme, rules in RULES.items():
        page.emulate_media(color_scheme=theme)
        page.wait_for_function(f"document.documentElement.dataset.bsTheme === '{theme}'")
        found += [f"{name} {theme} {text}" for text in page.evaluate(RUN, rules)]
    return found
