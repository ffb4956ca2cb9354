"""A month's bill is entered; its two totals are kept apart (R69, D7)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from accounts import revenue_rules as rules
from accounts.actions.errors import AccountError
from accounts.actions.items import Place, create_item
from accounts.models import BillLine, Customer, MonthlyBill, TimelineEntry

PLACE = Place("business", "月账单", TimelineEntry.Kind.BILL)


def enter_bill(
    *,
    customer: Customer,
    month: date,
    reported_total: Decimal,
    lines: Mapping[str, Decimal],
    by,
    discrepancy_note: str = "",
    **facts,
) -> MonthlyBill:
    """A new bill with its lines, 元. `facts`: account, due_on, paid_on, paid_amount, source.

    `computed_total` is the sum of the lines without the adjustment. AccountError when the totals
    differ and neither a note nor an adjustment says why (R69), or the month is there already.
    """
    unknown = set(lines) - set(BillLine.Item.values)
    if unknown:
        raise AccountError(f"不认识的账单项目：{'、'.join(sorted(unknown))}。")
    check = rules.check_bill(reported_total, lines)
    refusal = check.refusal(discrepancy_note)
    if refusal:
        raise AccountError(refusal)
    values = {
        "month": month.replace(day=1),
        "reported_total": reported_total,
        "computed_total": check.computed,
        "discrepancy_note": discrepancy_note,
        **facts,
    }
    return create_item(
        model=MonthlyBill, customer=customer, place=PLACE, by=by, values=values, lines=lines
    )
