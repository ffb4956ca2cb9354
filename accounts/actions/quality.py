"""Measure the quality of customer views and store it, a batch at a time (R17, §B.8)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts import rules
from accounts.models import (
    AllowancePolicy,
    ApprovalRoute,
    BillingAccount,
    CommunicationBudget,
    Contact,
    Customer,
    CustomerEvent,
    CustomerFinance,
    CustomerInfoItem,
    CustomerNeed,
    CustomerViewRevision,
    MonthlyBill,
    NetworkLink,
    NetworkNode,
    Operator,
    OperatorUsage,
    ProductInstance,
    PurchaseDecisionLevel,
    ServiceContract,
    ViewQuality,
)
from core import clock

BATCH = 500
FILE = (
    "ownership_type",
    "region",
    "exchange_office",
    "address",
    "postcode",
    "legal_representative",
    "parent_name",
    "founded_year",
    "employees",
    "main_business",
    "business_area",
    "profit_text",
    "payment_capacity",
)
"""The mandatory fields of the file (R69); the approval route is asked for beside them."""


def _mandatory() -> dict[str, dict[str, QuerySet]]:
    """{section: {label: rows that fill it}}: what a complete view has (§B.8)."""
    return _of_people_and_business() | _of_knowledge()


def _of_people_and_business() -> dict[str, dict[str, QuerySet]]:
    today = timezone.localdate()
    contacts = Contact.objects.filter(is_current=True)
    deciders = contacts.filter(decision_role=Contact.DecisionRole.DECIDER)
    accounts = BillingAccount.objects.filter(is_active=True)
    running = Q(ended_on=None) | Q(ended_on__gte=today)
    return {
        "file": {"审批程序": ApprovalRoute.objects.all()},
        "people": {
            "在任联系人": contacts,
            "决策人": deciders,
            "决策人电话": deciders.exclude(phone=""),
            "决策人态度": deciders.filter(attitude__isnull=False),
            "决策层级": PurchaseDecisionLevel.objects.all(),
        },
        "business": {
            "在用产品": ProductInstance.objects.filter(running),
            "合同号": accounts,
            "开户银行": accounts.exclude(bank_name=""),
            "月账单": MonthlyBill.objects.all(),
            "业务使用情况": OperatorUsage.objects.filter(operator=Operator.TELECOM),
        },
        "network": {
            "网络节点": NetworkNode.objects.all(),
            "网络链路": NetworkLink.objects.all(),
            "链路带宽": NetworkLink.objects.filter(bandwidth_mbps__isnull=False),
        },
    }


def _of_knowledge() -> dict[str, dict[str, QuerySet]]:
    today = timezone.localdate()
    needs = CustomerNeed.objects.exclude(status=CustomerNeed.Status.DROPPED)
    return {
        "finance": {
            "财务情况": CustomerFinance.objects.all(),
            "通信预算": CommunicationBudget.objects.all(),
            "话费补贴": AllowancePolicy.objects.all(),
        },
        "needs": {label: needs.filter(layer=code) for code, label in CustomerNeed.Layer.choices},
        "competition": {"他网使用情况": OperatorUsage.objects.exclude(operator=Operator.TELECOM)},
        "contracts": {"有效合同": ServiceContract.objects.filter(ends_on__gte=today)},
        "events": {"大事": CustomerEvent.objects.all()},
    }


def measure(pks: Sequence[int]) -> list[ViewQuality]:
    """Unsaved rows for the customers of `pks`: four queries for any number."""
    now = clock.now()
    months, refreshed, items = _months(pks), _refreshed(pks), _items(pks)
    found = []
    for pk, filled in _filled(pks).items():
        whole = rules.completeness(filled)
        flow = rules.continuity(months[pk], refreshed[pk], now)
        found.append(
            ViewQuality(
                customer_id=pk,
                completeness=whole.percent,
                truth=rules.truth(*items.get(pk, (0, 0))),
                continuity=flow.percent,
                sections=[
                    {"code": one.code, "percent": one.percent, "gaps": list(one.gaps)}
                    for one in whole.sections
                ],
                refreshed={code: at.isoformat() for code, at in refreshed[pk].items()},
                stale=list(flow.stale),
                month_gaps=[f"{month:%Y-%m}" for month in flow.gaps],
                computed_at=now,
            )
        )
    return found


_put_off: ContextVar[set[int] | None] = ContextVar("quality put off", default=None)


@contextmanager
def once_at_the_end() -> Iterator[None]:
    """For many writes to the same views in one transaction: each view is measured after all."""
    waiting: set[int] = set()
    token = _put_off.set(waiting)
    try:
        yield
    finally:
        _put_off.reset(token)
    refresh(sorted(waiting))


def refresh(pks: Iterable[int]) -> int:
    """Measure and store, in batches; returns how many. Called by every write to the view."""
    pks, waiting = list(pks), _put_off.get()
    if waiting is not None:
        waiting.update(pks)
        return len(pks)
    fields = [f.name for f in ViewQuality._meta.fields if not f.primary_key]
    for start in range(0, len(pks), BATCH):
        ViewQuality.objects.bulk_create(
            measure(pks[start : start + BATCH]),
            update_conflicts=True,
            unique_fields=["customer"],
            update_fields=fields,
        )
    return len(pks)


def refresh_old(*, now: datetime) -> int:
    """Measure whatever was not measured in the last 20 hours; a broken run goes on where it was."""
    limit = now - timedelta(hours=20)
    rows = Customer.objects.filter(Q(quality=None) | Q(quality__computed_at__lt=limit))
    return refresh(rows.order_by("pk").values_list("pk", flat=True))


def _filled(pks) -> dict[int, dict[str, dict[str, bool]]]:
    wanted = _mandatory()
    places = [(code, label) for code, fields in wanted.items() for label in fields]
    asked = {
        f"filled_{n}": Exists(wanted[code][label].filter(customer=OuterRef("pk")).order_by())
        for n, (code, label) in enumerate(places)
    }
    rows = Customer.objects.filter(pk__in=pks).order_by().annotate(**asked)
    found = {}
    for row in rows.values("pk", *FILE, *asked):
        filled: dict[str, dict[str, bool]] = {code: {} for code in wanted}
        for name in FILE:
            label = str(Customer._meta.get_field(name).verbose_name)
            filled["file"][label] = row[name] not in (None, "")
        for n, (code, label) in enumerate(places):
            filled[code][label] = bool(row[f"filled_{n}"])
        found[row["pk"]] = filled
    return found


def _months(pks) -> dict[int, list]:
    """Months of the running record; one old bill kept as an example (D7) leaves no gap to now."""
    found = defaultdict(list)
    since = rules.add_months(timezone.localdate(), -rules.CONTINUITY_MONTHS)
    rows = MonthlyBill.objects.filter(customer__in=pks, month__gte=since).order_by()
    for pk, month in rows.values_list("customer", "month").distinct():
        found[pk].append(month)
    return found


def _refreshed(pks) -> dict[int, dict[str, datetime]]:
    found: dict[int, dict[str, datetime]] = defaultdict(dict)
    rows = CustomerViewRevision.objects.filter(
        customer__in=pks, state=CustomerViewRevision.State.APPLIED
    )
    grouped = rows.order_by().values_list("customer", "section").annotate(at=Max("changed_at"))
    for pk, section, at in grouped:
        found[pk][section] = at
    return found


def _items(pks) -> dict[int, tuple[int, int]]:
    """{customer: (information items, those with a named source and verification)}."""
    proven = Q(verified_at__isnull=False) & ~Q(source_type="")
    rows = CustomerInfoItem.objects.filter(customer__in=pks).order_by().values("customer")
    counted = rows.annotate(all=Count("pk"), proven=Count("pk", filter=proven))
    return {row["customer"]: (row["all"], row["proven"]) for row in counted}
