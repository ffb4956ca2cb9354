"""快速记 without a network: every character is kept on the device, and one visit comes of it."""

import json
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from crm.demo.organisation import PASSWORD
from tests.browser import shot, sign_in

pytestmark = pytest.mark.browser

WHO = "zhouhm"  # signed out here: nobody whom other tests need
RUN = uuid4().hex[:6]
LONG = "客户说：线路「时断时续」，影响开票😀👨‍👩‍👧‍👦；䶮、㛃、𠮷三位处长都在场。" * 12
MORE = "——断网以后接着写：𠮷野家门口的光缆被挖断，两天恢复。" + RUN
POINTS = "先上备用路由\n月底前割接 𠮷"
READY = "form[data-device=quick][data-ready]"
TEN = range(10)
NOTHING_WAITS = "crmQueue.current().then((u) => crmQueue.entries(u)).then((e) => !e.length)"
# Everything that lies in IndexedDB, as bytes: boxes, notes, and whether a key could be taken away.
RAW = """async () => {
  const ask = (r) => new Promise((ok, no) => {
    r.onsuccess = () => ok(r.result);
    r.onerror = () => no(r.error);
  });
  const base = await ask(indexedDB.open("crm-device"));
  const all = (name) => ask(base.transaction(name).objectStore(name).getAll());
  const boxes = await all("boxes"), bytes = [];
  const says = new TextEncoder();
  for (const box of boxes) {
    bytes.push(...new Uint8Array(box.data), ...says.encode(JSON.stringify(box)));
  }
  bytes.push(...says.encode(JSON.stringify(await all("notes"))));
  const keys = (await all("keys")).map((key) => key.extractable);
  base.close();
  return { bytes, keys, boxes: boxes.length };
}"""


@pytest.fixture
def phone(open_as):
    page = open_as(WHO, "phone")
    page.goto("/visits/quick/")
    page.locator(READY).wait_for()
    restart = page.get_by_role("button", name="清空重写")
    if restart.count():
        restart.click()
        page.locator(READY).wait_for()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("crmQueue.current().then((u) => crmQueue.get(u, 'customers'))")
    yield page
    page.context.set_offline(False)


def opinions(crm, words) -> list[str]:
    """What the customers said in every record with `words`, from the product's own database."""
    script = (
        "import json; from visits.models import VisitRecord as R;"
        "said = R.objects.values_list('customer_opinions', flat=True);"
        f"print(json.dumps([text for text in said if {words!r} in text]))"
    )
    return json.loads(crm.manage("shell", "-v0", "-c", script).splitlines()[-1])


def raw(page) -> tuple[bytes, dict]:
    found = page.evaluate(RAW)
    return bytes(found["bytes"]), found


def test_cut_while_typing_killed_reopened_finished_and_replayed_ten_times(phone, crm):
    page, context = phone, phone.context
    field = page.locator("textarea[name=customer_opinions]")
    field.fill(LONG)
    context.set_offline(True)
    field.press("End")
    field.press_sequentially(MORE)
    page.wait_for_timeout(300)
    page.close(run_before_unload=False)

    page = context.new_page()
    page.goto("/visits/quick/")  # the skeleton of the service worker
    page.locator(READY).wait_for()
    field = page.locator("textarea[name=customer_opinions]")
    expect(field).to_have_value(LONG + MORE)
    shot(page, "offline-reopened", full_page=False)
    page.fill("textarea[name=summary_points]", POINTS)
    page.check("input[name=has_no_next_step]")
    stored, found = raw(page)
    for words in (MORE, "线路", "备用路由", "𠮷"):
        assert words.encode() not in stored and words.encode("utf-16-le") not in stored
    assert found["boxes"] >= 2 and found["keys"] == [False]
    page.get_by_role("button", name="记下拜访").click()
    expect(page.locator("#outbox")).to_contain_text("待发送 1 条")
    entry = page.evaluate("crmQueue.current().then((u) => crmQueue.entries(u))")[0]
    shot(page, "offline-queued", full_page=False)

    context.set_offline(False)
    second = context.new_page()
    second.goto("/")
    page.goto("/")
    second.wait_for_function(NOTHING_WAITS)
    again = """async (entry) => {
      const user = await crmQueue.current();
      await crmQueue.queue(user, entry);
      dispatchEvent(new Event("online"));
      await crmQueue.send();
      return (await crmQueue.entries(user)).length;
    }"""
    for number in TEN:
        assert (page, second)[number % 2].evaluate(again, entry) == 0
    assert opinions(crm, f"两天恢复。{RUN}") == [LONG + MORE]


