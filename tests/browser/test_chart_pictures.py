"""Every chart of value, pipeline and forecasts with 40 and with 500 customers: pictures to look at.

They stay in ARTEFACTS_DIR as charts-<count>-<page>-<device>-<theme>.png and charts-<count>-pdf-N.
What a machine can see is asserted: every chart is drawn, nothing is wider than the page, and no
label of a matrix lies on another one.
"""

import json
from pathlib import Path

import pypdfium2
import pytest

from tests.browser import DEVICES, artefacts

pytestmark = pytest.mark.browser
HERE = Path(__file__).parent
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
NAMES = """figure => [...figure.querySelectorAll('.chart-canvas svg text')]
  .filter(t => t.textContent.length > 3 && t.getBoundingClientRect().width)
  .map(t => [t.textContent, t.getBoundingClientRect()])
  .map(([text, b]) => [text, b.left, b.top, b.right, b.bottom])"""
SLACK = 3  # pixels: the box of a line of text is higher than its letters
COUNTS = (40, 500)


@pytest.fixture(scope="module", params=COUNTS, ids=lambda count: f"{count}-customers")
def charts(request, crm):
    text = (HERE / "chart_scene.py").read_text().replace("{count}", str(request.param))
    said = crm.manage("shell", "-v0", "-c", text, timeout=900)
    return json.loads(said.splitlines()[-1]) | {"count": request.param, "url": crm.url}


@pytest.fixture
def open_charts(browser_page, charts):
    def open_page(device):
        page = browser_page(device, charts["url"], device_scale_factor=1)
        page.context.add_cookies(
            [{"name": "sessionid", "value": charts["session"], "url": charts["url"]}]
        )
        return page

    return open_page


def overlapping(boxes):
    """Pairs of texts that lie on each other by more than SLACK in both directions."""
    found = []
    for number, (one, left, top, right, bottom) in enumerate(boxes):
        for two, left2, top2, right2, bottom2 in boxes[number + 1 :]:
            wide = min(right, right2) - max(left, left2)
            high = min(bottom, bottom2) - max(top, top2)
            if wide > SLACK and high > SLACK:
                found.append((one, two))
    return found


@pytest.mark.parametrize("device", DEVICES)
def test_every_chart_is_drawn_and_its_labels_keep_apart(open_charts, charts, device):
    page = open_charts(device)
    faults = []
    for name, path in charts["pages"].items():
        assert page.goto(path).status == 200, path
        figures = page.locator("figure[data-chart]")
        for number in range(figures.count()):
            figures.nth(number).locator(".chart-canvas svg").wait_for()
        faults += [] if page.evaluate(FITS) else [f"{path} is too wide"]
        if name.startswith("matrix"):
            for number in range(figures.count()):
                faults += overlapping(figures.nth(number).evaluate(NAMES))
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            page.wait_for_timeout(300)
            file = artefacts() / f"charts-{charts['count']}-{name}-{device}-{theme}.png"
            page.screenshot(path=file, full_page=True, animations="disabled")
        page.emulate_media(color_scheme="light")
    assert faults == []


def test_a_click_on_a_point_opens_the_customer_and_enter_does_the_same(open_charts, charts):
    page = open_charts("desktop")
    page.goto(charts["pages"]["matrix"])
    canvas = page.locator("figure[data-chart] .chart-canvas").first
    canvas.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url("**/valuation/customers/**")


def test_a_click_on_a_quadrant_opens_its_list(open_charts, charts):
    page = open_charts("desktop")
    page.goto(charts["pages"]["matrix"])
    page.locator("figure[data-chart] svg text", has_text="高价值客户群").first.wait_for()
    box = page.locator("figure[data-chart] .chart-canvas svg").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] - 26, box["y"] + 38)
    page.wait_for_url("**/valuation/?run=*quadrant=high_value*")


def test_the_same_charts_stand_in_the_report(charts):
    document = pypdfium2.PdfDocument(charts["report"])
    texts = []
    for number, sheet in enumerate(document, 1):
        picture = sheet.render(scale=1.5).to_pil()
        picture.save(artefacts() / f"charts-{charts['count']}-pdf-{number:02d}.png")
        texts.append(sheet.get_textpage().get_text_range())
    whole = "".join(texts)
    for word in ("客户价值评估报告", "目录", "高价值客户群", "行业比较与集中度", "变动"):
        assert word in whole
