"""The whole job in a browser: a visit to its thank-you letter, a customer's letter to its reply."""

import base64
import io
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser import DEVICES, shot

pytestmark = pytest.mark.browser

SHANGHAI = ZoneInfo("Asia/Shanghai")
# who does it, the name that stands in lists, and who approves
WHO = {"desktop": ("shenzy", "沈志远", "head_fin"), "phone": ("yujg", "俞建国", "head_gov")}
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
AGREED = "月底前完成专线扩容的现场勘察"


class Story:
    """Numbered screenshots of one device."""

    def __init__(self, page: Page, device: str, name: str):
        self.page, self.device, self.name, self.count = page, device, name, 0

    def step(self, what: str, page: Page | None = None) -> None:
        self.count += 1
        shot(page or self.page, f"{self.name}-{self.device}-{self.count:02d}-{what}")


@pytest.fixture(scope="module")
def signed_in():
    """{device: cookies} of those who have chosen their password: it is chosen once only."""
    return {}


@pytest.fixture
def manager(newcomer, browser_page, crm, signed_in):
    def open_page(device):
        if device in signed_in:
            page = browser_page(device, crm.url)
            page.context.add_cookies(signed_in[device])
            page.goto("/")
            return page
        page = newcomer(WHO[device][0], device)
        signed_in[device] = page.context.cookies()
        return page

    return open_page


@pytest.mark.parametrize("device", DEVICES)
def test_a_visit_becomes_a_letter_that_was_sent(manager, device):
    page = manager(device)
    story = Story(page, device, "visit")
    story.step("today")
    visit_path = plan(page, story)
    book(page, story)
    arrive_and_begin(page, story)
    hold(page, story)
    record(page, story)
    letter_path = visit_path.replace("/visits/", "/thank-you/")
    page.goto("/")
    expect(page.locator(f"main a[href='{letter_path}']").first).to_be_visible()
    story.step("today-owes-a-letter")
    page.locator(f"main a.btn[href='{letter_path}']").first.click()
    send_thanks(page, story)
    page.goto("/")
    expect(page.locator(f"a[href='{letter_path}']")).to_have_count(0)
    story.step("today-done")


def plan(page, story) -> str:
    """Plans a visit that begins in a few minutes; returns its path."""
    start = datetime.now(SHANGHAI) + timedelta(minutes=6)
    page.goto("/visits/new/")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("select[name=customer]").select_option(index=1)
    page.locator("#id_contacts label").first.click()
    if not page.locator("input[name=stage]:checked").count():
        page.locator("input[name=stage]").first.check()
    page.fill("input[name=scheduled_start]", f"{start:%Y-%m-%dT%H:%M}")
    page.fill("input[name=scheduled_end]", f"{start + timedelta(hours=1):%Y-%m-%dT%H:%M}")
    page.fill("textarea[name=purpose]", "商量专线扩容的时间和现场条件")
    page.locator("input[name=key_content]").first.fill("介绍扩容的两种做法")
    story.step("plan")
    page.get_by_role("button", name="确定计划").click()
    page.wait_for_url(re.compile(r"/visits/\d+/$"))
    story.step("planned")
    return page.url.removeprefix(page.url.split("/visits/")[0])


def book(page, story) -> None:
    page.get_by_role("link", name="登记预约").first.click()
    page.select_option("select[name=late_booking_reason]", "fault_or_complaint")
    page.fill("input[name=late_booking_note]", "客户专线中断，当天约见")
    story.step("book")
    booked_on = page.input_value("input[name=booked_at]")[:10]
    is_late = booked_on in page.locator("form .note").first.inner_text()  # not just before midnight
    page.get_by_role("button", name="保存预约").click()
    page.wait_for_url(re.compile(r"/visits/\d+/$"))
    expect(page.locator("main")).to_contain_text("客户专线中断" if is_late else "提前一天")


def arrive_and_begin(page, story) -> None:
    page.get_by_role("button", name="已到达").click()
    expect(page.locator("main dl.facts").first).to_contain_text("到达")
    page.get_by_role("button", name="开始拜访").click()
    expect(page.locator(".steps [aria-current=step]")).to_contain_text("拜访")
    story.step("begun")


def hold(page, story) -> None:
    page.get_by_role("link", name=re.compile("结束")).click()
    story.step("hold")
    page.get_by_role("button", name="登记结束").click()
    page.wait_for_url(re.compile(r"/visits/\d+/$"))
    expect(page.locator("main")).to_contain_text("感谢函")


