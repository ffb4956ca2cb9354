"""Bills, operators, products and contracts of the demo customers, from the figures of §E.2."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from accounts import revenue_rules as rules
from accounts.models import (
    BillingAccount,
    BillLine,
    Customer,
    MonthlyBill,
    OperatorUsage,
    ProductInstance,
    ServiceContract,
)
from accounts.revenue_rules import LINE_OF_ITEM

MONTHS = 24
SHORT = 21  # of a customer that is with us for less than two years
CENT, WHOLE = Decimal("0.01"), Decimal(1)
ITEMS = ("circuit", "data", "internet", "monthly_rent", "local_call", "long_distance", "mobile",
         "value_added", "ict")  # fmt: skip
# percent of the bill per item, in the order of ITEMS
TEMPLATES = {
    "FIN": (46, 12, 9, 11, 7, 5, 5, 5, 0), "GOV": (32, 10, 16, 9, 6, 3, 6, 4, 14),
    "EDU": (20, 6, 34, 9, 5, 2, 12, 6, 6), "MED": (30, 9, 18, 12, 8, 3, 6, 4, 10),
    "MFG": (26, 8, 18, 13, 9, 8, 11, 5, 2), "LOG": (18, 8, 20, 10, 8, 8, 20, 6, 2),
    "TRD": (14, 6, 30, 14, 10, 4, 14, 8, 0), "UTL": (36, 14, 14, 8, 5, 3, 7, 3, 10),
    "TOU": (14, 5, 36, 12, 8, 4, 12, 9, 0), "CON": (10, 4, 24, 18, 14, 8, 18, 4, 0),
    "ITC": (28, 14, 30, 6, 4, 2, 6, 5, 5),
}  # fmt: skip
LEAN = 9
SEASON = (-6, -30, 4, 10, -4, 12, 2, -12, 8, 14, -2, 4)
"""Thousandths around the monthly figure, January first: together nothing."""
# what rivals sell: line, operator, percent of all that is not ours
RIVALS = {
    "FIN": (("voice", "mobile", 44), ("value_added", "unicom", 12),
            ("maintenance_outsourcing", "other", 18), ("disaster_recovery", "other", 26)),
    "GOV": (("voice", "mobile", 28), ("internet", "mobile", 22), ("video", "other", 26),
            ("data", "unicom", 14), ("consulting", "other", 10)),
    "": (("voice", "mobile", 40), ("internet", "unicom", 24), ("data", "mobile", 18),
         ("video", "other", 12), ("maintenance_outsourcing", "other", 6)),
}  # fmt: skip
STICKY = (
    ("managed_service", "云专线与云主机组合"), ("video", "视频监控云平台"),
    ("voice", "企业总机"), ("disaster_recovery", "数据备份托管"),
    ("system_integration", "办公系统集成维护"), ("data", "双路由保护专网"),
)  # fmt: skip
USED = (("data", "数字电路", "circuit"), ("data", "数据专线", "data"),
        ("internet", "互联网专线", "internet"), ("voice", "固定电话", "monthly_rent"),
        ("voice", "集团手机", "mobile"))  # fmt: skip


def leaning(serial: int, n: int) -> int:
    """Percent by which a customer takes more or less of an item; the training case none."""
    return 0 if serial == 1 else LEAN * ((serial * 7 + n * 4) % 11 - 5)


@dataclass(frozen=True)
class Figures:
    """One row of customers.csv, typed."""

    customer: Customer
    serial: int
    industry: str
    revenue: Decimal
    growth: int
    on_time: int
    wallet_share: Decimal
    tenure: int
    remaining: int
    sticky: int

    @property
    def template(self) -> dict[str, Decimal]:
        """The industry's, and from it each customer's own leaning: what R61 is to find."""
        weights = zip(ITEMS, TEMPLATES[self.industry], strict=True)
        return {
            item: Decimal(weight * (100 + leaning(self.serial, n)))
            for n, (item, weight) in enumerate(weights)
        }


def figures(row: dict, customer: Customer) -> Figures:
    return Figures(
        customer, int(row["code"][1:]), row["industry"], Decimal(row["rev"]),
        int(row["our_growth_pct"]), int(row["ontime_of_12"]), Decimal(row["wallet_share"]),
        int(row["tenure_y"]), int(row["contract_rem_m"]), int(row["sticky"]),
    )  # fmt: skip


def load(rows: list[Figures], today: date) -> None:
    accounts = BillingAccount.objects.bulk_create(_account(one) for one in rows)
    _bills(dict(zip((one.serial for one in rows), accounts, strict=True)), rows, today)
    OperatorUsage.objects.bulk_create(u for one in rows for u in _usages(one, today.year))
    ProductInstance.objects.bulk_create(p for one in rows for p in _products(one, today))
    earlier = [c for one in rows if (c := _earlier_contract(one, today))]
    before = {c.customer_id: c for c in ServiceContract.objects.bulk_create(earlier)}
    ServiceContract.objects.bulk_create(
        c for one in rows for c in _contracts(one, today, before.get(one.customer.pk))
    )


BANKS = ("鉴湖农商银行", "稽山商业银行", "越州银行", "兰亭村镇银行")


def _account(one: Figures) -> BillingAccount:
    return BillingAccount(
        customer=one.customer,
        contract_no=f"SX-B-{one.serial:04d}",
        bank_name=BANKS[one.serial % len(BANKS)],
        bank_account=f"6210{one.serial:04d}00{one.serial * 7919 % 10**8:08d}",
    )


def _bills(accounts, rows, today) -> None:
    bills, lines = [], []
    for one in rows:
        for bill, parts in monthly(one, today):
            bill.account = accounts[one.serial]
            bills.append(bill)
            lines.append(parts)
    MonthlyBill.objects.bulk_create(bills)
    BillLine.objects.bulk_create(
        BillLine(bill=bill, item=item, amount=amount)
        for bill, parts in zip(bills, lines, strict=True)
        for item, amount in parts.items()
    )


def monthly(one: Figures, today: date) -> Iterator[tuple[MonthlyBill, dict[str, Decimal]]]:
    """Bills of the last 24 whole months: the newer twelve average exactly the seed's revenue."""
    last = rules.months_back(today.replace(day=1), 2)[0]
    months = rules.months_back(last, MONTHS)
    if one.tenure < 2:
        months = months[-SHORT:]
    totals = _totals(one, months)
    late = {(one.serial * 5 + 3 * n) % 11 for n in range(12 - one.on_time)}
    for n, month in enumerate(months):
        total = totals[n]
        parts = split(total, one.template)
        due_on = rules.months_back(month, 1)[0].replace(day=20) + timedelta(days=31)
        due_on = due_on.replace(day=20)
        paid_on = due_on - timedelta(days=2 + (one.serial + n) % 9)
        if n % 12 in late:
            paid_on = due_on + timedelta(days=6 + (one.serial + n) % 23)
        is_paid = paid_on <= today
        yield (
            MonthlyBill(
                customer=one.customer, month=month, reported_total=total, computed_total=total,
                due_on=due_on, paid_on=paid_on if is_paid else None,
                paid_amount=total if is_paid else 0, source="账务系统",
            ),
            parts,
        )  # fmt: skip