def test_a_dead_network_that_looks_alive_loses_nothing(phone, crm):
    """The post itself fails: the skeleton comes, takes the draft over and queues it."""
    words = "提交时断网也不丢" + RUN
    phone.fill("textarea[name=customer_opinions]", words)
    phone.fill("textarea[name=summary_points]", POINTS)
    phone.check("input[name=has_no_next_step]")
    phone.evaluate("Object.defineProperty(Navigator.prototype, 'onLine', { get: () => true })")
    phone.context.set_offline(True)
    phone.wait_for_timeout(1500)  # as long as a thumb takes: the words are on the device by then
    phone.get_by_role("button", name="记下拜访").click()
    expect(phone.locator("#outbox")).to_contain_text("待发送 1 条")
    phone.context.set_offline(False)
    phone.goto("/")
    phone.wait_for_function(NOTHING_WAITS)
    assert opinions(crm, words) == [words]


def test_what_the_server_refuses_opens_again_with_its_words(phone, crm):
    words = "被退回也不丢" + RUN
    phone.fill("textarea[name=customer_opinions]", words)
    phone.fill("textarea[name=summary_points]", POINTS)
    phone.check("input[name=has_no_next_step]")
    phone.locator("details.fold summary").click()
    phone.fill("input[name=ended_at]", "2035-01-01T10:00")
    phone.context.set_offline(True)
    phone.get_by_role("button", name="记下拜访").click()
    expect(phone.locator("#outbox")).to_contain_text("待发送 1 条")
    phone.context.set_offline(False)
    phone.goto("/visits/quick/")
    expect(phone.locator("#outbox")).to_contain_text("没有通过检查")
    phone.get_by_role("button", name="打开修改").click()
    expect(phone.locator(".device-errors")).to_contain_text("结束时间不能晚于现在")
    expect(phone.locator("textarea[name=customer_opinions]")).to_have_value(words)
    shot(phone, "offline-refused", full_page=False)
    assert opinions(crm, words) == []


def test_signed_out_in_between_it_waits_for_the_same_person(phone, crm):
    words = "登录过期也不丢" + RUN
    phone.fill("textarea[name=customer_opinions]", words)
    phone.fill("textarea[name=summary_points]", POINTS)
    phone.check("input[name=has_no_next_step]")
    phone.context.set_offline(True)
    phone.get_by_role("button", name="记下拜访").click()
    expect(phone.locator("#outbox")).to_contain_text("待发送 1 条")
    cookies = phone.context.cookies()
    phone.context.clear_cookies()
    phone.context.set_offline(False)
    phone.evaluate("dispatchEvent(new Event('online'))")
    expect(phone.locator("#outbox")).to_contain_text("登录已过期")
    phone.context.add_cookies(cookies)
    phone.goto("/")
    phone.wait_for_function(NOTHING_WAITS)
    assert opinions(crm, words) == [words]


def test_another_person_sees_nothing_and_loses_nothing_of_the_first(phone, crm):
    words = "换人登录也不丢" + RUN
    phone.fill("textarea[name=customer_opinions]", words)
    phone.fill("textarea[name=summary_points]", POINTS)
    phone.check("input[name=has_no_next_step]")
    phone.context.set_offline(True)
    phone.get_by_role("button", name="记下拜访").click()
    expect(phone.locator("#outbox")).to_contain_text("待发送 1 条")
    mine, cookies = phone.evaluate("crmQueue.current()"), phone.context.cookies()
    phone.context.clear_cookies()
    phone.context.set_offline(False)
    sign_in(phone, "jinxy", PASSWORD)
    phone.goto("/visits/quick/")
    phone.locator(READY).wait_for()
    phone.wait_for_function("crmQueue.current().then((u) => crmQueue.get(u, 'customers'))")
    assert phone.evaluate("(u) => crmQueue.get(u, 'customers')", mine) is None
    expect(phone.locator("#outbox")).to_be_hidden()
    assert opinions(crm, words) == []
    sign_out(phone)

    phone.context.add_cookies(cookies)
    phone.goto("/")
    phone.wait_for_function(NOTHING_WAITS)
    assert opinions(crm, words) == [words]


def test_a_sign_out_leaves_nothing_on_the_device(phone):
    phone.fill("textarea[name=customer_opinions]", "只给自己看")
    phone.wait_for_function("crmQueue.current().then((u) => crmQueue.get(u, 'draft'))")
    sign_out(phone)
    phone.goto("/offline/")
    stored, found = raw(phone)
    assert (found["boxes"], found["keys"], stored) == (0, [], b"[]")


def sign_out(phone):
    phone.locator("nav.tabbar summary").click()
    phone.locator("nav.tabbar").get_by_role("button", name="退出登录").click()
    phone.wait_for_url("**/account/login/")
