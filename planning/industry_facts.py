"""What bills and customers' plans say today, in the shape of an industry plan's tables (R43).

Sums of many customers and no names: every head of the branch reads an industry's plan, and not
every one reads each customer. Every line has a source ("linerevenue:data") as in customer_facts.
"""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from accounts.models import Customer
from planning import bill_facts, table_rules
from planning import target_rules as rules
from planning.customer_facts import Fact
from planning.models import MarketingPlan, PlanRow

PULLED = ("position", "opportunities")
"""I1.3 and I2.2."""
HUNDRED, TENTH = Decimal(100), Decimal("0.1")


def facts_of(plan: MarketingPlan) -> dict[str, list[Fact]]:
    """{table: facts}, the largest first. Two queries."""
    return {"position": _position(plan), "opportunities": _opportunities(plan)}


# --- I1.3 -----------------------------------------------------------------------------------------
def _position(plan: MarketingPlan) -> list[Fact]:
    """By business: the year before the plan's as far as it was billed, the growth on the same
    months of the year before that, and the share of all businesses."""
    last = plan.year - 1
    customers = Customer.objects.filter(branch=plan.branch_id, industry=plan.industry_id)
    sums = bill_facts.billed_by_month(customers, last - 1, last)
    newest = max((month.month for month, _ in sums if month.year == last), default=0)
    totals: dict[str, dict[int, Decimal]] = defaultdict(lambda: {last: rules.ZERO})
    for (month, line), amount in sums.items():
        if month.month <= newest and line != bill_facts.OTHER:
            by_year = totals[line]
            by_year[month.year] = by_year.get(month.year, rules.ZERO) + amount
    whole = sum((by_year[last] for by_year in totals.values()), rules.ZERO)
    found = sorted(totals.items(), key=lambda pair: (-pair[1][last], pair[0]))
    return [
        Fact(f"linerevenue:{line}", _revenue(line, by_year[last], by_year.get(last - 1), whole))
        for line, by_year in found
        if by_year[last] > 0
    ]


def _revenue(line: str, now: Decimal, before: Decimal | None, whole: Decimal) -> dict[str, str]:
    cells = {"business_line": line, "revenue": _wan(rules.in_wan(now))}
    if before:
        cells["yoy"] = f"{((now - before) / before * HUNDRED).quantize(TENTH, ROUND_HALF_UP):+}"
    return cells | {"share": f"{(now / whole * HUNDRED).quantize(TENTH, ROUND_HALF_UP)}"}


def _wan(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


# --- I2.2 -----------------------------------------------------------------------------------------
def _opportunities(plan: MarketingPlan) -> list[Fact]:
    """By business: what the counted plans of customers below hope for. Conditions are left to who
    writes the industry's plan: those of the customers name people and customers."""
    rows = PlanRow.objects.filter(version__counted_for__parent=plan, table="opportunities")
    by_line: dict[str, list[tuple[int, dict]]] = defaultdict(list)
    for below, cells in rows.order_by("pk").values_list("version__plan", "cells"):
        if cells.get("business_line") and cells.get("amount"):
            by_line[cells["business_line"]].append((below, cells))
    facts = [_summary(line, members) for line, members in by_line.items()]
    return sorted(facts, key=lambda fact: (-Decimal(fact.cells["amount"]), fact.source))


def _summary(line: str, members: list[tuple[int, dict]]) -> Fact:
    amounts = [Decimal(cells["amount"]) for _, cells in members]
    whole = sum(amounts, rules.ZERO)
    plans = len({below for below, _ in members})
    cells = {
        "name": f"{rules.LINES.get(line, line)}：{plans} 份客户计划的 {len(members)} 个机会",
        "business_line": line,
        "amount": _wan(whole),
    }
    if whole and all(cells.get("probability") for _, cells in members):
        chances = [Decimal(cells["probability"]) for _, cells in members]
        hoped = sum((a * c for a, c in zip(amounts, chances, strict=True)), rules.ZERO)
        cells["probability"] = f"{(hoped / whole).quantize(Decimal(1), ROUND_HALF_UP)}"
    timings = dict.fromkeys(one["timing"] for _, one in members if one.get("timing"))
    if timings:
        cells["timing"] = "；".join(timings)[: table_rules.LONGEST_LINE]
    return Fact(f"planopportunities:{line}", cells)