def record(page, story) -> None:
    page.get_by_role("link", name="填写拜访记录").first.click()
    page.locator("label.btn", has_text="已").first.click()
    page.fill("textarea[name=facts]", "现有专线两条，月底到期。")
    page.fill("textarea[name=customer_opinions]", "希望扩容时不要中断业务。")
    page.select_option("select[name=opinion_speaker]", index=1)
    page.fill("textarea[name=summary_points]", AGREED)
    page.locator("input[name=step_content]").first.fill("下周三提交勘察报告")
    page.check("input[name=no_view_change]")
    page.check("input[name=declares_truth]")
    story.step("record")
    page.get_by_role("button", name="提交记录").click()
    page.wait_for_url(re.compile(r"/visits/\d+/$"))
    expect(page.locator("main")).to_contain_text(AGREED)
    story.step("recorded")


def send_thanks(page, story) -> None:
    expect(page.locator("textarea[name=body]")).to_have_value(re.compile(AGREED))
    story.step("letter-draft")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已保存", exact=False).first).to_be_visible()
    assert AGREED in pdf_text(page)
    page.fill("input[name=recipient]", "客户办公室")
    story.step("letter-send")
    page.get_by_role("button", name="已送出").click()
    page.locator("#ask").get_by_role("button", name="确定").click()
    expect(page.locator("main")).to_contain_text("送出凭据")
    story.step("letter-sent")


def pdf_text(page) -> str:
    """The text of the PDF behind 「查看 PDF」, without line breaks."""
    link = page.get_by_role("link", name="PDF").first.get_attribute("href")
    answer = page.request.get(link)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF")
    pages = PdfReader(io.BytesIO(answer.body())).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


# --- a letter comes in, its reply goes out --------------------------------------------------------
@pytest.mark.parametrize("device", DEVICES)
def test_a_letter_that_came_in_is_answered(manager, open_as, device):
    page = manager(device)
    story = Story(page, device, "reply")
    letter_path = register(page, story, owner=WHO[device][1])
    page.goto("/")
    expect(page.locator(f"main a[href='{letter_path}']").first).to_be_visible()
    page.goto(letter_path)
    draft_reply(page, story)
    page.get_by_role("button", name="提交审核").click()
    expect(page.locator("main")).to_contain_text("已提交审核")
    approve(open_as(WHO[device][2], device), letter_path, story)
    page.reload()
    issue_and_send(page, story)
    page.goto("/")
    expect(page.locator(f"main a[href='{letter_path}']")).to_have_count(0)
    story.step("today-done")


def register(page, story, *, owner) -> str:
    page.goto("/letters/")
    page.get_by_role("link", name="登记来函").first.click()
    page.locator("main a.row-item").first.click()
    page.fill("input[name=subject]", "关于专线续费事宜的函")
    page.select_option("select[name=category]", "contract")
    answers = page.locator("select[name=owner] option", has_text=owner).get_attribute("value")
    page.select_option("select[name=owner]", answers)
    page.set_input_files("input[name=scan]", {
        "name": "来函扫描件.png", "mimeType": "image/png", "buffer": PIXEL,
    })  # fmt: skip
    story.step("register")
    page.get_by_role("button", name="登记", exact=True).click()
    page.wait_for_url(re.compile(r"/letters/\d+/$"))
    expect(page.get_by_role("link", name="来函扫描件.png")).to_be_visible()
    scan = page.request.get(page.get_by_role("link", name="来函扫描件.png").get_attribute("href"))
    assert scan.ok and scan.headers["content-type"] == "image/png"
    story.step("registered")
    return page.url.removeprefix(page.url.split("/letters/")[0])


def draft_reply(page, story) -> None:
    page.get_by_role("link", name="起草复函").first.click()
    page.fill("textarea[name=body]", "来函收悉。\n一、续费合同本周内送达贵单位。\n特此函复。")
    story.step("reply-draft")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url(re.compile(r"/letters/\d+/$"))
    expect(page.locator("main")).to_contain_text("须由部门经理")


def approve(head, letter_path, story) -> None:
    head.goto(letter_path)
    head.get_by_label("同意签发").check()
    story.step("head-decides", head)
    head.get_by_role("button", name="提交意见").click()
    expect(head.locator("main")).to_contain_text("同意签发")
    head.context.close()


def issue_and_send(page, story) -> None:
    page.get_by_role("button", name="签发并编号").click()
    page.locator("#ask").get_by_role("button", name="确定").click()
    number = page.get_by_text(re.compile(r"绍电政函〔\d{4}〕\d+号")).first
    expect(number).to_be_visible()
    story.step("issued")
    words = re.search(r"绍电政函〔\d{4}〕\d+号", page.locator("main").inner_text()).group()
    text = pdf_text(page)
    assert words in text and "续费合同本周内送达贵单位" in text
    page.get_by_role("button", name="已送出").click()
    page.locator("#ask").get_by_role("button", name="确定").click()
    expect(page.locator("main")).to_contain_text("送出凭据")
    story.step("sent")
