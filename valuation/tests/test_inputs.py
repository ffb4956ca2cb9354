"""Raw values by hand: measures, ratings of two, the head's decision, overrides (R53–R56)."""

from datetime import timedelta
from decimal import Decimal as D

from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from accounts.models import CommunicationBudget, CustomerAssignment, CustomerFinance
from accounts.tests.factories import make_customer
from core.models import AuditEvent
from staff.models import User
from staff.tests.factories import make_department, make_user
from valuation.actions import raw_values
from valuation.models import CustomerMeasure, ExpertRating, RatingArbitration, RawOverride

TODAY = timezone.localdate


class InputCase(TestCase):
    def setUp(self):
        self.manager = make_user()
        self.head = make_user(role=User.Role.DEPT_HEAD, department=self.manager.department)
        self.customer = make_customer(manager=self.manager)

    def url(self, name, *args):
        return reverse(f"valuation:{name}", args=[self.customer.pk, *args])

    def ask(self, user, url, data=None):
        self.client.force_login(user)
        return self.client.get(url) if data is None else self.client.post(url, data)

    def raw(self):
        return raw_values.gather([self.customer.pk], TODAY())[self.customer.pk]

    def others_are_refused(self, url, data):
        for user, status in ((make_user(), 404), (make_user(role=User.Role.AUDITOR), 403)):
            self.assertEqual(self.ask(user, url, data).status_code, status)


class InputsPageTests(InputCase):
    def test_each_value_says_where_it_comes_from_and_what_is_missing(self):
        page = self.ask(self.manager, self.url("inputs"))

        self.assertContains(page, "近 12 个月账单")
        self.assertContains(page, "缺数据")
        self.assertContains(page, "在办商机")

    def test_another_manager_gets_404_and_a_wrong_role_403(self):
        self.assertEqual(self.ask(make_user(), self.url("inputs")).status_code, 404)
        sysadmin = make_user(role=User.Role.SYSADMIN)
        self.assertEqual(self.ask(sysadmin, self.url("inputs")).status_code, 403)

    def test_an_auditor_reads_without_a_way_to_write(self):
        page = self.ask(make_user(role=User.Role.AUDITOR), self.url("inputs"))

        self.assertContains(page, "二十项取值")
        self.assertNotContains(page, self.url("measure_edit"))


class GrowthTests(InputCase):
    """PV1: the growth of the customer's revenue, or of its budget (§B.1)."""

    def budget(self, **years):
        for year, amount in years.items():
            CommunicationBudget.objects.create(
                customer=self.customer, year=int(year[1:]), kind="network", amount_wan=amount
            )

    def test_without_a_growth_of_its_own_that_of_the_budget_counts(self):
        now = TODAY().year
        self.budget(**{f"y{now - 2}": 10, f"y{now - 1}": 80, f"y{now}": 90})
        self.assertEqual(self.raw().values["PV1"], D("12.5"))
        CustomerFinance.objects.create(customer=self.customer, year=now - 1, growth_percent=3)
        self.assertEqual(self.raw().values["PV1"], 3)

    def test_a_year_between_or_nothing_before_is_no_growth(self):
        now = TODAY().year
        self.budget(**{f"y{now - 3}": 40, f"y{now - 2}": 80, f"y{now}": 90})
        self.assertNotIn("PV1", self.raw().values)
        self.budget(**{f"y{now - 1}": 0})
        self.assertNotIn("PV1", self.raw().values)


