"""Pages of the six steps: who opens them, what a form keeps, what they show (R62–R76)."""

from datetime import date

from django.db import connection
from django.test import TestCase
from django.urls import reverse

from accounts.tests.factories import make_customer
from planning.actions import six_industry, six_rows, six_steps
from planning.models import (
    CompetitorScorecard,
    CooperationOpportunity,
    ImplementationItem,
    IndustryAnalysis,
    KeyPurchaseFactor,
    ScoreCriterion,
    StructureLine,
    SupportAssessment,
)
from staff.tests.factories import make_branch, make_user

COOPERATION = {"name": "联名卡", "scope": "personal_customers", "description": "免息购机"}
SUPPORT = {
    "kind": "order_execution", "business_line": "voice", "item": "装机", "unit": "工作日",
    "better": "lower", "our_current": "3", "commit_value": "2",
}  # fmt: skip


class SixPages(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.customer = make_customer()
        cls.by = cls.customer.manager
        cls.bench = six_steps.start_planning(customer=cls.customer, year=2027, by=cls.by)
        cls.item = six_rows.add_row(
            planning=cls.bench, model=ImplementationItem, by=cls.by,
            values={"title": "推广上网卡", "phase": "act_now"},
        )  # fmt: skip
        cls.auditor = make_user("auditor", branch=cls.customer.branch)

    def setUp(self):
        self.client.force_login(self.by)

    def url(self, name, *args):
        return reverse(f"planning:{name}", args=[*self.bench.place, *args])

    def step(self, code):
        return self.client.get(self.url("six_step", code))

    def test_the_workbench_shows_six_steps_and_each_has_its_page(self):
        page = self.client.get(self.url("six"))
        self.assertContains(page, "已完成 0 步")
        self.assertContains(page, "推广上网卡")
        for code in range(1, 7):
            self.assertEqual(self.step(code).status_code, 200)
        self.assertRedirects(self.step(7), self.url("six"))

    def test_another_manager_gets_404_and_the_auditor_only_looks(self):
        self.client.force_login(make_user(department=self.by.department))
        for name, args in (("six", ()), ("six_step", (1,)), ("six_to_plan", ())):
            self.assertEqual(self.client.get(self.url(name, *args)).status_code, 404)
        move = reverse("planning:six_item_move", args=[self.item.pk])
        self.assertEqual(self.client.post(move, {"to": "up"}).status_code, 404)
        self.client.force_login(self.auditor)
        self.assertNotContains(self.step(6), "data-move")
        self.assertEqual(self.client.post(self.url("six_step", 1), {}).status_code, 403)

    def test_a_workbench_is_begun_once(self):
        url = reverse("planning:six_start", args=[self.customer.pk, 2028])
        for _ in range(2):
            page = self.client.post(url, follow=True)
        self.assertContains(page, "已经建立")
        self.assertEqual(self.customer.plannings.filter(year=2028).get().steps.count(), 6)

    def test_a_stale_conclusion_is_shown_beside_what_was_typed(self):
        form = {"conclusion": "甲的话", "evidence": "", "state": "doing", "edit": "0"}
        self.client.post(self.url("six_step", 1), form)
        page = self.client.post(self.url("six_step", 1), form | {"conclusion": "乙的话"})
        self.assertEqual(page.status_code, 422)
        self.assertContains(page, "甲的话", status_code=422)
        self.assertContains(page, "乙的话", status_code=422)
        self.assertContains(page, 'name="edit" value="1"', status_code=422)

    def test_a_step_is_not_done_without_a_conclusion(self):
        form = {"conclusion": "", "evidence": "", "state": "done", "edit": "0"}
        page = self.client.post(self.url("six_step", 2), form)
        self.assertContains(page, "请写明结论", status_code=422)

    def test_feasibility_cannot_be_typed(self):
        url = self.url("six_row_new", "cooperation")
        checks = {"no_exclusion": "on", "grows_business": "on", "keeps_network": "on"}
        self.client.post(url, COOPERATION | checks | {"feasible": "on", "is_mutual": "on"})
        row = CooperationOpportunity.objects.get()
        self.assertFalse(row.feasible)
        self.assertContains(self.step(3), "不可行")
        self.assertContains(self.client.post(url, COOPERATION), "已经登记", status_code=422)

    def test_a_promise_too_good_is_refused_at_its_field(self):
        page = self.client.post(self.url("six_row_new", "support"), SUPPORT)
        self.assertContains(page, "承诺不能好于我方现状", status_code=422)
        improved = {"improvement": "简化", "improvement_owner": self.by.pk}
        page = self.client.post(self.url("six_row_new", "support"), SUPPORT | improved)
        self.assertContains(page, "改进要同时写明", status_code=422)
        form = SUPPORT | improved | {"improvement_due": "2027-03-31"}
        self.client.post(self.url("six_row_new", "support"), form)
        row = SupportAssessment.objects.get()
        there = self.client.get(reverse("planning:six_support", args=[row.pk]))
        self.assertTrue(there["Location"].endswith(f"#support-{row.pk}"))
        done = reverse("planning:six_improved", args=[row.pk])
        page = self.client.post(done, {"our_current": "2.5"})
        self.assertContains(page, "达不到承诺", status_code=422)
        self.assertRedirects(self.client.post(done, {"our_current": "2"}), self.url("six_step", 5))

    def test_every_kind_of_row_opens_and_a_stranger_kind_is_404(self):
        for kind in ("strategy", "cooperation", "solution", "measure", "support", "item"):
            self.assertEqual(self.client.get(self.url("six_row_new", kind)).status_code, 200)
            bad = self.client.post(self.url("six_row_new", kind), {"line": "x", "owner": "x"})
            self.assertEqual(bad.status_code, 422)
        self.assertEqual(self.client.get(self.url("six_row_new", "secret")).status_code, 404)
        edit = reverse("planning:six_row_edit", args=["item", self.item.pk])
        self.assertContains(self.client.get(edit), "推广上网卡")
        self.client.post(reverse("planning:six_row_delete", args=["item", self.item.pk]))
        self.assertFalse(ImplementationItem.objects.exists())

    def test_a_card_moves_by_its_menu_and_a_stale_one_says_so(self):
        move = reverse("planning:six_item_move", args=[self.item.pk])
        self.client.post(move, {"to": "prepare_launch", "seen": "act_now"})
        page = self.client.post(move, {"to": "act_now", "seen": "act_now"}, follow=True)
        self.assertContains(page, "刚被他人移动")
        self.item.refresh_from_db()
        self.assertEqual(self.item.phase, "prepare_launch")

    def test_factors_are_rated_all_three_or_not_at_all(self):
        factor = KeyPurchaseFactor.objects.first()
        url, pk = self.url("six_rate"), factor.pk
        seen = self.client.get(url).context["form"].initial["seen"]
        page = self.client.post(url, {"seen": seen, f"{pk}-importance": "5"})
        self.assertContains(page, "要一起填", status_code=422)
        marks = {f"{pk}-importance": "5", f"{pk}-our_score": "3", f"{pk}-best_rival_score": "4"}
        self.assertRedirects(self.client.post(url, {"seen": seen} | marks), self.url("six_step", 1))
        self.assertContains(self.step(1), f"重要而落后的：{factor.name}")

    def test_a_scorecard_has_totals_when_everybody_is_scored(self):
        url, form = self.url("six_score"), {"as_of": "2026-11-01", "edit": "0", "note": ""}
        criteria = list(ScoreCriterion.objects.all())
        form |= {f"{row.pk}-telecom": "7" for row in criteria}
        bad = self.client.post(url, form | {f"{criteria[0].pk}-telecom": "11"})
        self.assertContains(bad, "评分为 1 到 10", status_code=422)
        self.client.post(url, form)
        self.assertContains(self.step(2), "还有 36 个评分没有填")
        for name in ("mobile", "unicom", "other"):
            form |= {f"{row.pk}-{name}": "4" for row in criteria}
        self.client.post(url, form)
        self.assertContains(self.step(2), "<strong>7.00</strong>")
        card = CompetitorScorecard.objects.get()
        self.assertContains(self.client.get(card.get_absolute_url()), "与最强对手的差距")

    def test_only_who_administers_changes_weights(self):
        url = reverse("planning:six_settings")
        self.assertEqual(self.client.get(url).status_code, 403)
        self.client.force_login(make_user("sysadmin"))
        weights = {str(row.pk): str(row.weight) for row in ScoreCriterion.objects.all()}
        first = ScoreCriterion.objects.first()
        page = self.client.post(url, weights | {str(first.pk): "15"})
        self.assertContains(page, "现在是 105", status_code=422)
        self.assertRedirects(self.client.post(url, weights), url)
        name = {"group": "economic", "name": "回扣", "position": "17", "is_active": "on"}
        page = self.client.post(reverse("planning:six_factor_new"), name)
        self.assertContains(page, "回扣违法", status_code=422)

    def test_the_list_costs_the_same_with_more_customers(self):
        url = reverse("planning:six_list")
        self.client.get(url)
        asked = 7 if connection.vendor == "postgresql" else 6  # PostgreSQL is asked for its clock
        with self.assertNumQueries(asked):
            self.assertContains(self.client.get(f"{url}?year=2027"), "0 / 6")
        for _ in range(5):
            other = make_customer(manager=self.by)
            six_steps.start_planning(customer=other, year=2027, by=self.by)
        with self.assertNumQueries(asked):
            self.client.get(f"{url}?year=2027")


class IndustryPages(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.customer = make_customer()
        cls.by = cls.customer.manager
        cls.analysis = six_industry.start_analysis(
            branch=cls.customer.branch, industry=cls.customer.industry, year=2027, by=cls.by
        )

    def setUp(self):
        self.client.force_login(self.by)

    def url(self, name):
        return reverse(f"planning:{name}", args=[self.analysis.pk])

    def test_shares_are_computed(self):
        form = {"base_edit": "0"}
        for number, amount in enumerate((65550, 24150, 25300)):
            form |= {f"{number}-label": f"客户群{number}", f"{number}-period": "2009-01..05"}
            form |= {f"{number}-amount_wan": str(amount)}
        form["0-last_year_wan"] = "60000"
        self.client.post(self.url("industry_structure"), form)
        self.assertEqual(StructureLine.objects.count(), 3)
        page = self.client.get(self.url("industry_analysis"))
        for share in ("57.00%", "21.00%", "22.00%", "9.3%"):
            self.assertContains(page, share)
        stale = self.client.post(self.url("industry_structure"), form)
        self.assertContains(stale, "刚被他人修改", status_code=422)

    def test_texts_are_kept_and_a_stale_save_is_refused(self):
        form = {"base_edit": "0", "trends": "向综合服务发展", "resource_cost_wan": "12.5"}
        self.assertRedirects(
            self.client.post(self.url("industry_edit"), form), self.url("industry_analysis")
        )
        page = self.client.post(self.url("industry_edit"), form | {"trends": "别的"})
        self.assertContains(page, "向综合服务发展", status_code=422)
        self.assertContains(page, "别的", status_code=422)
        bad = self.client.post(self.url("industry_edit"), {"resource_cost_wan": "-1"})
        self.assertEqual(bad.status_code, 422)

    def test_who_has_no_customer_there_reads_and_another_branch_sees_nothing(self):
        self.client.force_login(make_user(branch=self.customer.branch))
        self.assertEqual(self.client.get(self.url("industry_analysis")).status_code, 200)
        self.assertEqual(self.client.get(self.url("industry_edit")).status_code, 403)
        self.client.force_login(make_user(branch=make_branch(code="NB", name="宁波")))
        self.assertEqual(self.client.get(self.url("industry_analysis")).status_code, 404)

    def test_one_analysis_a_year(self):
        url = reverse("planning:industry_start")
        this_year = date.today().year
        form = {"industry": self.customer.industry_id, "year": this_year}
        self.client.post(url, form)
        self.assertContains(self.client.post(url, form, follow=True), "已经建立")
        self.assertEqual(IndustryAnalysis.objects.filter(year=this_year).count(), 1)
