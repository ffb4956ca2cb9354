"""D29, D16: who has a part in a version never approves it, by no path."""

from datetime import date

from django.db import DatabaseError, transaction
from django.test import TestCase

from accounts.tests.factories import make_industry
from core import audit
from planning.actions import moving
from planning.actions.errors import PlanError
from planning.actions.rights import may_review, reviewer_of
from planning.models import MarketingPlan, PlanRow, PlanSection, PlanVersion, SectionText
from planning.tests import reviewing
from planning.tests.factories import make_plan
from staff.models import User
from staff.tests.factories import make_absence, make_user

ALWAYS = (date(2020, 1, 1), date(2099, 12, 31))


def fresh(user):
    """As the next request would load the person."""
    return User.objects.select_related("department").get(pk=user.pk)


class FourEyesTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.w = reviewing.world()

    def setUp(self):
        self.plan, self.version = self.w.plan, self.w.version

    def refused(self, user, version=None):
        version = version or self.version
        user = fresh(user)
        self.assertFalse(may_review(version, user))
        before = PlanVersion.objects.filter(pk=version.pk).values().get()
        for act in (
            lambda: moving.approve(version=version, seen_sha256=version.sha256, by=user),
            lambda: moving.return_(version=version, comments={"C1.1": "x"}, by=user),
            lambda: moving.take_up(version=version, by=user),
        ):
            with self.assertRaisesRegex(PlanError, "不由您审核"):
                act()
        self.assertEqual(PlanVersion.objects.filter(pk=version.pk).values().get(), before)

    def approves(self, user, version=None):
        version = version or self.version
        moving.approve(version=version, seen_sha256=version.sha256, by=fresh(user))
        self.assertEqual(version.approved_by, user)

    def test_the_delegate_of_the_head_approves_but_not_the_author_as_delegate(self):
        make_absence(self.w.head, self.w.author, *ALWAYS)
        reviewing.submitted(self.plan)
        self.refused(self.w.author)
        self.w.head.absences.all().delete()
        make_absence(self.w.head, self.w.colleague, *ALWAYS)
        self.approves(self.w.colleague)

    def test_the_author_who_has_become_head_or_director(self):
        reviewing.submitted(self.plan)
        for role in ("dept_head", "branch_director"):
            User.objects.filter(pk=self.w.author.pk).update(role=role)
            self.refused(self.w.author)

    def test_the_former_author_after_the_plan_was_given_to_another(self):
        MarketingPlan.objects.filter(pk=self.plan.pk).update(author=self.w.colleague)
        reviewing.submitted(self.plan, by=self.w.author)
        User.objects.filter(pk=self.w.author.pk).update(role="dept_head")
        self.version.plan.refresh_from_db()
        self.refused(self.w.author)

    def test_who_handed_it_in_for_the_author(self):
        make_absence(self.w.author, self.w.head, *ALWAYS)
        reviewing.submitted(self.plan, by=fresh(self.w.head))
        self.refused(self.w.head)
        self.approves(self.w.director)  # nobody else is left above it

    def test_a_head_who_wrote_one_word_in_it(self):
        PlanSection.objects.filter(version=self.version, code="C2.1").update(updated_by=self.w.head)
        reviewing.submitted(self.plan)
        self.refused(self.w.head)
        self.assertEqual(reviewer_of(self.plan, self.version), self.w.director)
        self.approves(self.w.director)

    def test_a_head_whose_words_were_replaced_or_deleted_later(self):
        section = self.version.sections.get(code="C2.1")
        SectionText.objects.create(
            section=section, edit=9, text="旧", by=self.w.head, at=self.version.created_at
        )
        reviewing.submitted(self.plan)
        self.refused(self.w.head)
        audit.record(verb="plan.row_deleted", target=self.version, by=self.w.director)
        self.refused(self.w.director)

    def test_words_taken_over_by_an_amendment_keep_their_writer(self):
        PlanRow.objects.filter(version=self.version, table="network").update(updated_by=self.w.head)
        reviewing.submitted(self.plan)
        self.approves(self.w.director)
        made = moving.amend(version=self.version, reason="调整", by=self.w.author)
        moving.submit(version=made, by=self.w.author)
        self.refused(self.w.head, made)

    def test_the_head_of_another_department_and_the_director_do_not_decide(self):
        reviewing.submitted(self.plan)
        self.refused(self.w.other_head)
        self.refused(self.w.director)
        self.approves(self.w.head)

    def test_a_head_who_only_had_it_begun_reviews_it(self):
        plan = make_plan(author=self.w.author, by=self.w.head)
        reviewing.fill(plan)
        self.approves(self.w.head, reviewing.submitted(plan))

    def test_what_a_head_wrote_goes_to_the_director(self):
        plan = make_plan(author=self.w.head)
        reviewing.fill(plan)
        version = reviewing.submitted(plan)
        make_user("dept_head", department=self.w.here)
        self.refused(self.w.head, version)
        moving.take_up(version=version, by=self.w.director)
        self.assertEqual(version.state, "director_review")
        self.approves(self.w.director, version)

    def test_industry_ends_at_the_head_and_annual_at_the_director(self):
        author = self.w.industry_manager
        for kind, judge, other in (
            ("key_industry", self.w.head, self.w.director),
            ("annual_market", self.w.director, self.w.head),
        ):
            plan = make_plan(kind, author=author, industry=make_industry())
            reviewing.fill(plan)
            version = reviewing.submitted(plan)
            self.refused(other, version)
            self.approves(judge, version)

    def test_the_database_refuses_it_too(self):
        version = reviewing.submitted(self.plan)
        PlanVersion.objects.filter(pk=version.pk).update(state="drafting")
        PlanRow.objects.filter(version=version, table="voice").update(updated_by=self.w.head)
        PlanVersion.objects.filter(pk=version.pk).update(state="submitted")
        for person in (self.w.author, self.w.head):
            with self.assertRaises(DatabaseError), transaction.atomic():
                PlanVersion.objects.filter(pk=version.pk).update(
                    state="approved", approved_by=person, approved_at=version.submitted_at
                )
        version.refresh_from_db()
        self.assertEqual(version.state, "submitted")

    def test_with_nobody_left_it_cannot_be_handed_in(self):
        for person in (self.w.head, self.w.director):
            audit.record(verb="plan.section_saved", target=self.version, by=person)
        with self.assertRaisesRegex(PlanError, "没有可以审核"):
            moving.submit(version=self.version, by=self.w.author)