class MeasureTests(InputCase):
    def data(self, **more):
        month = TODAY().strftime("%Y-%m")
        known = {"month": month, "cost_service": "1200.50", "source": "月报", "seen_at": ""}
        return known | more

    def test_it_is_kept_and_written_down(self):
        response = self.ask(self.manager, self.url("measure_edit"), self.data(satisfaction="82"))

        self.assertRedirects(response, self.url("inputs"))
        row = CustomerMeasure.objects.get()
        self.assertEqual((row.cost_service, row.cost_om, row.entered_by), (
            D("1200.50"), None, self.manager))  # fmt: skip
        event = AuditEvent.objects.get(verb="valuation.measure_saved")
        self.assertEqual(event.changes["满意度（0–100）"], ["", "82"])
        self.assertEqual(self.raw().values["LY5"], 82)

    def test_a_month_that_is_there_is_not_overwritten_unseen(self):
        self.ask(self.manager, self.url("measure_edit"), self.data())
        response = self.ask(self.manager, self.url("measure_edit"), self.data(cost_service="9"))

        self.assertContains(response, "这个月已有数据", status_code=422)
        self.assertContains(response, 'value="9"', status_code=422)
        self.assertEqual(CustomerMeasure.objects.get().cost_service, D("1200.50"))

    def test_it_is_changed_from_the_page_that_showed_it(self):
        self.ask(self.manager, self.url("measure_edit"), self.data())
        url = f"{self.url('measure_edit')}?month={TODAY():%Y-%m}"
        seen = CustomerMeasure.objects.get().entered_at.isoformat()
        self.assertContains(self.ask(self.manager, url), seen)
        self.ask(self.manager, url, self.data(seen_at=seen, cost_service="1300"))

        self.assertEqual(CustomerMeasure.objects.get().cost_service, 1300)

    def test_bad_figures_are_refused_at_their_fields(self):
        bad = {"satisfaction": "101", "price_sensitivity": "6", "cost_om": "-1", "month": "2199-01"}
        page = self.ask(self.manager, self.url("measure_edit"), self.data(**bad))

        self.assertEqual(set(page.context["form"].errors), set(bad))
        self.assertFalse(CustomerMeasure.objects.exists())

    def test_others_are_refused(self):
        self.others_are_refused(self.url("measure_edit"), self.data())
        self.assertFalse(CustomerMeasure.objects.exists())


class RatingTests(InputCase):
    def rate(self, user, score, code="SI1", reason="在条线内牵头"):
        url = self.url("rating_edit", code)
        return self.ask(user, url, {"score": score, "reason": reason})

    def decide(self, user, score="3.5", **more):
        url = self.url("rating_arbitrate", "SI1")
        page = self.ask(user, url)
        if page.status_code != 200:
            return page
        seen = page.context["form"].initial["seen_scores"]
        return self.ask(user, url, {"score": score, "reason": "折中", "seen_scores": seen} | more)

    def disputed(self):
        expert = make_user(role=User.Role.INDUSTRY_MANAGER, department=self.manager.department)
        self.customer.industry.managers.add(expert)
        self.rate(self.manager, 2)
        self.rate(expert, 4)
        return expert

    def test_one_rating_counts_and_is_flagged_two_are_averaged(self):
        self.assertRedirects(self.rate(self.manager, 3), self.url("inputs"))
        self.assertEqual((self.raw().values["SI1"], self.raw().notes["SI1"]), (60, "single"))
        self.rate(self.head, 4)
        self.assertEqual(self.raw().values["SI1"], 70)
        self.assertNotIn("SI1", self.raw().notes)

    def test_only_the_own_rating_is_changed(self):
        self.rate(self.manager, 3)
        self.rate(self.manager, 4)
        self.assertEqual([row.score for row in ExpertRating.objects.all()], [4])

    def test_there_is_no_third_rater(self):
        expert = self.disputed()
        response = self.rate(self.head, 3)
        self.assertContains(response, "已有两位评分人", status_code=422)
        self.assertEqual({row.rater for row in ExpertRating.objects.all()}, {self.manager, expert})

    def test_who_has_left_or_lost_the_customer_gives_way(self):
        expert = self.disputed()
        self.decide(self.head)
        new = make_user(department=self.manager.department)
        CustomerAssignment.objects.filter(customer=self.customer).update(user=new)
        type(self.customer).objects.filter(pk=self.customer.pk).update(manager=new)
        self.assertContains(self.ask(new, self.url("inputs")), self.url("rating_edit", "SI1"))
        self.assertRedirects(self.rate(new, 3), self.url("inputs"))
        self.assertEqual({row.rater for row in ExpertRating.objects.all()}, {new, expert})
        self.assertFalse(RatingArbitration.objects.exists())
        self.assertEqual(self.raw().values["SI1"], 70)
        event = AuditEvent.objects.filter(verb="valuation.rated").first()
        self.assertEqual(event.changes["接替"], [f"{self.manager.name} 2", ""])
        self.assertContains(self.rate(self.head, 3), "已有两位评分人", status_code=422)
        expert.state, expert.left_on = User.State.LEFT, TODAY()
        expert.save()
        self.assertRedirects(self.rate(self.head, 3), self.url("inputs"))
        self.assertEqual({row.rater for row in ExpertRating.objects.all()}, {new, self.head})

    def test_a_rating_needs_its_reason(self):
        page = self.rate(self.manager, 3, reason=" ")
        self.assertIn("reason", page.context["form"].errors)
        self.assertFalse(ExpertRating.objects.exists())

    def test_two_apart_have_no_value_until_the_head_decides(self):
        self.disputed()
        self.assertEqual(self.raw().notes["SI1"], "disputed")
        self.assertNotIn("SI1", self.raw().values)
        self.assertRedirects(self.decide(self.head), self.url("inputs"))
        self.assertEqual((self.raw().values["SI1"], self.raw().notes["SI1"]), (70, "arbitrated"))

    def test_a_later_rating_lifts_the_decision(self):
        self.disputed()
        self.decide(self.head)
        self.rate(self.manager, 1)
        self.assertFalse(RatingArbitration.objects.exists())
        self.assertEqual(self.raw().notes["SI1"], "disputed")

    def test_a_rater_never_decides_and_the_director_does_where_the_head_rated(self):
        director = make_user(role=User.Role.BRANCH_DIRECTOR, department=None)
        self.rate(self.manager, 1)
        self.rate(self.head, 5)
        self.assertEqual(self.decide(self.head).status_code, 403)
        self.assertEqual(self.decide(self.manager).status_code, 403)
        self.assertRedirects(self.decide(director), self.url("inputs"))

    def test_the_head_of_another_department_does_not_find_the_customer(self):
        self.disputed()
        other = make_user(role=User.Role.DEPT_HEAD, department=make_department())
        self.assertEqual(self.decide(other).status_code, 404)

    def test_a_decision_on_ratings_that_changed_meanwhile_is_refused(self):
        self.disputed()
        response = self.decide(self.head, seen_scores="1:1,2:5")
        self.assertContains(response, "评分刚被修改", status_code=422)
        self.assertFalse(RatingArbitration.objects.exists())

    def test_an_unknown_indicator_is_404(self):
        self.assertEqual(self.rate(self.manager, 3, code="CV1").status_code, 404)


