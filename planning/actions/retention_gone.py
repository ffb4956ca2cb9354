"""Who has left, or whom nobody manages any more, is not warned of any longer (§B.14)."""

from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import Customer
from core import audit
from core.rules import local_date
from planning import warning_rules as rules
from planning.models import CustomerRisk, RetentionCase, RiskLevel, WarningChange
from reminders.actions.many import cancel_duties
from reminders.models import DutyKind, Obligation

LOST, UNMANAGED = "客户已流失，不再预警", "客户不再由专人管理，不再预警"
PORTION = 500


def end_warnings(customers, *, now: datetime) -> int:
    """End the duty and take the risk away, once; how many levels changed.

    Without this the last level of a customer that the night passes over would stand for ever, and
    its manager would be reminded of it. The case stays open for its outcome.
    """
    gone = Q(is_managed=False) | Q(lifecycle=Customer.Lifecycle.LOST)
    warned = Exists(CustomerRisk.objects.filter(customer=OuterRef("pk")))
    owed = Exists(_duties().open().filter(customer_ref=OuterRef("pk")))
    keys = list(customers.filter(gone).filter(warned | owed).order_by("pk").values_list("pk"))
    portions = (keys[start : start + PORTION] for start in range(0, len(keys), PORTION))
    return sum(_end([pk for (pk,) in part], gone, now) for part in portions)


def _duties():
    warnings = ContentType.objects.get_for_model(WarningChange)
    return Obligation.objects.filter(kind=DutyKind.RETENTION_ACTION, content_type=warnings)


@transaction.atomic
def _end(keys: list[int], gone: Q, now: datetime) -> int:
    """Behind a lock, so that a second night at the same time finds nothing left to do."""
    rows = Customer.objects.filter(gone, pk__in=keys).order_by("pk")
    found = {row.pk: row for row in rows.select_for_update(of=("self",))}
    for reason in (LOST, UNMANAGED):
        mine = [pk for pk, row in found.items() if _why(row) == reason]
        cancel_duties(_duties().filter(customer_ref__in=mine), reason=reason, by=None)
    risks = list(CustomerRisk.objects.filter(customer__in=found).order_by("pk"))
    changes = WarningChange.objects.bulk_create(
        WarningChange(
            customer=found[risk.customer_id], old=risk.level, level=rules.GREEN,
            reason=_why(found[risk.customer_id]), on=local_date(now), at=now,
        )
        for risk in risks
        if risk.level != rules.GREEN
    )  # fmt: skip
    audit.record_many(
        audit.event(
            verb="warning.changed", target=one, by=None, reason=one.reason,
            changes={"风险": [RiskLevel(one.old).label, RiskLevel(one.level).label]},
        )
        for one in changes
    )  # fmt: skip
    CustomerRisk.objects.filter(pk__in=[risk.pk for risk in risks]).delete()
    _calm_cases(found, now)
    return len(changes)


def _calm_cases(customers: dict[int, Customer], now: datetime) -> None:
    cases = RetentionCase.objects.filter(customer__in=customers).exclude(risk=rules.GREEN)
    cases = list(cases.exclude(state=RetentionCase.State.REVIEWED).select_for_update())
    for case in cases:
        case.risk, case.risk_rank = rules.GREEN, rules.RANK[rules.GREEN]
        case.risk_reason = _why(customers[case.customer_id])
        case.risk_since, case.updated_at = local_date(now), now
    fields = ["risk", "risk_rank", "risk_reason", "risk_since", "updated_at"]
    RetentionCase.objects.bulk_update(cases, fields)


def _why(customer: Customer) -> str:
    return LOST if customer.lifecycle == Customer.Lifecycle.LOST else UNMANAGED
