"""Every tab of the training case, in a hand and on a desk, light and dark: pictures to look at.

They stay in ARTEFACTS_DIR as bank-a-<tab>-<device>-<theme>.png.
"""

import pytest

from tests.browser import DEVICES, artefacts

pytestmark = pytest.mark.browser

WHO = "heqiong"
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


@pytest.mark.parametrize("device", DEVICES)
def test_every_tab_of_bank_a_fits_and_is_drawn_in_both_themes(open_as, scene, device):
    page = open_as(WHO, device, device_scale_factor=1)
    wide, tabs = [], tabs_of(page, scene)
    assert len(tabs) > 10
    for path in tabs:
        assert page.goto(path).status == 200, path
        if page.locator("[hx-trigger*=load]").count():  # its rows come as a fragment
            page.wait_for_load_state("networkidle")
        wide += [] if page.evaluate(FITS) else [path]
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            name = f"bank-a-{code_of(path)}-{device}-{theme}"
            file = artefacts() / f"{name}.png"
            page.screenshot(path=file, full_page=True, animations="disabled")
    assert wide == []


def test_every_tab_of_bank_a_is_reached_by_keyboard_and_seen_there(open_as, scene):
    for device in DEVICES:
        page = open_as(WHO, device)
        tabs = tabs_of(page, scene)
        page.locator(".view-tabs a").first.focus()
        reached = []
        for _ in tabs:
            reached.append(page.evaluate("document.activeElement.getAttribute('href')"))
            box = page.locator(":focus").bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= page.viewport_size["width"]
            page.keyboard.press("Tab")
        assert reached == tabs


def tabs_of(page, scene) -> list[str]:
    """Paths of the tabs; the scene opens those of Bank A only."""
    page.goto(next(path for _, _, path in scene["places"] if path.endswith("/network/")))
    return page.locator(".view-tabs a").evaluate_all(
        "links => links.map((link) => link.getAttribute('href'))"
    )


def code_of(path: str) -> str:
    last = path.strip("/").split("/")[-1]
    return "overview" if last.isdigit() else last
