"""建议纳入名单制: customers with high potential that nobody manages by name (R54)."""

from decimal import Decimal

from django.db import transaction

from accounts.actions.customers import update_customer
from accounts.actions.errors import AccountError
from core import audit, clock
from core.models import Parameter
from staff.models import User
from valuation import period_rules
from valuation.actions.abandoning import FAR_BELOW, may_decide
from valuation.actions.errors import STALE, ValuationError
from valuation.models import CustomerValuation, PotentialAlert, ValuationRun

State = PotentialAlert.State


def threshold(run: ValuationRun) -> Decimal:
    """The lower of the fixed score and the score where the top tenth of the managed begins."""
    value = Parameter.objects.value
    fixed = Decimal(value("potential_alert_score"))
    managed = CustomerValuation.objects.filter(run=run, is_managed=True, potential__isnull=False)
    count = managed.count() * value("potential_alert_top_percent") // 100
    if not count:
        return fixed
    [last] = managed.order_by("-potential").values_list("potential", flat=True)[count - 1 : count]
    return min(fixed, last)


def raise_alerts(run: ValuationRun) -> int:
    """One open alert for each customer at most; who was put aside lately is left in peace."""
    months = Parameter.objects.value("potential_alert_quiet_months")
    quiet_since = period_rules.shift(run.as_of, -months)
    aside = PotentialAlert.objects.filter(state=State.DISMISSED, decided_at__date__gt=quiet_since)
    rows = (
        CustomerValuation.objects.filter(run=run, is_managed=False, potential__gte=threshold(run))
        .filter(customer__is_managed=False)
        .exclude(customer__in=PotentialAlert.objects.filter(state=State.OPEN).values("customer"))
        .exclude(customer__in=aside.values("customer"))
    )
    found = [
        PotentialAlert(run=run, customer_id=customer, potential=potential)
        for customer, potential in rows.values_list("customer", "potential")
    ]
    PotentialAlert.objects.bulk_create(found, ignore_conflicts=True)
    return len(found)


@transaction.atomic
def adopt(*, alert: PotentialAlert, note: str, by: User) -> None:
    """The customer joins the list of managed ones, through the file of accounts (R17)."""
    _close(alert, State.ADOPTED, note, by)
    try:
        update_customer(
            customer=alert.customer, by=by, reason=note or "高潜客户，纳入名单制", is_managed=True
        )
    except AccountError as error:
        raise ValuationError(str(error)) from error
    audit.record(verb="potential_alert.adopted", target=alert, by=by, reason=note)


@transaction.atomic
def dismiss(*, alert: PotentialAlert, note: str, by: User) -> None:
    """Not now, with the reason."""
    _close(alert, State.DISMISSED, note, by)
    audit.record(verb="potential_alert.dismissed", target=alert, by=by, reason=note)


def _close(alert: PotentialAlert, state: str, note: str, by: User) -> None:
    if not may_decide(by, alert.customer):
        raise ValuationError(FAR_BELOW)
    still = PotentialAlert.objects.filter(pk=alert.pk, state=State.OPEN)
    if not still.update(state=state, note=note, decided_by=by, decided_at=clock.now()):
        raise ValuationError(f"这条提示{STALE}")
    alert.refresh_from_db()
