"""Handing in, deciding and amending in the browser; what a stale or foreign page gets."""

from django.test import TestCase
from django.urls import reverse

from planning.actions import moving
from planning.actions.snapshots import outline_sha256
from planning.models import PlanRow, PlanSection, PlanTargetLine
from planning.tests import reviewing
from planning.tests.factories import make_plan


class ReviewViewTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.w = reviewing.world()

    def setUp(self):
        self.plan, self.version = self.w.plan, self.w.version

    def url(self, name, *args):
        return reverse(f"planning:{name}", args=[self.plan.pk, *args])

    def post(self, person, name, *args, **fields):
        self.client.force_login(person)
        self.version.refresh_from_db()
        told = {"number": self.version.number, "seen": self.version.state} | fields
        return self.client.post(self.url(name, *args), told)

    def decide(self, person=None, **fields):
        self.version.refresh_from_db()
        seen = self.version.sha256 or outline_sha256(self.version)
        fields = {"sha256": seen} | fields
        return self.post(person or self.w.head, "decide", **fields)

    def state(self):
        self.version.refresh_from_db()
        return self.version.state

    def test_the_quality_page_leads_to_each_place_and_hides_the_button(self):
        PlanSection.objects.filter(version=self.version, code="C2.1").update(text="")
        PlanRow.objects.filter(version=self.version, table="measures").delete()
        self.client.force_login(self.w.author)
        page = self.client.get(self.url("quality"))
        self.assertContains(page, self.url("section", "C2.1"))
        self.assertContains(page, "「措施与策略」至少要有一行")
        self.assertNotContains(page, self.url("submit"))

        answer = self.post(self.w.author, "submit", attested="on")
        self.assertContains(answer, "还不能提交")
        self.assertEqual(self.state(), "drafting")

    def test_handing_in_needs_the_word_for_the_truth(self):
        self.assertContains(self.post(self.w.author, "submit"), "真实性承诺")
        self.assertEqual(self.state(), "drafting")
        answer = self.post(self.w.author, "submit", attested="on")
        self.assertRedirects(answer, self.url("review"))
        self.assertEqual(self.state(), "submitted")

    def test_the_reviewer_sees_all_and_approves(self):
        reviewing.submitted(self.plan)
        self.client.force_login(self.w.head)
        page = self.client.get(self.url("review"))
        self.assertContains(page, self.version.sha256)
        self.assertContains(page, "at_C1_1")
        answer = self.decide(decision="approve", note="同意", at_C2_4="时机再看")
        self.assertRedirects(answer, reverse("planning:review_list"))
        self.assertEqual(self.state(), "approved")
        self.assertEqual(self.version.reviews.get().section_comments, {"C2.4": "时机再看"})

    def test_a_return_without_a_section_keeps_what_was_typed(self):
        reviewing.submitted(self.plan)
        answer = self.decide(decision="return", note="整体太粗")
        self.assertContains(answer, "至少在一个章节")
        self.assertContains(answer, "整体太粗")
        self.assertEqual(self.state(), "submitted")
        self.decide(decision="return", at_C3_1="二季度太低")
        self.assertEqual(self.state(), "returned")
        self.client.force_login(self.w.author)
        self.assertContains(self.client.get(self.url("quality")), "二季度太低")

    def test_an_old_page_does_not_approve_what_came_after_it(self):
        reviewing.submitted(self.plan)
        seen = self.version.sha256
        moving.recall(version=self.version, by=self.w.author)
        PlanSection.objects.filter(version=self.version, code="C2.1").update(text="改过了。")
        moving.submit(version=self.version, by=self.w.author)
        answer = self.decide(decision="approve", sha256=seen)
        self.assertContains(answer, "没有办理")
        answer = self.decide(decision="approve", seen="dept_review")
        self.assertContains(answer, "已经有了变化")
        self.assertEqual(self.state(), "submitted")

    def test_author_colleague_and_stranger_cannot_decide(self):
        reviewing.submitted(self.plan)
        for person, status in (
            (self.w.author, 403), (self.w.director, 403), (self.w.other_head, 404),
            (self.w.auditor, 403),
        ):  # fmt: skip
            self.assertEqual(self.decide(person, decision="approve").status_code, status)
        self.assertEqual(self.state(), "submitted")

    def test_the_pages_of_one_round(self):
        self.post(self.w.author, "submit", attested="on")
        self.post(self.w.author, "move", "recall")
        self.assertEqual(self.state(), "drafting")
        self.post(self.w.author, "submit", attested="on")
        self.post(self.w.head, "review_move", "take_up")
        self.assertEqual(self.state(), "dept_review")
        answer = self.post(self.w.author, "move", "recall")
        self.assertEqual(self.state(), "dept_review")
        self.decide(decision="approve")
        self.post(self.w.author, "move", "begin_execution")
        self.assertEqual(self.state(), "in_execution")
        answer = self.post(self.w.author, "move", "close")
        self.assertEqual((answer.status_code, self.state()), (302, "in_execution"))
        self.post(self.w.head, "review_move", "close")
        self.post(self.w.head, "review_move", "archive")
        self.assertEqual(self.state(), "archived")

    def test_an_amendment_shows_what_it_changes(self):
        reviewing.approved(self.plan, by=self.w.head)
        self.assertContains(self.post(self.w.author, "amend", reason=" "), "请写明原因")
        self.post(self.w.author, "amend", reason="客户追加预算")
        self.plan.refresh_from_db()
        made = self.plan.current
        PlanSection.objects.filter(version=made, code="C2.1").update(text="写得更好了。")
        PlanRow.objects.filter(version=made, table="budget").delete()
        PlanTargetLine.objects.filter(version=made, kind="stock", business_line="data").update(
            q1=12
        )
        self.client.force_login(self.w.head)
        page = self.client.get(self.url("compare", 2, 1))
        for piece in ("<ins>", "删去", "<del>10.00</del> <ins>12.00</ins>", "客户追加预算"):
            self.assertContains(page, piece)
        page = self.client.get(self.url("review"))
        self.assertContains(page, "有变化", count=4)
        self.assertEqual(self.client.get(self.url("version", 1)).status_code, 200)
        self.assertEqual(self.client.get(self.url("compare", 1, 1)).status_code, 404)
        self.post(self.w.author, "discard", number=2, seen="drafting", reason="不改了")
        self.plan.refresh_from_db()
        self.assertEqual(self.plan.current.number, 1)

    def test_the_outline_in_the_browser(self):
        plan = make_plan(author=self.w.author, prepares=True)
        self.plan, self.version = plan, plan.current
        self.client.force_login(self.w.author)
        self.assertContains(self.client.get(self.url("outline")), "送审提纲")
        self.post(self.w.author, "outline", outline="一、现状")
        self.assertEqual(self.state(), "outline_review")
        self.assertContains(self.decide(decision="return"), "写明要改什么")
        self.decide(decision="return", note="补上机会")
        self.assertContains(self.client.get(self.url("review")), "补上机会")
        self.post(self.w.author, "outline", outline="一、现状 二、机会")
        self.decide(decision="approve")
        self.assertEqual(self.state(), "drafting")

    def test_who_reviews_a_plan_that_he_answers_for_is_not_led_to_take_it_back(self):
        self.plan.responsible = self.w.head
        self.plan.save()
        moving.submit(version=self.version, by=self.w.author)
        take_back = self.url("move", "recall")
        for person, is_offered in ((self.w.author, True), (self.w.head, False)):
            self.client.force_login(person)
            page = self.client.get(self.url("review")).content.decode()
            self.assertEqual(take_back in page, is_offered, person)
        self.assertIn(self.url("review_move", "take_up"), page)
