"""放弃评估: asked at publication, decided by people, never automatic (R59)."""

from decimal import Decimal

import pytest
from django.urls import reverse

from core.models import Parameter
from valuation.actions import abandoning, publishing
from valuation.actions.errors import ValuationError
from valuation.models import AbandonReview, CustomerMeasure
from valuation.tests import golden
from valuation.tests.run_factories import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return Office()


def risky(office, **fields):
    """A poor customer of bad credit that demands much."""
    customer = office.customer(500, **fields)
    CustomerMeasure.objects.filter(customer=customer).update(
        quality_extra_cost_ratio="0.30", credit_grade="D", satisfaction=10
    )
    office.potential(customer, 20)
    return customer


@pytest.fixture
def review(office):
    customer = risky(office)
    office.potential(office.customer(200_000), 100)
    office.published()
    return AbandonReview.objects.get(customer=customer)


def test_the_golden_customers_and_no_others():
    made = golden.make_forty()
    office = Office(manager=made["C0001"].manager)
    run = office.computed(as_of=golden.TODAY)
    publishing.review(run=run, by=office.head)
    assert not AbandonReview.objects.exists()
    publishing.publish(run=run, by=office.director)
    found = dict(AbandonReview.objects.values_list("customer__code", "rule"))
    assert found == {"C0006": "both", "C0029": "A2", "C0039": "both"}


def test_public_bodies_are_never_asked_about(office):
    risky(office, industry="GOV")
    office.potential(office.customer(200_000), 100)
    office.published()
    assert not AbandonReview.objects.exists()


def test_whom_a_file_or_an_industry_says_so_of_is_never_asked_about(office):
    risky(office, is_public_duty=True)
    water = risky(office, industry="WATER").industry
    water.is_public_duty = True
    water.save()
    asked = risky(office)
    for _ in range(4):  # so that the median lies above the poor
        office.potential(office.customer(200_000), 100)
    office.published()
    assert [row.customer for row in AbandonReview.objects.all()] == [asked]


def test_it_is_said_in_the_file_of_a_customer(client, office):
    customer = risky(office)
    client.force_login(office.manager)
    url = reverse("accounts:customer_edit", args=[customer.pk])
    assert "党政军或承担普遍服务、应急保障" in client.get(url).content.decode()
    values = {
        "name": customer.name, "industry": customer.industry_id, "grade": customer.grade,
        "relationship_stage": customer.relationship_stage, "is_managed": "on",
        "is_public_duty": "on", "seen_at": customer.updated_at.isoformat(),
    }  # fmt: skip
    assert client.post(url, values).status_code == 302
    customer.refresh_from_db()
    assert customer.is_public_duty
    office.potential(office.customer(200_000), 100)
    office.published()
    assert not AbandonReview.objects.exists()


@pytest.mark.parametrize(
    ("key", "value"), [("abandon_quality_ratio", "0.31"), ("abandon_credit_grade", "C")]
)
def test_the_limits_are_parameters(office, key, value):
    Parameter.objects.filter(key=key).update(value=value)
    risky(office)
    office.potential(office.customer(200_000), 100)
    office.published()
    assert not AbandonReview.objects.exists()


def test_the_evidence_stays_as_it_was(review):
    CustomerMeasure.objects.update(quality_extra_cost_ratio="0.90")
    review.refresh_from_db()
    assert Decimal(review.evidence["quality_ratio"]) == Decimal("0.30")
    assert (review.rule, review.evidence["credit"]) == ("A2", "D")


def test_a_decision_changes_nothing_of_the_customer(office, review):
    before = (review.customer.grade, review.customer.is_managed, review.customer.lifecycle)
    abandoning.decide(review=review, decision="abandon", note="长期亏损", by=office.head)
    review.customer.refresh_from_db()
    after = (review.customer.grade, review.customer.is_managed, review.customer.lifecycle)
    assert before == after
    assert (review.decision, review.decided_by) == ("abandon", office.head)


def test_it_is_decided_once_and_only_while_its_run_counts(office, review):
    abandoning.decide(review=review, decision="keep", note="明年有项目", by=office.director)
    with pytest.raises(ValuationError, match="状态已变更"):
        abandoning.decide(review=review, decision="abandon", note="不", by=office.head)
    office.published()
    newer = AbandonReview.objects.get(decision="")
    office.published()
    with pytest.raises(ValuationError, match="状态已变更"):
        abandoning.decide(review=newer, decision="keep", note="不", by=office.head)


def test_the_head_of_another_department_and_the_manager_may_not(office, review):
    for who in (office.other_head, office.manager):
        with pytest.raises(ValuationError, match="只有"):
            abandoning.decide(review=review, decision="keep", note="不", by=who)


class TestPages:
    def test_the_head_sees_the_question_and_answers_it(self, client, office, review):
        client.force_login(office.head)
        page = client.get(reverse("valuation:abandon_list"))
        url = reverse("valuation:abandon_decide", args=[review.pk])
        assert review.customer.name in page.content.decode()
        assert url in page.content.decode()
        assert "0.30" in client.get(url).content.decode()
        answer = client.post(url, {"decision": "downgrade_service", "note": "改为远程服务"})
        assert answer.status_code == 302
        review.refresh_from_db()
        assert review.decision == "downgrade_service"
        decided = client.get(reverse("valuation:abandon_list") + "?part=decided").content.decode()
        assert "改为远程服务" in decided

    def test_without_a_reason_nothing_is_decided(self, client, office, review):
        client.force_login(office.head)
        url = reverse("valuation:abandon_decide", args=[review.pk])
        answer = client.post(url, {"decision": "abandon", "note": ""})
        assert answer.status_code == 422
        assert "请写明说明" in answer.content.decode()
        review.refresh_from_db()
        assert review.decision == ""

    @pytest.mark.parametrize(
        ("who", "code"), [("other_head", 404), ("manager", 403), ("auditor", 403)]
    )
    def test_who_may_not_decide(self, client, office, review, who, code):
        client.force_login(getattr(office, who))
        url = reverse("valuation:abandon_decide", args=[review.pk])
        assert client.get(url).status_code == code
        assert client.post(url, {"decision": "keep", "note": "x"}).status_code == code
