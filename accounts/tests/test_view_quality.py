"""The quality of a view is measured from its rows, stored by every write and every night (R17)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import actions, tasks
from accounts.actions import quality
from accounts.models import (
    CustomerInfoItem,
    CustomerViewRevision,
    MonthlyBill,
    PurchaseDecisionLevel,
    ViewQuality,
)
from accounts.reports import overview
from accounts.tests.factories import make_contact, make_customer
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db


def measured(customer):
    return quality.measure([customer.pk])[0]


def section(view, code):
    return next(one for one in view.sections if one["code"] == code)


def test_the_file_counts_its_fields_and_the_approval_route():
    """13 fields and the route: 3 of 14 is 21 %."""
    customer = make_customer(address="府山街", region="越城", founded_year=1982)
    found = section(measured(customer), "file")
    assert found["percent"] == 21
    assert "法人代表" in found["gaps"] and "通信地址" not in found["gaps"]


def test_people_by_hand():
    """A decider with telephone, attitude unknown, one level: 4 of 5; weight 15 → 12 of 100."""
    customer = make_customer()
    make_contact(customer, decision_role="decider", phone="13800001234")
    PurchaseDecisionLevel.objects.create(customer=customer, order=1, unit_level="省行")
    view = measured(customer)
    assert section(view, "people") == {"code": "people", "percent": 80, "gaps": ["决策人态度"]}
    assert view.completeness == 12


def test_rows_of_another_customer_fill_nothing():
    make_contact(make_customer(), decision_role="decider", phone="13800001234", attitude=1)
    assert section(measured(make_customer()), "people")["percent"] == 0


def test_one_who_has_left_does_not_decide():
    customer = make_customer()
    make_contact(customer, decision_role="decider", is_current=False)
    assert "决策人" in section(measured(customer), "people")["gaps"]


def test_truth_counts_verified_items_only():
    customer = make_customer()
    for n in range(4):
        CustomerInfoItem.objects.create(
            customer=customer,
            category="market_industry_product",
            content=str(n),
            source_type="public",
            collected_by=customer.manager,
            verified_by=customer.manager if n else None,
            verified_at=timezone.now() if n else None,
        )
    assert measured(customer).truth == 75
    assert measured(make_customer()).truth is None


def test_a_missing_bill_and_an_old_section_break_continuity():
    customer = make_customer()
    for month in (date(2026, 8, 1), date(2026, 10, 1)):
        MonthlyBill.objects.create(
            customer=customer, month=month, reported_total=1, computed_total=1
        )
    for code in ("file", "people"):
        CustomerViewRevision.objects.create(
            customer=customer, section=code, target="x", field="y", changed_by=customer.manager
        )
    old = CustomerViewRevision.objects.filter(section="people")
    old.update(changed_at=timezone.now() - timedelta(days=91))
    view = measured(customer)
    assert view.month_gaps == ["2026-09"]
    assert "people" in view.stale and "file" not in view.stale


def test_a_write_stores_the_new_score():
    customer = make_customer()
    actions.update_customer(customer=customer, by=customer.manager, address="新路 1 号")
    stored = ViewQuality.objects.get(customer=customer)
    assert "通信地址" not in section(stored, "file")["gaps"]
    assert "file" in stored.refreshed


def test_many_writes_at_once_are_measured_once_after_all_of_them():
    customer, user = make_customer(), make_user()
    with quality.once_at_the_end():
        for name in ("甲", "乙"):
            actions.add_contact(customer=customer, by=user, name=name)
        assert not ViewQuality.objects.exists()
    assert ViewQuality.objects.get().completeness == measured(customer).completeness
    with pytest.raises(ZeroDivisionError), quality.once_at_the_end():
        raise ZeroDivisionError
    before = ViewQuality.objects.get().computed_at
    actions.add_contact(customer=customer, by=user, name="丙")
    assert ViewQuality.objects.get().computed_at > before


def test_the_day_of_the_last_change_is_the_day_in_shanghai():
    customer = make_customer()
    revision = CustomerViewRevision.objects.create(
        customer=customer, section="file", target="x", field="y", changed_by=customer.manager
    )
    evening = datetime(2026, 11, 29, 18, 30, tzinfo=UTC)
    CustomerViewRevision.objects.filter(pk=revision.pk).update(changed_at=evening)
    states = {one.code: one for one in overview.section_states(measured(customer))}
    assert states["file"].refreshed == "2026-11-30"
    assert states["people"].refreshed == ""


def test_a_thousand_customers_cost_as_many_questions_as_ten():
    def cost(count):
        pks = [make_customer().pk for _ in range(count)]
        with CaptureQueriesContext(connection) as seen:
            quality.measure(pks)
        return len(seen)

    assert cost(2) == cost(20) <= 5  # PostgreSQL is asked for the time too


def test_the_night_measures_what_is_old_or_new_and_nothing_twice():
    fresh, old, new = make_customer(), make_customer(), make_customer()
    quality.refresh([fresh.pk, old.pk])
    long_ago = timezone.now() - timedelta(days=2)
    ViewQuality.objects.filter(customer=old).update(computed_at=long_ago)
    assert quality.refresh_old(now=timezone.now()) == 2
    tasks.refresh_quality()
    assert quality.refresh_old(now=timezone.now()) == 0
    assert ViewQuality.objects.filter(customer=new).exists()


def confirm(client, user, customer, code="people"):
    client.force_login(user)
    return client.post(reverse("accounts:section_confirm", args=[customer.pk, code]))


def test_a_checked_section_is_fresh_again(client):
    customer = make_customer()
    assert confirm(client, customer.manager, customer).status_code == 302
    assert "people" not in ViewQuality.objects.get(customer=customer).stale
    client.force_login(customer.manager)
    page = client.get(f"/customers/{customer.pk}/history/").content.decode()
    assert "整体核对" in page


def test_only_who_writes_checks_and_only_own_customers(client):
    customer = make_customer()
    assert confirm(client, make_user(), customer).status_code == 404
    assert confirm(client, make_user("auditor"), customer).status_code == 403
    assert confirm(client, customer.manager, customer, "nonsense").status_code == 404
    assert client.get(f"/customers/{customer.pk}/confirm/file/").status_code == 405


def test_the_page_names_gaps_and_stale_sections(client):
    customer = make_customer()
    head = make_user("dept_head", department=customer.department)
    client.force_login(head)
    page = client.get(f"/customers/{customer.pk}/quality/").content.decode()
    for words in ("决策人电话", "从未更新", "完整率"):
        assert words in page
