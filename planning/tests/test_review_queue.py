"""What waits for whom: the queue is exactly what one may decide, at a constant price."""

from datetime import date

from django.test import TestCase
from django.urls import reverse

from accounts.tests.factories import make_customer, make_industry
from core import audit
from planning.actions import moving
from planning.actions.rights import may_review
from planning.models import PlanSection, PlanVersion
from planning.queue_reports import WAITING, waiting_for
from planning.tests import reviewing
from planning.tests.factories import make_plan
from staff.models import User
from staff.tests.factories import make_absence, make_department, make_user


class QueueTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.w = w = reviewing.world()
        make_absence(w.other_head, w.colleague, date(2020, 1, 1), date(2099, 12, 31))
        below = make_department(parent=w.here)
        w.low_head = make_user("dept_head", department=below)
        headless = make_user(department=make_department())
        authors = [w.author, w.author, w.colleague, w.head, w.low_head, headless,
                   make_user(department=below), make_user(department=w.there)]  # fmt: skip
        plans = [w.plan, *(make_plan(customer=make_customer(manager=one)) for one in authors)]
        plans.append(make_plan("key_industry", author=w.industry_manager, industry=make_industry()))
        plans.append(make_plan("annual_market", author=w.industry_manager))
        plans.append(make_plan(author=w.author, prepares=True))
        versions = [plan.current for plan in plans]
        audit.record(verb="plan.row_deleted", target=versions[2], by=w.head)
        for plan in plans[1:-1]:
            reviewing.fill(plan)
        PlanSection.objects.filter(version=versions[1], code="C1.1").update(updated_by=w.head)
        for plan in plans[:-1]:
            moving.submit(version=plan.current, by=plan.author)
        moving.send_outline(version=versions[-1], by=w.author, outline="提纲")
        cls.versions = versions

    def test_the_queue_is_what_one_may_review(self):
        sizes = {}
        for user in User.objects.select_related("department"):
            mine = {
                one.pk
                for one in PlanVersion.objects.filter(state__in=WAITING).select_related(
                    "plan__author", "plan__department"
                )
                if may_review(one, user)
            }
            self.assertEqual(set(waiting_for(user).values_list("pk", flat=True)), mine, user)
            sizes[user.pk] = len(mine)
        for person in (self.w.head, self.w.director, self.w.low_head, self.w.colleague):
            self.assertTrue(sizes[person.pk], person.role)

    def test_the_page_says_since_when_and_until_when(self):
        self.client.force_login(self.w.head)
        page = self.client.get(reverse("planning:review_list"))
        self.assertContains(page, "KP-2027-")
        self.assertContains(page, "到期")
        self.assertContains(page, "提纲")
        everything = self.client.get(reverse("planning:review_list"), {"show": "all"})
        self.assertContains(everything, "审核人")

    def test_an_industry_plan_that_a_head_approved_is_told_to_the_director(self):
        version = next(v for v in self.versions if v.plan.kind == "key_industry")
        version.refresh_from_db()
        moving.approve(version=version, seen_sha256=version.sha256, by=self.w.head)
        self.client.force_login(self.w.director)
        page = self.client.get(reverse("planning:review_list"))
        self.assertContains(page, "近三十天批准的行业计划")
        self.assertContains(page, version.plan.number)
