"""The night: level, reason, case and duty (§B.14; E.5 R1, R2)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.contenttypes.models import ContentType

from accounts.models import Customer, MonthlyBill
from accounts.tests.factories import make_customer
from core.models import AuditEvent
from core.rules import SHANGHAI
from opportunities.models import Opportunity
from planning import warning_rules as rules
from planning.actions.retention_warning import warn
from planning.metric_rules import shift
from planning.models import (
    CustomerRisk,
    RetentionCase,
    RetentionMove,
    RetentionThreat,
    WarningChange,
)
from planning.tests.retention_factories import make_bills, make_contract
from reminders.models import Obligation
from staff.tests.factories import make_user
from valuation.models import CustomerMeasure

NIGHT = datetime(2026, 11, 23, 2, 0, tzinfo=SHANGHAI)  # a Monday
LATER = NIGHT + timedelta(days=1)
TODAY = date(2026, 11, 23)
seen = rules.Signals


def revenue(now):
    return seen(revenue_now=Decimal(now), revenue_before=Decimal(100))


def ending(days):
    return rules.Ending("合同", TODAY + timedelta(days=days))


def ago(days):
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("facts", "level", "rule"),
    [
        (seen(), "green", ""),
        (seen(terminations=[(TODAY, "不再用")]), "red", "termination"),
        (seen(losses=[(TODAY, "专线", "移动")]), "red", "tender_lost"),
        (revenue(70), "red", "revenue_drop"),
        (revenue("70.01"), "orange", "revenue_drop"),
        (revenue("70.05"), "orange", "revenue_drop"),
        (revenue("80.01"), "yellow", "revenue_drop"),
        (revenue("90.01"), "green", ""),
        (revenue(71), "orange", "revenue_drop"),
        (revenue(90), "yellow", "revenue_drop"),
        (revenue(91), "green", ""),
        (seen(endings=[ending(-1)]), "red", "expired"),
        (seen(endings=[ending(0)]), "orange", "expiry_near"),
        (seen(endings=[ending(60)]), "orange", "expiry_near"),
        (seen(endings=[ending(60)], has_renewal=True), "yellow", "expiry_far"),
        (seen(endings=[ending(61)]), "yellow", "expiry_far"),
        (seen(endings=[ending(181)]), "green", ""),
        (seen(complaints=1), "green", ""),
        (seen(complaints=2), "orange", "complaints"),
        (seen(complaints=1, complaints_overdue=1), "orange", "complaint_overdue"),
        (seen(arrears=Decimal(1), arrears_since=ago(61)), "orange", "arrears"),
        (seen(every_days=30, last_visit=ago(45)), "green", ""),
        (seen(every_days=30, last_visit=ago(46)), "yellow", "no_visit"),
        (seen(contacts=[(ago(90), "王")]), "yellow", "contact_gone"),
        (seen(contacts=[(ago(91), "王")]), "green", ""),
        (seen(rivals=[(TODAY, "移动来访")]), "yellow", "rival_contact"),
        (seen(satisfaction=Decimal("69.99")), "yellow", "satisfaction"),
        (seen(satisfaction=Decimal(70)), "green", ""),
        (seen(satisfaction=Decimal(60), complaints=2), "orange", "complaints"),
    ],
)  # fmt: skip
def test_the_highest_rule_wins_at_its_exact_limit(facts, level, rule):
    verdict = rules.assess(facts, rules.Limits(), TODAY)

    assert (verdict.level, verdict.rule) == (level, rule)
    assert verdict.text


def test_a_fall_is_never_said_to_be_the_limit_that_it_does_not_reach():
    (reason,) = rules.assess(revenue("70.05"), rules.Limits(), TODAY).reasons
    assert reason.text.endswith("下降 29.9%")


def test_a_contract_is_renewed_by_what_begins_about_its_end():
    old = rules.Term(1, "旧", date(2024, 12, 1), date(2026, 11, 30))
    late = rules.Term(2, "新", date(2026, 12, 30), date(2028, 12, 29))
    other = rules.Term(3, "云", date(2026, 2, 1), date(2027, 2, 1))
    grace = timedelta(days=30)

    assert rules.is_renewed(old, [old, late], grace)
    assert not rules.is_renewed(old, [old, late], timedelta(days=29))
    assert not rules.is_renewed(old, [old, other], grace)


@pytest.fixture
def customer(db):
    return make_customer(manager=make_user(), grade="D", name="东浦证券营业部")


def duties():
    """Those that a warning asked for."""
    of = ContentType.objects.get_for_model(WarningChange)
    return Obligation.objects.filter(kind="retention_action", content_type=of).order_by("pk")


def test_r1_a_contract_without_renewal_opportunity_is_orange_with_three_workdays(customer):
    make_contract(customer, date(2025, 1, 22), date(2027, 1, 21))  # 59 days

    assert warn(now=NIGHT) == 1

    case = RetentionCase.objects.get(customer=customer)
    assert (case.risk, case.state) == ("orange", "draft")
    assert "2027-01-21 到期，没有续约商机" in case.risk_reason
    duty = duties().get()
    assert duty.owner == customer.manager and duty.customer_ref == customer.pk
    assert duty.due_at.astimezone(SHANGHAI).date() == date(2026, 11, 26)


def test_r2_falling_revenue_is_yellow_and_old_arrears_make_it_orange(customer):
    make_bills(customer, Decimal(8800), Decimal(10000))
    assert warn(now=NIGHT) == 1
    case = RetentionCase.objects.get()
    assert case.risk == "yellow" and "下降 12.0%" in case.risk_reason
    assert duties().get().due_at.astimezone(SHANGHAI).date() == date(2026, 12, 7)

    MonthlyBill.objects.filter(month=date(2026, 8, 1)).update(
        paid_amount=0, due_on=date(2026, 9, 20)
    )
    assert warn(now=LATER) == 1

    case.refresh_from_db()
    assert case.risk == "orange" and "欠费 8,800.00 元" in case.risk_reason
    assert [duty.state for duty in duties()] == ["cancelled", "open"]
    change = WarningChange.objects.first()
    assert (change.old, change.level, change.rule) == ("yellow", "orange", "arrears")
    assert change.evidence["arrears"] == "8800.00"


@pytest.mark.parametrize("months_late", [0, 1, 2, 3])
def test_bills_that_come_late_warn_of_nothing(customer, months_late):
    make_bills(customer, Decimal(10000), month=shift(date(2026, 11, 1), -months_late), count=18)
    assert warn(now=NIGHT) == 0


def test_late_bills_are_compared_with_the_same_months_a_year_earlier(customer):
    make_bills(customer, Decimal(8800), Decimal(10000), month=date(2026, 9, 1))  # to August
    assert warn(now=NIGHT) == 1
    said = "截至 2026-08 的 3 个月平均收入 8,800 元，上年同期 10,000 元，下降 12.0%"
    assert said in RetentionCase.objects.get().risk_reason


def test_a_month_that_nobody_was_billed_for_is_not_known(customer):
    make_bills(customer, Decimal(10000), count=18)
    MonthlyBill.objects.filter(month=date(2026, 9, 1)).delete()
    assert warn(now=NIGHT) == 0


def test_a_month_that_is_only_begun_to_be_billed_is_not_in(customer):
    others = [make_customer(manager=customer.manager, grade="D") for _ in range(4)]
    for one in (customer, *others):
        make_bills(one, Decimal(10000), month=date(2026, 9, 1), count=18)
    for month in (date(2026, 9, 1), date(2026, 10, 1)):
        for one in others[:1]:
            make_bills(one, Decimal(10000), month=shift(month, 1), count=1)
    assert warn(now=NIGHT) == 0


def test_who_gets_no_bill_while_the_others_do_pays_nothing_any_more(customer):
    other = make_customer(manager=customer.manager, grade="D")
    make_bills(other, Decimal(10000), count=18)
    make_bills(customer, Decimal(10000), month=date(2026, 10, 1), count=18)
    assert warn(now=NIGHT) == 0  # October's may still come

    MonthlyBill.objects.filter(customer=customer, month__gte=date(2026, 8, 1)).delete()
    assert warn(now=NIGHT) == 1
    case = RetentionCase.objects.get()
    assert case.customer == customer and case.risk == "red" and "下降 66.6%" in case.risk_reason


def test_the_same_night_twice_changes_nothing_and_green_closes_the_duty(customer):
    measure = CustomerMeasure.objects.create(
        customer=customer, month=date(2026, 10, 1), satisfaction=60, source="回访",
        entered_by=customer.manager,
    )  # fmt: skip
    assert [warn(now=NIGHT), warn(now=NIGHT), warn(now=LATER)] == [1, 0, 0]
    assert duties().count() == 1

    measure.delete()
    assert [warn(now=LATER), warn(now=LATER)] == [1, 0]

    assert duties().get().state == "cancelled"
    assert RetentionCase.objects.get().risk == "green"
    assert CustomerRisk.objects.get().level == "green"
    assert WarningChange.objects.count() == 2


@pytest.mark.parametrize(
    ("gone", "reason"),
    [
        ({"lifecycle": "lost"}, "客户已流失，不再预警"),
        ({"is_managed": False}, "客户不再由专人管理，不再预警"),
    ],
)
def test_who_is_gone_is_not_warned_of_any_longer(customer, gone, reason):
    make_contract(customer, date(2024, 1, 1), date(2026, 12, 1))
    other = make_customer(manager=customer.manager, grade="D")
    make_contract(other, date(2024, 1, 1), date(2026, 12, 1))
    assert warn(now=NIGHT) == 2
    Customer.objects.filter(pk=customer.pk).update(**gone)

    assert [warn(now=LATER), warn(now=LATER)] == [1, 0]

    assert CustomerRisk.objects.get().customer == other
    assert {d.customer_ref: d.state for d in duties()} == {
        customer.pk: "cancelled", other.pk: "open",
    }  # fmt: skip
    ended = AuditEvent.objects.get(verb="duty.cancelled")
    assert ended.reason == reason
    case = RetentionCase.objects.get(customer=customer)
    assert (case.risk, case.risk_reason, case.state) == ("green", reason, "draft")
    assert WarningChange.objects.filter(customer=customer).count() == 2


def test_who_comes_back_is_warned_of_again(customer):
    make_contract(customer, date(2024, 1, 1), date(2026, 12, 1))
    for lifecycle, level in (("active", "orange"), ("lost", "green"), ("active", "orange")):
        Customer.objects.update(lifecycle=lifecycle)
        assert warn(now=NIGHT) == 1
        assert RetentionCase.objects.get().risk == level
    assert duties().open().count() == 1


@pytest.mark.parametrize("state", ["approved", "monitoring"])
def test_a_case_that_is_ready_is_set_off_by_a_rise(customer, state):
    boss = make_user("dept_head")
    case = RetentionCase.objects.create(
        customer=customer, year=2026, state=state, approved_by=boss, approved_at=NIGHT
    )
    RetentionThreat.objects.create(
        case=case, kind="termination", evidence="来电要求年底停用", noted_by=customer.manager,
        noted_on=TODAY,
    )  # fmt: skip

    warn(now=NIGHT)

    case.refresh_from_db()
    assert (case.state, case.risk) == ("triggered", "red")
    assert case.next_review_on == date(2027, 5, 23)
    move = RetentionMove.objects.get()
    assert move.from_state == state and "来电要求年底停用" in move.note
    assert duties().get().amount == 1


def test_a_renewal_opportunity_makes_the_end_of_a_contract_yellow(customer):
    make_contract(customer, date(2025, 1, 22), date(2027, 1, 21))
    Opportunity.objects.create(
        customer=customer, name="续约", kind="renewal", source="contract_expiry", need_text="续约",
        probability=50, stage_since=NIGHT, owner=customer.manager, created_by=customer.manager,
    )  # fmt: skip

    warn(now=NIGHT)

    assert RetentionCase.objects.get().risk == "yellow"


def test_queries_do_not_grow_with_customers(db, django_assert_max_num_queries):
    def fill(count):
        for _ in range(count):
            make_contract(make_customer(manager=manager, grade="D"), date(2024, 1, 1), TODAY)

    manager = make_user()
    fill(2)
    with django_assert_max_num_queries(100) as few:
        assert warn(now=NIGHT) == 2
    fill(30)
    with django_assert_max_num_queries(len(few)):
        assert warn(now=NIGHT) == 30
