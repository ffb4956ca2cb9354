"""A run from draft to computed: leases, attempts, scope, cuts, hysteresis (R51, R52, §B.2)."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.utils import timezone

from core.models import Parameter
from valuation import matrix_rules
from valuation.actions import computing, monthly, placing, publishing
from valuation.actions.errors import ValuationError
from valuation.models import CustomerValuation, RawOverride, ValuationRun, ValueModel
from valuation.tests.run_factories import AS_OF, Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return Office()


def test_a_run_scores_cuts_places_and_ranks_its_customers(office):
    small, large = office.customer(2_000), office.customer(200_000)
    run = office.computed()
    rows = {row.customer_id: row for row in run.results.all()}
    assert (run.total, run.done, run.lease_until, run.attempt) == (2, 2, None, 1)
    assert (rows[large.pk].rank, rows[small.pk].rank) == (1, 2)
    assert (rows[large.pk].revenue_rank, rows[small.pk].revenue_rank) == (1, 2)
    assert set(run.cuts) == {"current", "potential", "loyalty", "combined"}
    assert rows[large.pk].indicators["CV2"][:2] == ["200000", "80.00"]
    assert run.model_snapshot["code"] == "VM-1"
    assert run.missing["SI1"] == 2


def test_the_suggested_grades_begin_where_the_parameters_say(office):
    customer = office.customer(200_000)
    composite = office.computed().results.get(customer=customer).composite
    for value, grade in ((composite, "A"), (composite + 1, "B")):
        Parameter.objects.filter(key="value_grade_a").update(value=str(value))
        Parameter.objects.filter(key="value_grade_b").update(value="1")
        assert office.computed().results.get(customer=customer).grade == grade


def test_lost_customers_are_left_out_and_unmanaged_ones_have_no_place(office):
    office.customer(lifecycle="lost")
    unmanaged, managed = office.customer(is_managed=False), office.customer()
    run = office.computed()
    rows = {row.customer_id: row for row in run.results.all()}
    assert set(rows) == {unmanaged.pk, managed.pk}
    assert (rows[unmanaged.pk].rank, rows[unmanaged.pk].quadrant) == (None, "")
    assert rows[managed.pk].rank == 1


def test_an_industry_needs_five_customers_and_says_where_to_look(office):
    made = [office.customer(industry="EDU") for _ in range(4)]
    with pytest.raises(ValuationError, match="样本不足.*参考本地网"):
        office.started(industry=made[0].industry)
    assert not ValuationRun.objects.exists()
    office.customer(industry="EDU")
    office.customer(industry="FIN")
    assert office.computed(industry=made[0].industry).total == 5


def test_a_second_worker_leaves_a_run_alone_that_is_being_computed(office):
    office.customer()
    run = office.started()
    lease = timezone.now() + timedelta(minutes=3)
    ValuationRun.objects.filter(pk=run.pk).update(state="computing", attempt=1, lease_until=lease)
    assert computing.compute(run.pk) is False
    assert computing.waiting_runs() == []
    ValuationRun.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(1))
    assert computing.waiting_runs() == [run.pk]
    assert computing.compute(run.pk) is True
    run.refresh_from_db()
    assert (run.state, run.attempt) == ("computed", 2)


def test_who_has_lost_the_run_writes_no_row_any_more(office):
    office.customer()
    run = office.started()
    attempt = computing._claim(run.pk)
    run.refresh_from_db()
    mine = computing._Computation(run)
    assert attempt == 1
    ValuationRun.objects.filter(pk=run.pk).update(attempt=2)  # somebody else took it over
    with pytest.raises(computing.Lost):
        mine.go()
    assert not CustomerValuation.objects.exists()


def test_a_run_that_never_ends_fails_after_five_attempts(office):
    office.customer()
    run = office.started()
    past = timezone.now() - timedelta(minutes=1)
    ValuationRun.objects.filter(pk=run.pk).update(state="computing", attempt=5, lease_until=past)
    assert computing.compute(run.pk) is False
    run.refresh_from_db()
    assert (run.state, run.error) == ("failed", "多次计算都没有完成。")


def test_a_failed_run_may_be_computed_again_and_gives_the_same(office):
    office.customer()
    run = office.computed()
    first = list(run.results.values_list("customer", "composite", "rank", "indicators"))
    ValuationRun.objects.filter(pk=run.pk).update(state="failed", error="x")
    publishing.recompute(run=run, by=office.head)
    assert computing.compute(run.pk)
    assert list(run.results.values_list("customer", "composite", "rank", "indicators")) == first


def test_a_discarded_run_has_no_results_and_is_not_computed(office):
    office.customer()
    run = office.computed()
    publishing.discard(run=run, by=office.head)
    run.refresh_from_db()
    assert (run.state, run.results.count()) == ("discarded", 0)
    assert computing.compute(run.pk) is False
    with pytest.raises(ValuationError, match="状态已变更"):
        publishing.recompute(run=run, by=office.head)


def test_two_runs_of_one_scope_are_not_computed_at_once(office):
    office.customer()
    office.started()
    with pytest.raises(ValuationError, match="正在计算"):
        office.started()


def test_the_tally_says_the_same_cut_as_the_rule():
    chance = Random(5)
    for number in (0, 1, 2, 3, 10, 51):
        scores = [Decimal(chance.randint(0, 10_000)) / 100 for _ in range(number)]
        tally = placing.Tally()
        for score in scores:
            tally.add(score)
        for method in ("median", "mean", "fixed"):
            fixed = Decimal(60)
            assert tally.cut(method, fixed) == matrix_rules.cut(scores, method, fixed)


class TestHysteresis:
    @pytest.fixture
    def moved(self, office):
        """A customer high in potential, published; then as low as may be."""
        customer, other = office.customer(), office.customer()
        office.potential(customer, 100)
        office.potential(other, 20)
        office.published(as_of=date(2026, 11, 14))
        RawOverride.objects.filter(customer=customer).delete()
        office.potential(customer, 20)
        return customer

    def test_within_the_band_a_customer_keeps_its_side(self, office, moved):
        ValueModel.objects.update(stability_band=Decimal("41.00"), cut_method="fixed")
        row = office.computed().results.get(customer=moved)
        assert row.potential == 20
        assert row.quadrant in ("high_value", "latent_value")

    def test_at_the_end_of_the_band_it_moves(self, office, moved):
        ValueModel.objects.update(stability_band=Decimal("40.00"), cut_method="fixed")
        row = office.computed().results.get(customer=moved)
        assert row.quadrant in ("secondary_value", "low_value")

    def test_who_was_not_in_the_former_run_is_placed_by_the_cut(self, office, moved):
        ValueModel.objects.update(stability_band=Decimal("41.00"), cut_method="fixed")
        new = office.customer()
        office.potential(new, 20)
        assert office.computed().results.get(customer=new).quadrant == (
            "secondary_value" if new.valuations.get().current >= 60 else "low_value"
        )


def test_the_month_starts_the_branch_and_each_industry_once(office):
    for _ in range(5):
        office.customer(industry="FIN")
    for _ in range(4):
        office.customer(industry="EDU")
    runs = ValuationRun.objects.filter(pk__in=monthly.start_month())
    found = {(run.scope, run.industry and run.industry.code, run.run_by) for run in runs}
    assert found == {("local_network", None, None), ("industry", "FIN", None)}
    assert monthly.start_month() == []


def test_as_of_decides_what_is_read(office):
    customer = office.customer()
    RawOverride.objects.create(
        customer=customer, indicator="CV5", value=99_999, reason="测试", expires_on="2026-06-30",
        made_by=office.manager, made_at="2026-05-01T00:00Z",
    )  # fmt: skip
    now = office.computed(as_of=AS_OF).results.get()
    then = office.computed(as_of=date(2026, 5, 31)).results.get()
    assert (now.indicators["CV5"][0], then.indicators["CV5"][0]) == ("500", "99999")
