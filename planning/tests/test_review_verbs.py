"""R46: what each verb leaves behind: states, duties, what counts, the word for the truth."""

from datetime import timedelta

from django.test import TestCase

from core import clock
from core.models import AuditEvent
from planning.actions import asking, moving
from planning.actions.errors import PlanError
from planning.actions.snapshots import outline_sha256, sha256_of, snapshot_of
from planning.models import PlanSection, PlanVersion
from planning.rollup_reports import rollup
from planning.tests import reviewing
from planning.tests.factories import make_plan
from reminders.models import DutyKind, Obligation
from staff.models import Attestation, User


class VerbTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.w = reviewing.world()

    def setUp(self):
        self.plan, self.version = self.w.plan, self.w.version

    def duty(self):
        return Obligation.objects.of(DutyKind.PLAN_REVIEW, self.version).get()

    def hand_in(self, version=None):
        version = version or self.version
        moving.submit(version=version, by=self.w.author)
        return version

    def approve(self, version=None, by=None):
        version = version or self.version
        moving.approve(version=version, seen_sha256=version.sha256, by=by or self.w.head)

    def counted(self):
        self.plan.refresh_from_db()
        return self.plan.counted

    def test_handing_in_keeps_the_snapshot_the_word_and_asks_the_head(self):
        due = clock.now() + timedelta(days=1)
        moving.submit(version=self.version, by=self.w.author, address="10.0.0.1")

        self.assertEqual(self.version.state, "submitted")
        self.assertEqual(self.version.sha256, sha256_of(snapshot_of(self.version)))
        self.assertEqual(self.version.snapshot["total"], ["20.00", "40.00", "60.00", "80.00",
                                                          "200.00"])  # fmt: skip
        word = Attestation.objects.about(self.version).get()
        self.assertEqual((word.user, word.revision, word.address), (self.w.author, 1, "10.0.0.1"))
        self.assertEqual((self.duty().owner, self.duty().amount), (self.w.head, 5))
        self.assertGreater(self.duty().due_at, due)
        self.assertEqual(self.counted(), self.version)

    def test_approval_ends_the_duty_and_nobody_may_recall_any_more(self):
        self.hand_in()
        self.approve()

        self.assertEqual((self.version.state, self.version.approved_by), ("approved", self.w.head))
        self.assertEqual(self.duty().state, "done")
        self.assertEqual(self.version.reviews.get().sha256, self.version.sha256)
        with self.assertRaisesRegex(PlanError, "现在是「已批准」，不能撤回"):
            moving.recall(version=self.version, by=self.w.author)

    def test_a_return_names_sections_and_the_next_round_asks_anew(self):
        self.hand_in()
        for comments in ({}, {"C9.9": "没有这一章"}, {"C1.1": "  "}):
            with self.assertRaisesRegex(PlanError, "至少指出一个章节"):
                moving.return_(version=self.version, comments=comments, by=self.w.head)
        moving.return_(version=self.version, comments={"C2.4": "写明时机"}, by=self.w.head)

        self.assertEqual((self.version.state, self.counted()), ("returned", None))
        self.assertEqual(self.version.reviews.get().section_comments, {"C2.4": "写明时机"})
        self.hand_in()
        self.assertEqual((self.duty().state, self.counted()), ("open", self.version))
        self.assertEqual(Attestation.objects.about(self.version).count(), 2)

    def test_recall_works_until_it_was_taken_up(self):
        self.hand_in()
        moving.recall(version=self.version, by=self.w.author)
        self.assertEqual((self.version.state, self.duty().state), ("drafting", "cancelled"))
        self.assertIsNone(self.counted())

        self.hand_in()
        moving.take_up(version=self.version, by=self.w.head)
        self.assertEqual(self.version.state, "dept_review")
        with self.assertRaisesRegex(PlanError, "不能撤回"):
            moving.recall(version=self.version, by=self.w.author)

    def test_a_stale_page_moves_nothing(self):
        old = PlanVersion.objects.select_related("plan").get(pk=self.version.pk)
        self.hand_in()
        events = AuditEvent.objects.count()
        with self.assertRaisesRegex(PlanError, "现在是「已提交」"):
            moving.submit(version=old, by=self.w.author)
        self.assertEqual(AuditEvent.objects.count(), events)

    def test_what_was_edited_after_the_reviewer_looked_is_not_approved(self):
        self.hand_in()
        seen = self.version.sha256
        moving.recall(version=self.version, by=self.w.author)
        PlanSection.objects.filter(version=self.version, code="C2.1").update(text="改过了。")
        self.hand_in()

        self.assertNotEqual(seen, self.version.sha256)
        for sha256 in (seen, "", "0" * 64):
            with self.assertRaisesRegex(PlanError, "没有办理"):
                moving.approve(version=self.version, seen_sha256=sha256, by=self.w.head)
        self.version.refresh_from_db()
        self.assertEqual(self.version.state, "submitted")

    def test_an_amendment_copies_all_and_takes_the_place_only_when_approved(self):
        self.hand_in()
        self.approve()
        moving.begin_execution(version=self.version, by=self.w.author)
        with self.assertRaisesRegex(PlanError, "为什么要修订"):
            moving.amend(version=self.version, reason=" ", by=self.w.author)
        made = moving.amend(version=self.version, reason="客户增加预算", by=self.w.author)

        self.assertEqual((made.number, made.state, self.counted()), (2, "drafting", self.version))
        self.assertEqual(self.plan.current, made)
        old, new = snapshot_of(self.version), snapshot_of(made)
        for part in ("outline", "sections", "rows", "targets", "sums"):
            self.assertEqual(new[part], old[part], part)
        with self.assertRaisesRegex(PlanError, "已有一个版本"):
            moving.amend(version=self.version, reason="再来", by=self.w.author)

        self.hand_in(made)
        self.assertEqual(self.counted(), made)
        moving.return_(version=made, comments={"C3.1": "太低"}, by=self.w.head)
        self.assertEqual(self.counted(), self.version)  # the approved one has its place again
        self.hand_in(made)
        self.approve(made)
        self.version.refresh_from_db()
        self.assertEqual((self.version.state, self.counted()), ("superseded", made))

    def test_a_discarded_amendment_leaves_the_approved_version(self):
        self.hand_in()
        self.approve()
        made = moving.amend(version=self.version, reason="试改", by=self.w.author)
        moving.discard(version=made, reason="不改了", by=self.w.author)

        self.assertEqual((self.counted(), self.plan.current), (self.version, self.version))
        again = moving.amend(version=self.version, reason="还是要改", by=self.w.author)
        self.assertEqual(again.number, 3)

    def test_what_was_discarded_alone_can_be_begun_again(self):
        moving.discard(version=self.version, reason="写错了", by=self.w.author)
        self.plan.refresh_from_db()
        self.assertEqual((self.plan.current, self.plan.counted), (self.version, None))
        made = moving.amend(version=self.version, reason="重新编写", by=self.w.author)
        self.assertEqual((made.number, made.state), (2, "drafting"))

    def test_a_plan_is_not_closed_while_a_next_version_is_open(self):
        self.hand_in()
        self.approve()
        moving.begin_execution(version=self.version, by=self.w.author)
        made = moving.amend(version=self.version, reason="调整", by=self.w.author)
        with self.assertRaisesRegex(PlanError, "还有一个新版本"):
            moving.close(version=self.version, by=self.w.head)
        moving.discard(version=made, reason="不改了", by=self.w.author)
        moving.close(version=self.version, by=self.w.head)
        moving.archive(version=self.version, by=self.w.head)
        self.assertEqual((self.version.state, self.counted()), ("archived", self.version))

    def test_the_outline_is_reviewed_before_the_plan_is_written(self):
        plan = make_plan(author=self.w.author, prepares=True)
        version = plan.current
        with self.assertRaisesRegex(PlanError, "先写提纲"):
            moving.send_outline(version=version, by=self.w.author, outline=" ")
        moving.send_outline(version=version, by=self.w.author, outline="一、现状")
        with self.assertRaisesRegex(PlanError, "写明要改什么"):
            moving.review_outline(version=version, is_accepted=False, by=self.w.head)
        moving.review_outline(version=version, is_accepted=False, note="太短", by=self.w.head)
        self.assertEqual(version.state, "preparing")
        moving.send_outline(version=version, by=self.w.author, outline="一、现状 二、机会")
        with self.assertRaisesRegex(PlanError, "没有办理"):
            moving.review_outline(
                version=version, is_accepted=True, seen_sha256="0" * 64, by=self.w.head
            )
        moving.review_outline(
            version=version, is_accepted=True, seen_sha256=outline_sha256(version), by=self.w.head
        )
        self.assertEqual((version.state, version.outline), ("drafting", "一、现状 二、机会"))

    def test_sums_above_are_those_of_the_roll_up(self):
        author = self.w.industry_manager
        annual = make_plan("annual_market", author=author, branch=author.branch)
        middle = make_plan("key_industry", author=author, industry=self.plan.industry)
        reviewing.fill(middle, q1="5.00")
        self.hand_in()
        for counted in (False, True):
            if counted:
                moving.submit(version=middle.current, by=author)
            for plan in (annual, middle):
                plan.refresh_from_db()
                found = snapshot_of(plan.current)
                told = {kind: five for kind, five in found["sums"].items() if five[4] != "0.00"}
                summed = {
                    kind: [f"{value:.2f}" for value in five]
                    for kind, five in rollup(plan).totals.items()
                    if five[4]
                }
                self.assertEqual(told, summed, (plan.kind, counted))
        self.assertEqual(found["rollup"][0]["number"], self.plan.number)

    def test_at_night_the_duty_goes_to_who_may_decide(self):
        self.hand_in()
        self.assertEqual(asking.follow_reviewers(), 0)
        Obligation.objects.filter(pk=self.duty().pk).update(owner=self.w.colleague)
        self.assertEqual((asking.follow_reviewers(), self.duty().owner), (1, self.w.head))
        User.objects.filter(pk=self.w.head.pk).update(role="account_manager")
        self.assertEqual((asking.follow_reviewers(), self.duty().owner), (1, self.w.director))
        self.assertEqual(asking.follow_reviewers(), 0)
