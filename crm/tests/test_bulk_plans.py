"""bulk_demo --plans: plans that the product would accept, and add up."""

import io

import pytest
from django.core.management import call_command

from planning import rollup_reports
from planning.models import COUNTED, MarketingPlan, PlanTargetLine, PlanVersion
from planning.tests.walking import independent_sums


@pytest.mark.django_db
def test_plans_hang_together_and_add_up():
    call_command("bulk_demo", "--customers", "20", "--plans", "60", stdout=io.StringIO())
    plans = MarketingPlan.objects.select_related("current", "counted")
    assert plans.count() == 60
    assert PlanTargetLine.objects.count() > 35 * plans.filter(kind="key_customer").count()
    assert all(plan.counted.state in COUNTED for plan in plans if plan.counted_id)
    assert not plans.filter(current=None).exists()
    assert set(PlanVersion.objects.values_list("state", flat=True)) >= {"submitted", "superseded"}
    sums = independent_sums()
    for plan in plans.exclude(kind="key_customer"):
        rolled = rollup_reports.rollup(plan).totals
        assert {kind: five[:4] for kind, five in rolled.items()} == sums[plan.pk]
