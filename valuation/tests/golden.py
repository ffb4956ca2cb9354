"""The forty customers of customers.csv with real rows of the customer view, for the golden table.

The rows come from the makers of the demo data, so that what is proved here holds for the demo.
"""

from datetime import datetime
from decimal import Decimal as D

from accounts.models import Customer
from accounts.tests.factories import make_customer, make_industry
from core.rules import SHANGHAI
from crm.demo import customers, knowledge, money, value
from opportunities.models import Opportunity
from staff.tests.factories import make_user
from valuation.models import CustomerMeasure

NOW = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)
TODAY = NOW.date()
SEED = {row["code"]: row for row in customers.rows() if "rev" in row}


def make_forty() -> dict[str, Customer]:
    """{code: customer} with bills, usage, products, contracts, agreements, budgets, finances,
    opportunities, measures and two ratings for each of the four expert indicators."""
    manager, expert = make_user(), make_user()
    made = {
        code: make_customer(
            manager=manager, code=code, name=row["name"],
            industry=make_industry(row["industry"], row["industry"]), is_managed=True,
        )
        for code, row in SEED.items()
    }  # fmt: skip
    rows = [money.figures(row, made[code]) for code, row in SEED.items()]
    money.load(rows, TODAY)
    knowledge.of_value(rows, SEED, TODAY)
    CustomerMeasure.objects.bulk_create(
        m for one in rows for m in value.measures(one, SEED[one.customer.code], TODAY)
    )
    value.rate(rows, SEED, {one.pk: (manager, expert) for one in made.values()}, NOW)
    Opportunity.objects.bulk_create(_opportunity(one, manager) for one in rows)
    return made


def _opportunity(one, manager) -> Opportunity:
    """Half likely, of twice the weighted amount."""
    weighted = D(SEED[one.customer.code]["weighted_pipeline_wan"])
    return Opportunity(
        customer=one.customer, name="商机", kind="video", source="visit", need_text="需求",
        one_off_amount=weighted * 10_000, annual_amount=weighted * 10_000, probability=50,
        stage_since=NOW, owner=manager, created_by=manager,
        expected_close=money.add_months(TODAY, 5),
    )  # fmt: skip
