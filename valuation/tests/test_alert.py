"""建议纳入名单制: found at publication, adopted or put aside by the head (R54)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import CustomerViewRevision
from valuation.actions import alerts
from valuation.actions.errors import ValuationError
from valuation.models import PotentialAlert
from valuation.tests.run_factories import AS_OF, Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return Office()


@pytest.fixture
def hidden(office):
    customer = office.customer(is_managed=False)
    office.potential(customer, 100)
    office.potential(office.customer(is_managed=False), 20)
    office.customer()
    return customer


@pytest.fixture
def alert(office, hidden):
    office.published(as_of=AS_OF - timedelta(days=1))
    return PotentialAlert.objects.get()


def test_only_the_unmanaged_one_with_high_potential_is_named(alert, hidden):
    assert (alert.customer, alert.potential, alert.state) == (hidden, Decimal(100), "open")


def test_the_top_tenth_of_the_managed_counts_where_it_is_lower(office):
    for _ in range(10):
        office.potential(office.customer(), 20)
    unmanaged = office.customer(is_managed=False)
    office.potential(unmanaged, 20)
    run = office.published()
    assert alerts.threshold(run) == 20
    assert PotentialAlert.objects.get().customer == unmanaged


def test_one_open_alert_a_customer_whatever_is_published(office, alert):
    office.published()
    assert PotentialAlert.objects.count() == 1


def test_who_was_put_aside_is_left_in_peace_for_half_a_year(office, alert):
    alerts.dismiss(alert=alert, note="正在破产清算", by=office.head)
    office.published()
    assert PotentialAlert.objects.filter(state="open").count() == 0
    PotentialAlert.objects.update(decided_at=alert.decided_at - timedelta(days=250))
    office.published()
    assert PotentialAlert.objects.filter(state="open").count() == 1


def test_adopting_writes_the_file_with_a_revision(office, alert):
    alerts.adopt(alert=alert, note="明年建新园区", by=office.head)
    alert.customer.refresh_from_db()
    assert alert.customer.is_managed
    assert alert.state == "adopted"
    assert CustomerViewRevision.objects.filter(
        customer=alert.customer, changed_by=office.head
    ).exists()
    with pytest.raises(ValuationError, match="状态已变更"):
        alerts.dismiss(alert=alert, note="不", by=office.head)


def test_an_industry_run_raises_none(office, hidden):
    for _ in range(5):
        office.customer()
    office.published(industry=hidden.industry)
    assert not PotentialAlert.objects.exists()


class TestPages:
    def test_the_head_adopts_from_the_list(self, client, office, alert):
        client.force_login(office.head)
        url = reverse("valuation:alert_decide", args=[alert.pk])
        assert url in client.get(reverse("valuation:alert_list")).content.decode()
        assert client.get(url).status_code == 200
        answer = client.post(url, {"answer": "adopt", "note": "有前途"})
        assert answer.status_code == 302
        alert.customer.refresh_from_db()
        assert alert.customer.is_managed

    def test_its_manager_reads_and_does_not_decide(self, client, office, alert):
        client.force_login(office.manager)
        page = client.get(reverse("valuation:alert_list")).content.decode()
        assert alert.customer.name in page
        url = reverse("valuation:alert_decide", args=[alert.pk])
        assert url not in page
        assert client.post(url, {"answer": "dismiss", "note": "x"}).status_code == 403

    def test_another_head_finds_nothing(self, client, office, alert):
        client.force_login(office.other_head)
        assert (
            alert.customer.name not in client.get(reverse("valuation:alert_list")).content.decode()
        )
        url = reverse("valuation:alert_decide", args=[alert.pk])
        assert client.get(url).status_code == 404

    def test_a_reason_is_asked_for(self, client, office, alert):
        client.force_login(office.head)
        url = reverse("valuation:alert_decide", args=[alert.pk])
        assert client.post(url, {"answer": "dismiss", "note": " "}).status_code == 422
        alert.refresh_from_db()
        assert alert.state == "open"