def _totals(one: Figures, months: list[date]) -> list[Decimal]:
    """Two years, each rising by the seed's growth, with seasons on it.

    The newer twelve average the revenue, those before it the revenue without the growth, exactly.
    """
    older, newer = months[:-12], months[-12:]
    before = one.revenue * 100 / (100 + one.growth)
    # another rhythm before, so that the growth of each month is not the same
    return _year(older, before, one.growth, 7) + _year(newer, one.revenue, one.growth, 0)


def _year(months: list[date], level: Decimal, growth: int, rhythm: int) -> list[Decimal]:
    """Up to twelve months around `level`; the last takes what rounding leaves."""
    shape = [
        1 + growth * (Decimal(n) - Decimal("5.5")) / 1200
        + Decimal(SEASON[(month.month - 1 + rhythm) % 12]) / 1000
        for n, month in enumerate(months, 12 - len(months))
    ]  # fmt: skip
    whole = (level * len(months)).quantize(CENT, ROUND_HALF_UP)
    found = [(whole * part / sum(shape)).quantize(CENT, ROUND_HALF_UP) for part in shape]
    found[-1] += whole - sum(found)
    return found


def split(total: Decimal, template: dict[str, Decimal]) -> dict[str, Decimal]:
    """The parts add up to `total` to the cent; the first takes what rounding leaves."""
    weights = {item: weight for item, weight in template.items() if weight}
    whole = sum(weights.values())
    parts = {i: (total * w / whole).quantize(CENT, ROUND_HALF_UP) for i, w in weights.items()}
    first = next(iter(parts))
    parts[first] += total - sum(parts.values())
    return parts


