"""The grid of a customer's plan: typed, pasted, kept; two at once; out as xlsx and in again."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.tests.factories import make_customer
from core.models import AuditEvent
from planning import target_reports
from planning.actions import amending
from planning.models import PlanAllotment, PlanState, PlanTargetLine
from planning.tests.factories import make_bill, make_plan, set_state
from staff.tests.factories import make_user

ABOVE_PAGES = ("rollup", "allotments")


class GridTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.head = make_user("dept_head")
        cls.manager = make_user(department=cls.head.department)
        cls.plan = make_plan(customer=make_customer(manager=cls.manager))
        cls.version = cls.plan.current
        cls.url = reverse("planning:targets", args=[cls.plan.pk])
        cls.voice = cls.version.targets.get(kind="stock", business_line="voice")
        cls.data = cls.version.targets.get(kind="stock", business_line="data")

    def post(self, fields, user=None, **headers):
        self.client.force_login(user or self.manager)
        return self.client.post(self.url, fields, headers=headers)

    def sent(self, line, edit=None, **cells) -> dict:
        """q1=("", "15"): as it was shown, as it was typed."""
        found = {f"edit_{line.pk}": line.edit if edit is None else edit}
        for name, (was, now) in cells.items():
            found |= {f"was_{name}_{line.pk}": was, f"{name}_{line.pk}": now}
        return found

    def json(self, fields, user=None):
        answer = self.post(fields, user, accept="application/json")
        return answer.status_code, json.loads(answer.content)

    def test_the_whole_page_is_saved_without_javascript(self):
        fields = self.sent(self.voice, q1=("", "15"), q2=("", "１，５"))
        answer = self.post(fields | self.sent(self.data, q4=("", "28.5")))
        self.assertRedirects(answer, self.url)
        self.assertEqual(target_reports.sums_of(self.version)["stock"][4], 15 + 15 + 28.5)
        event = AuditEvent.objects.get(verb="plan.targets_saved")
        self.assertEqual(event.changes["存量 话音 一季度"], ["0.00", "15.00"])
        self.assertContains(self.client.get(self.url), "58.5")

    def test_nothing_typed_is_lost_when_a_cell_is_no_number(self):
        answer = self.post(self.sent(self.voice, q1=("", "十五"), q2=("", "2")))
        self.assertContains(answer, "十五", status_code=422)
        self.assertContains(answer, "请填数字，单位万元。", status_code=422)
        self.assertFalse(PlanTargetLine.objects.exclude(edit=0).exists())

    def test_a_typed_cell_is_kept_at_once_and_says_its_next_edit(self):
        status, told = self.json(self.sent(self.voice, q1=("", "15")))
        self.assertEqual(status, 200)
        self.assertEqual(told["saved"][0]["edit"], 1)
        self.assertEqual(told["saved"][0]["cells"]["q1"], "15")

    def test_two_in_different_cells_of_a_line_are_merged(self):
        self.json(self.sent(self.voice, q1=("", "15")))
        status, told = self.json(self.sent(self.voice, edit=0, q2=("", "7")))
        self.assertEqual(status, 200)
        self.assertEqual([told["saved"][0]["cells"][q] for q in ("q1", "q2")], ["15", "7"])

    def test_two_in_one_cell_see_both_numbers_and_nothing_is_overwritten(self):
        self.json(self.sent(self.voice, q1=("", "15")))
        late = self.sent(self.voice, edit=0, q1=("", "20"), q2=("", "3"))
        status, told = self.json(late)
        self.assertEqual(status, 409)
        self.assertEqual(told["clashes"][0]["both"], {"q1": ["20", "15"]})
        self.voice.refresh_from_db()
        self.assertEqual((self.voice.q1, self.voice.q2), (15, 3))
        page = self.post(self.sent(self.voice, edit=0, q1=("", "20")))
        self.assertContains(page, "现为 15", status_code=409)
        self.assertContains(page, 'value="20"', status_code=409)

    def test_the_page_sends_the_edit_that_it_was_drawn_with(self):
        self.json(self.sent(self.voice, q1=("", "15")))
        self.assertContains(self.client.get(self.url), f'name="edit_{self.voice.pk}" value="1"')
        status, _ = self.json(self.sent(self.voice, edit="1.0", q1=("", "20")))
        self.assertEqual(status, 409)

    def test_one_bad_cell_keeps_no_other_from_being_saved(self):
        bad = self.sent(self.voice, q1=("", "十五"), q2=("", "2"))
        status, told = self.json(bad | self.sent(self.data, q1=("", "￥7 万元")))
        self.assertEqual(status, 422)
        self.assertEqual(told["faults"], {f"q1_{self.voice.pk}": "请填数字，单位万元。"})
        self.assertEqual({one["pk"] for one in told["saved"]}, {self.voice.pk, self.data.pk})
        self.voice.refresh_from_db()
        self.data.refresh_from_db()
        self.assertEqual((self.voice.q1, self.voice.q2, self.data.q1), (0, 2, 7))

    def test_a_cell_that_was_not_seen_is_never_overwritten(self):
        """Also by a page that knows the newest edit, from another cell of the line."""
        self.json(self.sent(self.voice, q1=("", "15")))
        status, told = self.json(self.sent(self.voice, edit=1, q1=("", "20")))
        self.assertEqual((status, told["clashes"][0]["both"]), (409, {"q1": ["20", "15"]}))

    def test_a_version_that_was_handed_in_refuses(self):
        set_state(self.version, PlanState.SUBMITTED)
        status, told = self.json(self.sent(self.voice, q1=("", "15")))
        self.assertEqual((status, "不能再修改" in told["refused"]), (422, True))
        self.assertNotContains(self.client.get(self.url), "data-state")

    def test_only_who_writes_the_plan_writes_targets(self):
        fields = self.sent(self.voice, q1=("", "15"))
        self.assertEqual(self.post(fields, self.head).status_code, 403)
        self.assertEqual(self.post(fields, make_user()).status_code, 404)
        self.client.force_login(self.head)
        self.assertEqual(self.client.get(self.url).status_code, 200)

    def test_a_line_of_win_back_comes_and_goes(self):
        url = reverse("planning:win_back_add", args=[self.plan.pk])
        fields = {"from_operator": "mobile", "business_line": "data"}
        self.client.force_login(self.manager)
        self.assertRedirects(self.client.post(url, fields), self.url)
        self.assertContains(self.client.post(url, fields), "已经有一行", status_code=422)
        line = self.version.targets.get(kind="win_back", business_line="data")
        away = reverse("planning:win_back_remove", args=[self.plan.pk, line.pk])
        self.client.post(away, {"edit": "3"})
        self.assertTrue(PlanTargetLine.objects.filter(pk=line.pk).exists())
        self.client.post(away, {"edit": "0"})
        self.assertFalse(PlanTargetLine.objects.filter(pk=line.pk).exists())

    def test_out_as_xlsx_with_sums_as_formulas_and_in_again(self):
        make_bill(self.plan.customer, 2026, 5, "40000", local_call="35000")
        self.json(self.sent(self.voice, q1=("", "15"), q2=("", "0.5")))
        content = self.client.post(reverse("planning:targets_xlsx", args=[self.plan.pk])).content
        sheet = load_workbook(io.BytesIO(content)).active
        rows = list(sheet.iter_rows(values_only=True))
        self.assertEqual(rows[1][:8], ("存量", "话音", None, 15, 0.5, 0, 0, "=SUM(D2:G2)"))
        self.assertEqual(rows[6][3], "=SUM(D2:D6)")
        self.assertEqual(rows[-1][3], "=SUM(D7,D18,D22)")
        self.assertEqual(rows[0][8:], ("上年实际（万元）", "说明"))
        self.assertEqual((rows[1][8], rows[2][8], rows[-1][8]), (3.5, None, 4))
        sheet["D2"], sheet["E3"], sheet["F4"], sheet["B5"] = 16, "1,5x", -1, "=1+1"
        out = io.BytesIO()
        sheet.parent.save(out)
        url = reverse("planning:targets_import", args=[self.plan.pk])
        page = self.client.post(url, {"upload": SimpleUploadedFile("目标.xlsx", out.getvalue())})
        for text in ("15.00 → 16.00", "请填数字", "目标不能为负数", "没有这项业务"):
            self.assertContains(page, text)
        self.voice.refresh_from_db()
        self.assertEqual(self.voice.q1, 15)
        token = page.context["token"]
        confirm = reverse("planning:targets_import_confirm", args=[self.plan.pk])
        self.assertRedirects(self.client.post(confirm, {"token": token}), self.url)
        self.voice.refresh_from_db()
        self.assertEqual(self.voice.q1, 16)
        self.assertEqual(self.client.post(confirm, {"token": "x"}).status_code, 404)


class AboveTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.head, cls.director = make_user("dept_head"), make_user("branch_director")
        cls.manager = make_user(department=cls.head.department)
        customer = make_customer(manager=cls.manager)
        cls.annual = make_plan("annual_market", author=cls.head)
        cls.above = make_plan("key_industry", author=cls.head, industry=customer.industry)
        cls.plan = make_plan(customer=customer)
        cls.url = reverse("planning:rollup", args=[cls.above.pk])

    def test_an_adjustment_needs_its_reason_and_is_shown_with_it(self):
        self.client.force_login(self.head)
        url = reverse("planning:adjustment_new", args=[self.above.pk])
        fields = {"kind": "increment", "business_line": "data", "q1": "3", "q4": "-1"}
        self.assertEqual(self.client.post(url, fields).status_code, 422)
        answer = self.client.post(url, fields | {"reason": "新开园区"})
        self.assertRedirects(answer, self.url)
        page = self.client.get(self.url)
        self.assertContains(page, "新开园区")
        line = self.above.current.targets.get()
        self.assertEqual(line.year, 2)
        edit = reverse("planning:adjustment_edit", args=[self.above.pk, line.pk])
        changed = fields | {"reason": "改了", "q1": "5", "edit": "0"}
        self.client.post(edit, changed)
        stale = self.client.post(edit, changed | {"q1": "6"})
        self.assertContains(stale, "刚被改过", status_code=422)
        self.assertContains(stale, "现在是：5.00", status_code=422)
        set_state(self.above.current, PlanState.APPROVED)
        amending.amend(version=self.above.current, reason="年中", by=self.head)
        late = self.client.post(edit, changed | {"edit": "1", "reason": "又写的原因"})
        self.assertContains(late, "又写的原因", status_code=422)
        self.assertEqual(self.client.get(edit).status_code, 404)
        self.above.refresh_from_db()
        line = self.above.current.targets.get()
        self.assertEqual(line.reason, "改了")
        away = reverse("planning:adjustment_remove", args=[self.above.pk, line.pk])
        self.client.post(away, {"edit": "0"})
        self.assertFalse(self.above.current.targets.exists())

    def test_what_is_handed_down_is_checked_against_what_came_from_above(self):
        amounts = {"increment_q1": "10", "stock_q2": "90"}
        self.client.force_login(self.director)
        for plan in (self.annual, self.above):
            answer = self.client.post(reverse("planning:allot", args=[plan.pk]), amounts)
            self.assertEqual(answer.status_code, 302)
        self.client.force_login(self.head)
        self.assertEqual(
            self.client.post(reverse("planning:allot", args=[self.above.pk]), amounts).status_code,
            403,
        )
        url = reverse("planning:allot", args=[self.plan.pk])
        self.client.post(url, {"stock_q2": "60"})
        page = self.client.get(reverse("planning:allotments", args=[self.above.pk]))
        self.assertContains(page, "还有 30 没有分解")
        stale = self.client.post(url, {"stock_q2": "70"})
        self.assertContains(stale, "刚被改过", status_code=422)
        self.assertEqual(PlanAllotment.objects.get(plan=self.plan, kind="stock").q2, 60)
        self.assertContains(self.client.get(self.url), "还差 100.00 万元没有说明")

    def test_a_plan_more_below_costs_no_query_more(self):
        self.client.force_login(self.head)
        pages = [reverse(f"planning:{name}", args=[self.above.pk]) for name in ABOVE_PAGES]
        few = [self.queries_of(url) for url in pages]
        for state in ("submitted", "drafting", "drafting", "discarded"):
            customer = make_customer(manager=self.manager, industry=self.above.industry)
            set_state(make_plan(customer=customer).current, state)
        self.assertEqual([self.queries_of(url) for url in pages], few)

    def queries_of(self, url) -> int:
        with CaptureQueriesContext(connection) as asked:
            self.assertContains(self.client.get(url), self.plan.number)
        return len(asked)

    def test_a_manager_never_reaches_the_sums_of_others(self):
        self.client.force_login(self.manager)
        for name in ("rollup", "allotments", "targets"):
            url = reverse(f"planning:{name}", args=[self.above.pk])
            self.assertEqual(self.client.get(url).status_code, 404)

    def test_a_customer_outside_scope_is_counted_but_not_named(self):
        other = make_user("dept_head", department=None)
        from_elsewhere = make_user("industry_manager")
        from_elsewhere.industries.add(self.plan.industry)
        self.client.force_login(self.head)
        self.assertContains(self.client.get(self.url), self.plan.customer.name)
        self.client.force_login(other)
        self.assertEqual(self.client.get(self.url).status_code, 200)


@pytest.mark.parametrize(
    ("kind", "level"),
    [("key_customer", "普通商密"), ("key_industry", "普通商密"), ("annual_market", "核心商密")],
)
@pytest.mark.django_db
def test_the_targets_file_says_its_level_and_so_does_the_trail(client, kind, level):
    director = make_user("branch_director")
    plan = make_plan(kind, author=make_user("dept_head") if kind != "key_customer" else None)
    client.force_login(director)
    answer = client.post(reverse("planning:targets_xlsx", args=[plan.pk]))
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet.oddHeader.right.text == f"{plan.number} 第 1 版（{level}）"
    event = AuditEvent.objects.get(verb="plan.exported")
    assert event.changes == {"版本": ["", "1"], "格式": ["", "目标 xlsx"], "密级": ["", level]}


@pytest.mark.django_db
def test_a_plan_above_leads_from_targets_to_its_roll_up(client):
    plan = make_plan("annual_market", author=make_user("dept_head"))
    client.force_login(plan.author)
    answer = client.get(reverse("planning:targets", args=[plan.pk]))
    assert answer.headers["Location"] == reverse("planning:rollup", args=[plan.pk])
    assert client.get(reverse("planning:rollup", args=[plan.pk]) + "?by=line").status_code == 200
