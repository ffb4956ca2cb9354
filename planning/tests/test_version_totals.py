"""What the database writes down of a version when it is handed in (migration 0009, R41)."""

from collections import defaultdict
from decimal import Decimal as D

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.tests.factories import make_industry
from planning.models import (
    IN_REVIEW,
    SEALED,
    MarketingPlan,
    PlanTargetLine,
    PlanVersion,
    VersionTotal,
)  # fmt: skip
from planning.target_rules import QUARTERS
from planning.tests import reviewing
from planning.tests.factories import make_plan, set_state

FIRST_OF_Q1 = ("0.10", "0.20", "-0.30", "0.15", "0.07")
FROZEN = (*IN_REVIEW, *SEALED)


def adjust(version, *amounts, kind="increment"):
    for amount in amounts:
        PlanTargetLine.objects.create(
            version=version, kind=kind, business_line="data", is_adjustment=True, reason="外",
            q1=D(amount), q2=D(amount) * 10,
        )  # fmt: skip


def above(code="FIN"):
    """A version whose lines are adjustments, none of them yet."""
    return make_plan("key_industry", industry=make_industry(code)).current


def added_up(rows) -> dict:
    found = defaultdict(lambda: [D(0)] * 4)
    for version, kind, *amounts in rows.values_list("version", "kind", *QUARTERS):
        found[version, kind] = [a + b for a, b in zip(found[version, kind], amounts, strict=True)]
    return dict(found)


def frozen_lines() -> dict:
    return added_up(PlanTargetLine.objects.filter(version__state__in=FROZEN))


@pytest.mark.django_db
def test_what_was_handed_in_is_what_its_lines_come_to():
    version = above()
    adjust(version, *FIRST_OF_Q1)
    adjust(version, "-5", kind="stock")
    set_state(version, "submitted")
    assert added_up(version.totals) == frozen_lines()
    assert version.totals.get(kind="increment").q1 == D("0.22")


@pytest.mark.django_db
def test_what_came_back_is_added_up_again():
    version = above()
    adjust(version, "1")
    adjust(version, "2", kind="stock")
    set_state(version, "submitted")
    set_state(version, "returned")
    version.targets.filter(kind="stock").delete()
    adjust(version, "3")
    set_state(version, "dept_review")
    assert list(version.totals.values_list("kind", "q1")) == [("increment", D(4))]
    set_state(version, "returned")
    version.targets.all().delete()
    set_state(version, "submitted")
    assert not version.totals.exists()


@pytest.mark.django_db
def test_many_at_once_and_a_version_that_is_deleted():
    versions = [above(), reviewing.world().version]
    adjust(versions[0], "1.50")
    PlanVersion.objects.update(state="submitted")
    assert added_up(VersionTotal.objects) == frozen_lines() != {}
    PlanVersion.objects.update(state="returned")
    MarketingPlan.objects.update(current=None)
    versions[1].plan.delete()
    assert list(VersionTotal.objects.values_list("version")) == [(versions[0].pk,)]


def migrate(name: str) -> None:
    MigrationExecutor(connection).migrate([("planning", name)])


@pytest.mark.django_db(transaction=True)
def test_what_was_handed_in_before_the_migration_is_added_up_by_it():
    of_head, being_written = reviewing.world(), above("GOV")
    reviewing.approved(of_head.plan, by=of_head.head)
    waits = above()
    adjust(waits, *FIRST_OF_Q1)
    adjust(being_written, "7")
    set_state(waits, "submitted")
    there = added_up(VersionTotal.objects)
    migrate("0008_last_year_from_bills")
    try:
        set_state(waits, "returned")
        adjust(waits, "1")
        set_state(waits, "submitted")
    finally:
        migrate("0009_totals_of_versions")
    now = added_up(VersionTotal.objects)
    assert now == frozen_lines()
    assert now.keys() == there.keys()
    set_state(being_written, "submitted")  # and the triggers are there again
    assert being_written.totals.get().q1 == 7
