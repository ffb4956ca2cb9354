"""A published run over customers with figures of every kind, gaps among them."""

from datetime import date
from decimal import Decimal
from random import Random

from django.utils import timezone

from accounts.models import (
    BillLine,
    CommunicationBudget,
    CustomerFinance,
    MonthlyBill,
    OperatorUsage,
    ProductInstance,
)
from accounts.tests.factories import make_customer, make_industry
from staff.tests.factories import make_user
from valuation.actions.computing import compute, start_run
from valuation.models import CustomerMeasure, ExpertRating, ValuationRun
from valuation.revenue_rules import shift

AS_OF = date(2026, 11, 15)
ITEMS = ("circuit", "data", "internet", "monthly_rent", "ict")
INDUSTRIES = (("FIN", "金融"), ("GOV", "党政军"), ("EDU", "教育"))


def make_bills(customer, amounts, *, months=12, until=date(2026, 10, 1), grown=Decimal(1)):
    """`amounts` {item: 元} in each of so many months; those of the second year × `grown`."""
    bills, lines = [], []
    for number in range(months):
        factor = Decimal(1) if number < 12 else grown
        parts = {item: (amount * factor).quantize(Decimal("0.01")) for item, amount in
                 amounts.items()}  # fmt: skip
        month, total = shift(until, -number), sum(parts.values())
        due_on = shift(month, 1).replace(day=20)
        bills.append(MonthlyBill(
            customer=customer, month=month, reported_total=total, computed_total=total,
            due_on=due_on, paid_on=due_on, paid_amount=total,
        ))  # fmt: skip
        lines.append(parts)
    for bill, parts in zip(MonthlyBill.objects.bulk_create(bills), lines, strict=True):
        BillLine.objects.bulk_create(
            BillLine(bill=bill, item=item, amount=amount) for item, amount in parts.items()
        )


def make_valued(manager, number, random, raters):
    """A customer with raw values of most indicators; every seventh lacks nearly all."""
    code, name = INDUSTRIES[number % len(INDUSTRIES)]
    customer = make_customer(
        manager=manager, industry=make_industry(code, name), name=f"样例单位第{number + 1:03d}号"
    )
    if number % 7 == 6:
        return customer
    month = Decimal(random.randint(1_000, 300_000))
    weights = [random.randint(1, 9) for _ in ITEMS]
    parts = {item: (month * w / sum(weights)).quantize(Decimal("0.01")) for item, w in
             zip(ITEMS, weights, strict=True)}  # fmt: skip
    make_bills(customer, parts, months=24, grown=Decimal(random.randint(70, 130)) / 100)
    gap = number % 5 == 4
    CustomerMeasure.objects.create(
        customer=customer, month=date(2026, 10, 1), source="测试", entered_by=manager,
        cost_marketing=None if gap else month / 10, cost_service=month / 8, cost_om=month / 5,
        induced_revenue=random.randint(0, 60_000), satisfaction=random.randint(50, 99),
    )  # fmt: skip
    CustomerFinance.objects.create(
        customer=customer, year=2025, growth_percent=random.randint(-9, 20)
    )
    CommunicationBudget.objects.create(
        customer=customer, year=2026, kind="network", amount_wan=random.randint(5, 1200)
    )
    OperatorUsage.objects.create(customer=customer, year=2026, business_line="data",
        operator="telecom", amount=month * 12)  # fmt: skip
    OperatorUsage.objects.create(customer=customer, year=2026, business_line="data",
        operator="mobile", amount=random.randint(0, 900_000))  # fmt: skip
    ProductInstance.objects.create(customer=customer, business_line="data", name="专线",
        started_on=date(2026 - random.randint(0, 12), 3, 9), is_sticky=True)  # fmt: skip
    for indicator in ("SI1", "SI2", "SI3", "SI4")[: 2 if gap else 4]:
        score = random.randint(1, 4)
        for rater, more in zip(raters, (0, random.choice((0, 1, 1, 3))), strict=True):
            ExpertRating.objects.create(
                customer=customer, indicator=indicator, rater=rater, score=min(score + more, 5),
                reason="测试", rated_at=timezone.now(),
            )  # fmt: skip
    return customer


def make_cohort(count, manager=None, seed=5):
    manager = manager or make_user()
    random = Random(seed)
    raters = [manager, make_user("industry_manager", username=f"rater{manager.pk}-{seed}")]
    return [make_valued(manager, number, random, raters) for number in range(count)]


def make_run(branch, *, as_of=AS_OF, by=None, state="published", **scope):
    """Computed by the real pipeline and published; what was published before is superseded."""
    head = by or make_user("branch_director", branch=branch)
    run = start_run(branch=branch, scope=scope.pop("scope", "local_network"), as_of=as_of, by=head,
        **scope)  # fmt: skip
    assert compute(run.pk)
    if state == "computed":
        return run
    old = ValuationRun.objects.filter(branch=branch, scope=run.scope, industry=run.industry)
    old.filter(state="published").update(state="superseded")
    now = timezone.now()
    ValuationRun.objects.filter(pk=run.pk).update(
        state="published", reviewed_by=head, reviewed_at=now, published_by=head, published_at=now
    )
    run.refresh_from_db()
    return run
