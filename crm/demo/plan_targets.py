"""Targets of the demo's plans: Bank A to the letter (domain E.4), the others from their bills."""

from decimal import ROUND_HALF_UP, Decimal

from accounts.models import Customer
from planning import bill_facts, rollup_reports
from planning import target_rules as rules
from planning.actions import allotting, targets
from planning.models import MarketingPlan, PlanAllotment, PlanTargetLine
from staff.models import User

BANK_A = {
    ("stock", "voice", ""): "15 15 15 15",
    ("stock", "data", ""): "28 28 28 28",
    ("stock", "internet", ""): "1.5 1.5 1.5 1.5",
    ("stock", "video", ""): "0.5 0.5 0.5 0.5",
    ("stock", "value_added", ""): "1 1 1 1",
    ("increment", "voice", ""): "0 0.5 0.5 1",
    ("increment", "data", ""): "0 2 4 4",
    ("increment", "internet", ""): "1 1 2 2",
    ("increment", "value_added", ""): "0.5 0.5 1 1",
    ("increment", "system_integration", ""): "0 0 6 6",
    ("increment", "consulting", ""): "0 1 1 0",
    ("increment", "maintenance_outsourcing", ""): "1 1 1 1",
    ("increment", "disaster_recovery", ""): "0 0 10 20",
    ("increment", "managed_service", ""): "0 0 1 1",
    ("win_back", "", "mobile"): "1 2 2 3",
}
"""万元 by quarter; 184 stock, 71 increment, 8 win-back: 263."""
GROWING = {"data": "0.02", "internet": "0.04", "value_added": "0.03"}
"""What is planned on top of last year, by business, as a share of it."""
ROUNDED = Decimal("0.1")
KEPT = Decimal("0.98")
# kind, business, quarters, why
ADJUSTMENTS = {
    "FIN": (
        "increment", "system_integration", "0 2 3 5",
        "两家新设村镇银行开业后上柜台系统，客户还没有建计划",
    ),
    "GOV": (
        "increment", "disaster_recovery", "0 0 4 6",
        "县级政务云备份统一采购，分到哪家还没有定",
    ),
}  # fmt: skip
ASKED = Decimal("1.05")


def fill_targets(plan: MarketingPlan, *, by: User | None = None) -> None:
    """Every line of a customer's plan; nothing where somebody has written already."""
    by = by or plan.author
    lines = PlanTargetLine.objects.filter(version=plan.current, is_adjustment=False)
    if lines.exclude(edit=0).exists():
        return
    wanted = _bank_a() if plan.customer.code == "C0001" else _from_bills(plan)
    changes = []
    for line in lines:
        key = (line.kind, line.business_line, line.from_operator)
        cells = dict(zip(rules.QUARTERS, wanted.get(key, ()), strict=False))
        if any(cells.values()):
            changes.append(targets.Change(line.pk, {q: (rules.ZERO, a) for q, a in cells.items()}))
    targets.save_cells(version=plan.current, changes=changes, by=by)


def _bank_a() -> dict[tuple, list[Decimal]]:
    return {key: [Decimal(text) for text in row.split()] for key, row in BANK_A.items()}


def _from_bills(plan: MarketingPlan) -> dict[tuple, list[Decimal]]:
    """A quarter of last year's revenue kept, a little growth that sets in slowly."""
    mine = Customer.objects.filter(pk=plan.customer_id)
    billed = bill_facts.billed_by_line(mine, plan.year - 1)[plan.year - 1]
    found = {}
    for line, five in billed.items():
        quarter = five[4] / 4
        if line in rules.STOCK_LINES:
            found["stock", line, ""] = [_round(quarter * KEPT)] * 4
        if line in GROWING:
            step = quarter * Decimal(GROWING[line])
            found["increment", line, ""] = [_round(step * n) for n in range(1, 5)]
    found["win_back", "", "mobile"] = [rules.ZERO, _round(_whole(billed) / 200)] * 2
    return found


def _whole(billed: dict) -> Decimal:
    return sum((five[4] for five in billed.values()), rules.ZERO)


def _round(amount: Decimal) -> Decimal:
    return max(amount, rules.ZERO).quantize(ROUNDED, ROUND_HALF_UP)


def adjust(plan: MarketingPlan, *, by: User | None = None) -> None:
    """What an industry's plan holds beyond its customers' plans, with the reason (R41)."""
    fields = ADJUSTMENTS.get(plan.industry.code) if plan.industry else None
    if fields is None or plan.current.targets.exists():
        return
    kind, line, amounts, reason = fields
    quarters = dict(zip(rules.QUARTERS, map(Decimal, amounts.split()), strict=True))
    targets.add_adjustment(
        version=plan.current, by=by or plan.author, kind=kind, business_line=line,
        from_operator="", reason=reason, **quarters,
    )  # fmt: skip


def hand_down(plan: MarketingPlan, *, by: User) -> None:
    """A little more than a customer's plan says now, so that there is something to talk about."""
    if PlanAllotment.objects.filter(plan=plan).exists():
        return
    sums = _sums_of(plan)
    amounts = {kind: [_round(amount * ASKED) for amount in five[:4]] for kind, five in sums.items()}
    allotting.allot(plan=plan, amounts=amounts, note="按上年完成情况下达", seen_at=None, by=by)


def hand_down_what_fits(plan: MarketingPlan, *, by: User) -> None:
    """To an industry: what its customers' plans and its adjustments reach, so that it can be handed
    in; the adjustments explain what the customers' plans lack (R41)."""
    if PlanAllotment.objects.filter(plan=plan).exists():
        return
    amounts = {kind: five[:4] for kind, five in rollup_reports.rollup(plan).totals.items()}
    allotting.allot(
        plan=plan, amounts=amounts, note="按客户计划和行业新增下达", seen_at=None, by=by
    )


def _sums_of(plan: MarketingPlan) -> dict[str, rules.Five]:
    """Of the plan, or of every plan below it whether it counts or not."""
    newest = [leaf.current_id for leaf in _leaves(plan)]
    lines = PlanTargetLine.objects.filter(version__in=newest)
    return rules.totals((line.kind, [getattr(line, q) for q in rules.QUARTERS]) for line in lines)


def _leaves(plan: MarketingPlan) -> list[MarketingPlan]:
    children = list(plan.children.all())
    return [leaf for child in children for leaf in _leaves(child)] if children else [plan]
