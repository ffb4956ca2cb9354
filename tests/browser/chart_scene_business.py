"""Opportunities and forecasts of many owners, so that their pictures are full (chart_scene.py)."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import BusinessLine, Customer
from opportunities import forecast_rules
from opportunities.models import (
    DemandForecast,
    DemandForecastLine,
    Opportunity,
    OpportunityLine,
    StageMove,
)
from opportunities.tests.factories import make_opportunity
from staff.tests.factories import make_user

OWNERS, MOST_OPPORTUNITIES, LOST = 25, 150, 12
STAGES = ("identified", "qualified", "solution", "proposal", "negotiation")
REASONS = ("price", "solution", "relationship", "delivery_time")


def make_business(customers, department, random):
    owners = [
        make_user(
            department=department, username=f"{department.code}-owner{n}", name=f"样例{n:02d}"
        )
        for n in range(OWNERS)
    ]
    for number, customer in enumerate(customers):
        customer.manager = owners[number % OWNERS]
    Customer.objects.bulk_update(customers, ["manager"], batch_size=200)
    for number, customer in enumerate(customers[:MOST_OPPORTUNITIES]):
        make_one(customer, number, random)
    make_forecasts(customers, random)


def make_one(customer, number, random):
    today = timezone.localdate()
    amount = Decimal(random.randint(2, 900)) * 10_000
    close = today + timedelta(days=random.randint(-40, 480))
    made = make_opportunity(customer, one_off_amount=amount, expected_close=max(close, today))
    line = random.choice(BusinessLine.values)
    OpportunityLine.objects.filter(opportunity=made).delete()
    OpportunityLine.objects.create(opportunity=made, business_line=line, amount=amount)
    values = {"stage": random.choice(STAGES), "probability": random.randint(1, 9) * 10}
    Opportunity.objects.filter(pk=made.pk).update(expected_close=close, **values)
    if number < LOST:
        lose(made, customer, REASONS[number % len(REASONS)])


def lose(made, customer, reason):
    """Lost at the beginning of this year or later, as the page counts."""
    now = timezone.now()
    at = max(now - timedelta(days=20), datetime(now.year, 1, 2, tzinfo=now.tzinfo))
    StageMove.objects.create(
        opportunity=made, from_stage="identified", to_stage="lost", probability=0, amount=0,
        by=customer.manager, at=at,
    )  # fmt: skip
    Opportunity.objects.filter(pk=made.pk).update(
        stage="lost", ended_at=at, loss_reason=reason, lesson="早些报价", winner="移动",
        price_gap_pct=8,
    )  # fmt: skip


def make_forecasts(customers, random):
    month = forecast_rules.shifted(timezone.localdate().replace(day=1), 1)
    forecasts = DemandForecast.objects.bulk_create(
        DemandForecast(
            customer=customer, author=customer.manager, month=month, state="submitted",
            submitted_at=timezone.now(),
        )
        for customer in customers
    )  # fmt: skip
    DemandForecastLine.objects.bulk_create(
        DemandForecastLine(
            forecast=forecast, business_line=line, existing_revenue=random.randint(500, 90_000),
            new_revenue_12m=random.choice((0, 0, 60_000, 480_000)), start_month=month,
            probability=random.randint(1, 9) * 10, reason="客户来电要扩容",
        )
        for forecast in forecasts
        for line in random.sample(BusinessLine.values, 3)
    )  # fmt: skip
