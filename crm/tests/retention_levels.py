"""Ten cases of the demo: what the night finds of them, and how far they are (§E.5).

Part of test_demo.py, which loads the demo once for all that look at it.
"""

from collections import Counter
from datetime import datetime

from accounts.models import Customer
from core.rules import SHANGHAI
from crm.demo import retention
from planning.actions.retention_warning import warn
from planning.models import (
    CustomerRisk,
    RetentionCase,
    RetentionMember,
    RetentionResource,
    RetentionTarget,
)
from planning.retention_kept_reports import billed_until, rows_of
from staff.models import User

CODES = [code for _, members in retention.LISTS.values() for code in members]
NINE = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)
"""As of which test_demo.py loads it."""


class RetentionLevels:
    def ten(self):
        cases = RetentionCase.objects.filter(customer__code__in=CODES)
        return {case.customer.code: case for case in cases.select_related("customer")}

    def test_each_of_the_ten_on_a_list_has_one_case_of_the_lists_tier(self):
        members = RetentionMember.objects.values_list("customer__code", "retention_list__tier")
        assert {code: case.tier for code, case in self.ten().items()} == dict(members)
        assert len(self.ten()) == RetentionMember.objects.count() == len(CODES) == 10
        assert RetentionCase.objects.count() == 10

    def test_two_are_red_two_orange_three_yellow_and_three_green(self):
        found = Counter(case.risk for case in self.ten().values())
        assert found == {"red": 2, "orange": 2, "yellow": 3, "green": 3}
        assert self.ten()["C0005"].risk == "orange"  # R1
        assert "没有续约商机" in self.ten()["C0005"].risk_reason
        assert self.ten()["C0029"].risk in ("yellow", "orange")  # R2

    def test_the_level_of_a_case_is_the_customers_and_another_look_changes_none(self):
        risks = dict(CustomerRisk.objects.values_list("customer__code", "level"))
        for code, case in self.ten().items():
            assert case.risk == risks.get(code, "green"), code
        mine = [case.customer_id for case in self.ten().values()]
        assert warn(now=NINE, customers=Customer.objects.filter(pk__in=mine)) == 0

    def test_one_is_watched_and_the_others_are_drafts(self):
        states = Counter(case.state for case in self.ten().values())
        assert states == {"monitoring": 1, "draft": 9}
        watched = self.ten()["C0007"]
        assert watched.state == "monitoring" and watched.next_review_on
        granted = RetentionResource.objects.filter(state="approved")
        assert {row.case_id for row in granted} == {watched.pk}
        assert sum(row.amount for row in granted) <= watched.budget

    def test_the_targets_of_this_year_stand_beside_what_was_kept(self):
        director = User.objects.get(username="director")
        until = billed_until(director.branch, 2026, NINE.date())
        rows = rows_of(list(RetentionTarget.objects.filter(year=2026)), until, director)
        assert len(rows) == 5
        assert all(row.kept.rate and row.kept.base for row in rows)
