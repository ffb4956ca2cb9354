"""Monthly bills: found by customer, account and month. Items are lines of the bill (R69, D7)."""

from decimal import Decimal

from accounts.actions.revisions import Difference
from accounts.imports.checking.plans import Plan, Request, Verdict, judged
from accounts.imports.columns import Line
from accounts.imports.kinds import LINE
from accounts.models import BillingAccount, BillLine, MonthlyBill
from accounts.revenue_rules import check_bill

NO_ACCOUNT = "该客户名下没有这个合同号。"
NOT_FIELDS = ("customer_code", "account")


def plan_bills(request: Request) -> list[Plan]:
    customers = request.customers()
    accounts = BillingAccount.objects.filter(
        customer__in=customers.values(), contract_no__in=request.column("account")
    )
    known = {(one.customer_id, one.contract_no): one for one in accounts}
    rows = MonthlyBill.objects.filter(
        customer__in=customers.values(), month__in=request.column("month")
    )
    there = {(b.customer_id, b.account_id, b.month): b for b in request.locked(rows)}
    items = _lines_of(there.values())
    plans = []
    for line in request.lines:
        customer = request.customer_of(line, customers)
        number = line.values.get("account")
        account = known.get((customer.pk, number)) if customer and number else None
        if customer and number and account is None:
            request.blame(line, "account", NO_ACCOUNT)
        place = (customer and customer.pk, account and account.pk, line.values.get("month"))
        stored = there.get(place)
        plans.append(_plan(request, line, customer, account, stored, items.get(stored, {})))
    return plans


def _plan(request, line: Line, customer, account, stored, old: dict) -> Plan:
    if stored is None:
        request.demand(line)
    values, given = _split(line)
    if account and stored is None:
        values["account"] = account
    lines = old | given
    if lines:
        values["computed_total"] = _checked_sum(request, line, stored, lines)
    elif "reported_total" in values and _has_no_lines(stored):
        values["computed_total"] = values["reported_total"]
    plan = judged(line, stored=stored, model=MonthlyBill, customer=customer, values=values)
    return _with_lines(plan, old, given, lines)


def _checked_sum(request, line: Line, stored, lines: dict) -> Decimal:
    """The sum of the items without the adjustment; a gap needs a note or an adjustment (R69)."""
    reported = line.values.get("reported_total", getattr(stored, "reported_total", None))
    note = line.values.get("discrepancy_note", getattr(stored, "discrepancy_note", ""))
    check = check_bill(Decimal(0) if reported is None else reported, lines)
    refusal = check.refusal(note) if reported is not None else ""
    if refusal:
        request.blame(line, "discrepancy_note", refusal)
    return check.computed


def _has_no_lines(stored) -> bool:
    """Then its sum is what it reports, as nothing else is known."""
    return stored is None or stored.computed_total == stored.reported_total


def _with_lines(plan: Plan, old: dict, given: dict, lines: dict) -> Plan:
    labels = dict(BillLine.Item.choices)
    changed = {item: amount for item, amount in given.items() if old.get(item) != amount}
    if plan.verdict == Verdict.BAD or not changed:
        return plan
    plan.lines = lines
    plan.found += [
        Difference(LINE + item, labels[item], _money(old.get(item)), _money(amount))
        for item, amount in changed.items()
    ]
    if plan.verdict == Verdict.UNCHANGED:
        plan.verdict = Verdict.UPDATED
    return plan


def _split(line: Line) -> tuple[dict, dict]:
    """(fields of the bill, {item: amount})."""
    fields, items = {}, {}
    for name, value in line.values.items():
        if name.startswith(LINE):
            items[name.removeprefix(LINE)] = value
        elif name not in NOT_FIELDS:
            fields[name] = value
    return fields, items


def _lines_of(bills) -> dict[MonthlyBill, dict[str, Decimal]]:
    by_key = {bill.pk: bill for bill in bills}
    found: dict[MonthlyBill, dict[str, Decimal]] = {bill: {} for bill in by_key.values()}
    for pk, item, amount in BillLine.objects.filter(bill__in=by_key).values_list(
        "bill", "item", "amount"
    ):
        found[by_key[pk]][item] = amount
    return found


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}"