def _usages(one: Figures, year: int) -> Iterator[OperatorUsage]:
    """Ours are twelve months of the seed's revenue; together they make our share of the wallet."""
    ours = one.revenue * 12
    rest = (ours / one.wallet_share - ours).quantize(WHOLE, ROUND_HALF_UP)
    amounts: dict[tuple[str, str], Decimal] = {}
    for line, amount in _by_line(one, ours).items():
        amounts[line, "telecom"] = amount
    rivals = RIVALS.get(one.industry, RIVALS[""])
    parts = split(rest, {f"{line}/{who}": Decimal(part) for line, who, part in rivals})
    amounts |= {tuple(place.split("/")): amount for place, amount in parts.items()}
    for (line, operator), amount in amounts.items():
        yield OperatorUsage(
            customer=one.customer, year=year, business_line=line, operator=operator,
            amount=amount, source="账务系统" if operator == "telecom" else "客户信息部门口述",
        )  # fmt: skip


def _by_line(one: Figures, total: Decimal) -> dict[str, Decimal]:
    """元 per business line; what the sticky products earn stands in their own lines."""
    weights: dict[str, Decimal] = {}
    for item, weight in one.template.items():
        lines = [LINE_OF_ITEM[item]]
        if item in ("value_added", "ict") and one.sticky:
            lines = [line for line, _ in STICKY[: one.sticky]]
        for line in lines:
            weights[line] = weights.get(line, Decimal(0)) + weight / len(lines)
    return split(total, weights)


def _products(one: Figures, today: date) -> Iterator[ProductInstance]:
    since = add_months(today.replace(day=1), -(one.tenure * 12 if one.tenure > 1 else SHORT))
    parts = split(one.revenue, one.template)
    for n, (line, name, item) in enumerate(USED):
        if item in parts:
            count = max(1, round(parts[item] / 2600))
            yield ProductInstance(
                customer=one.customer, business_line=line, name=name, quantity=count,
                monthly_fee=parts[item], started_on=since + timedelta(days=23 * n),
            )  # fmt: skip
    fee = (parts.get("value_added", Decimal(0)) + parts.get("ict", Decimal(0))) / max(one.sticky, 1)
    for n, (line, name) in enumerate(STICKY[: one.sticky]):
        yield ProductInstance(
            customer=one.customer, business_line=line, name=name, is_sticky=True,
            monthly_fee=fee.quantize(CENT), started_on=since + timedelta(days=140 * (n + 1) % 340),
        )  # fmt: skip


def add_months(day: date, count: int) -> date:
    index = day.year * 12 + day.month - 1 + count
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _length(one: Figures) -> int:
    if one.remaining >= 36:
        return 60
    return 36 if one.remaining > 18 or one.tenure >= 8 else 24 if one.tenure >= 2 else 12


def _ends_on(one: Figures, today: date) -> date:
    """So many whole months from today and some days; what is over has been so for some days."""
    if not one.remaining:
        return today - timedelta(days=one.serial % 9 + 1)
    return add_months(today, one.remaining) + timedelta(days=one.serial % 9)


def _earlier_contract(one: Figures, today: date) -> ServiceContract | None:
    starts_on = add_months(_ends_on(one, today) + timedelta(days=1), -_length(one))
    if one.tenure < 4:
        return None
    return ServiceContract(
        customer=one.customer, number=f"SX-{starts_on.year - 2}-{one.serial:04d}",
        name="通信服务合同", starts_on=add_months(starts_on, -24),
        ends_on=starts_on - timedelta(days=1), annual_amount=_round(one.revenue * 10),
    )  # fmt: skip


def _contracts(one: Figures, today: date, earlier) -> Iterator[ServiceContract]:
    ends_on = _ends_on(one, today)
    starts_on = add_months(ends_on + timedelta(days=1), -_length(one))
    is_full = one.sticky >= 3
    yield ServiceContract(
        customer=one.customer, number=f"SX-{starts_on.year}-{one.serial:04d}",
        name="全业务服务合同" if is_full else "通信服务合同",
        kind="full_service" if is_full else "single", starts_on=starts_on, ends_on=ends_on,
        annual_amount=_round(one.revenue * 11), renewal_of=earlier,
        is_auto_renewed=one.serial % 6 == 0,
    )  # fmt: skip
    if one.sticky >= 4:
        yield ServiceContract(
            customer=one.customer, number=f"SX-Y-{one.serial:04d}", name="云与集成服务合同",
            starts_on=add_months(today, -9),
            ends_on=add_months(today, one.remaining + one.serial % 3),
            annual_amount=_round(one.revenue),
        )  # fmt: skip


def _round(amount: Decimal) -> Decimal:
    return (amount / 1000).quantize(WHOLE, ROUND_HALF_UP) * 1000
