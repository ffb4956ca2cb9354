"""Review and publication; what is published never changes (R51)."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.actions.merging import merge, undo_merge
from core.models import AuditEvent
from valuation.actions import publishing
from valuation.actions.errors import ValuationError
from valuation.models import CustomerValuation, ValuationRun
from valuation.tests.run_factories import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    office = Office()
    office.customer()
    return office


def test_who_started_a_run_does_not_review_it(office):
    run = office.computed(by=office.head)
    with pytest.raises(ValuationError, match="谁发起"):
        publishing.review(run=run, by=office.head)
    publishing.review(run=run, by=office.other_head, note="看过了")
    run.refresh_from_db()
    assert (run.state, run.reviewed_by, run.review_note) == (
        "reviewed",
        office.other_head,
        "看过了",
    )


@pytest.mark.parametrize("who", ["manager", "auditor"])
def test_only_a_head_or_the_director_reviews(office, who):
    with pytest.raises(ValuationError):
        publishing.review(run=office.computed(), by=getattr(office, who))


def test_a_run_is_not_published_before_its_review(office):
    run = office.computed()
    with pytest.raises(ValuationError, match="状态已变更"):
        publishing.publish(run=run, by=office.director)
    assert not ValuationRun.objects.published().exists()


def test_the_new_one_takes_the_place_of_the_former_one(office):
    first = office.published(as_of=date(2026, 11, 14))
    second = office.published()
    first.refresh_from_db()
    assert (first.state, second.state) == ("superseded", "published")
    verbs = AuditEvent.objects.filter(target_type="valuation.valuationrun").values_list("verb")
    assert ("valuation.published",) in verbs


def test_an_older_day_never_replaces_a_newer_one(office):
    office.published()
    older = office.reviewed(as_of=date(2026, 11, 14))
    with pytest.raises(ValuationError, match="更晚"):
        publishing.publish(run=older, by=office.director)


def test_a_refused_publication_leaves_the_former_one_in_place(office):
    first = office.published(as_of=date(2026, 11, 14))
    second = office.computed()
    with pytest.raises(ValuationError):
        publishing.publish(run=second, by=office.director)
    first.refresh_from_db()
    assert first.state == "published"


class TestTheDatabaseRefuses:
    @pytest.fixture(params=["published", "superseded"])
    def run(self, request, office):
        run = office.published(as_of=date(2026, 11, 14))
        if request.param == "superseded":
            office.published()
            run.refresh_from_db()
        assert run.state == request.param
        return run

    @pytest.mark.parametrize(
        "change",
        [
            lambda run: run.results.update(composite=99),
            lambda run: run.results.update(indicators={}),
            lambda run: run.results.update(run=ValuationRun.objects.create(
                branch=run.branch, model=run.model, as_of=run.as_of, cut_method="mean")),
            lambda run: run.results.all().delete(),
            lambda run: CustomerValuation.objects.create(run=run),
            lambda run: ValuationRun.objects.filter(pk=run.pk).update(cuts={}),
            lambda run: ValuationRun.objects.filter(pk=run.pk).update(missing={}),
            lambda run: ValuationRun.objects.filter(pk=run.pk).update(state="draft"),
            lambda run: ValuationRun.objects.filter(pk=run.pk).delete(),
        ],
        ids=["score", "lines", "move", "delete", "add", "cuts", "missing", "state", "delete run"],
    )  # fmt: skip
    def test_any_change_of_what_was_published(self, run, change):
        with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
            change(run)

    def test_raw_sql_as_well(self, run):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE valuation_customervaluation SET rank = 1, profit = 0")


def test_no_result_joins_a_published_run_from_another(office):
    published = office.published(as_of=date(2026, 11, 14))
    other = office.computed()
    with pytest.raises(IntegrityError), transaction.atomic():
        other.results.update(run=published, customer=None)


def test_a_merge_leaves_the_numbers_and_its_undo_brings_the_names_back(office):
    kept, gone = office.customer(50_000), office.customer(7_000)
    run = office.published()
    pk = run.results.get(customer=gone).pk
    before = list(run.results.order_by("pk").values("pk", "composite", "rank", "indicators"))
    done = merge(kept=kept, gone=gone, by=office.head)
    assert (
        list(run.results.order_by("pk").values("pk", "composite", "rank", "indicators")) == before
    )
    assert CustomerValuation.objects.get(pk=pk).customer is None
    undo_merge(merge=done, by=office.head)
    assert CustomerValuation.objects.get(pk=pk).customer_id == gone.pk