class OverrideTests(InputCase):
    def data(self, **more):
        until = (TODAY() + timedelta(days=30)).isoformat()
        known = {"indicator": "LY5", "value": "77", "reason": "口头回访", "expires_on": until}
        return known | more

    def test_it_counts_until_it_expires(self):
        self.assertRedirects(
            self.ask(self.manager, self.url("override_new"), self.data()), self.url("inputs")
        )
        self.assertEqual((self.raw().values["LY5"], self.raw().notes["LY5"]), (77, "override"))
        RawOverride.objects.update(expires_on=TODAY() - timedelta(days=1))
        self.assertNotIn("LY5", self.raw().values)

    def test_it_is_ended_once(self):
        self.ask(self.manager, self.url("override_new"), self.data())
        row = RawOverride.objects.get()
        url = reverse("valuation:override_end", args=[row.pk])
        for _ in range(2):
            self.ask(self.manager, url, {})
        self.assertNotIn("LY5", self.raw().values)
        self.assertEqual(AuditEvent.objects.filter(verb="valuation.override_ended").count(), 1)
        self.assertEqual(self.ask(self.manager, url).status_code, 405)
        self.assertEqual(self.ask(make_user(), url, {}).status_code, 404)

    def test_it_holds_a_year_at_the_longest_and_within_the_range(self):
        later = (TODAY() + timedelta(days=400)).isoformat()
        bad = self.data(expires_on=later, value="120", reason="")
        page = self.ask(self.manager, self.url("override_new"), bad)
        self.assertEqual(set(page.context["form"].errors), {"expires_on", "value", "reason"})
        self.assertFalse(RawOverride.objects.exists())

    def test_others_are_refused(self):
        self.others_are_refused(self.url("override_new"), self.data())
        self.assertFalse(RawOverride.objects.exists())
