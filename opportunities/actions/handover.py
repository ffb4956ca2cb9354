"""What a person has in hand for a customer goes to another: opportunities, forecasts (R1, R27)."""

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Customer
from core import audit, clock
from opportunities.actions.sharing import change_owner
from opportunities.models import DemandForecast, Opportunity, SolutionRequest
from staff.models import User

Forecast, Request = DemandForecast.State, SolutionRequest.State
WRITABLE = (Forecast.OPEN, Forecast.RETURNED)
RUNNING = (Request.ASKED, Request.WORKING)


def owned_by(owner: User, customers: QuerySet[Customer]) -> QuerySet[Opportunity]:
    """Opportunities that have not ended: somebody must answer for them."""
    found = Opportunity.objects.open().filter(owner=owner, customer__in=customers)
    return found.select_related("customer__manager").order_by("pk")


@transaction.atomic
def hand_over_opportunities(
    *, customer: Customer, old: User, to: User, by: User, reason: str
) -> list[dict]:
    """Open opportunities and unsent forecasts of `old` for this customer belong to `to` now.

    What was sent keeps the name of who answers for it (R25). Returns [{"kind", "id", "text"}, …].
    """
    moved = []
    for row in owned_by(old, Customer.objects.filter(pk=customer.pk)):
        change_owner(opportunity=row, to=to, reason=reason or "客户移交", by=by)
        moved.append(_item("opportunity", row, row.name))
    drafts = DemandForecast.objects.filter(customer=customer, author=old, state__in=WRITABLE)
    for row in drafts.select_related("customer").order_by("pk"):
        _pass_forecast(row, old, to, by, reason)
        moved.append(_item("forecast", row, str(row)))
    return moved


def _pass_forecast(row: DemandForecast, old: User, to: User, by: User, reason: str) -> None:
    values = {"author": to, "updated_at": clock.now()}
    if row.reviewed_by_id == to.pk:  # nobody has reviewed the own one
        values["reviewed_by"] = None
    DemandForecast.objects.filter(pk=row.pk).update(**values)
    changes = {"客户经理": [str(old), str(to)]}
    audit.record(verb="forecast.reassigned", target=row, by=by, changes=changes, reason=reason)


@transaction.atomic
def hand_over_solutions(*, old: User, to: User, by: User, reason: str) -> list[dict]:
    """Unfinished solutions of an engineer go to another engineer; to anybody else they do not."""
    if to.role != User.Role.SOLUTION_ENGINEER:
        return []
    moved = []
    for row in SolutionRequest.objects.filter(engineer=old, state__in=RUNNING).order_by("pk"):
        SolutionRequest.objects.filter(pk=row.pk).update(engineer=to)
        changes = {"客户工程师": [str(old), str(to)]}
        audit.record(verb="solution.reassigned", target=row, by=by, changes=changes, reason=reason)
        moved.append(_item("solution", row, row.content))
    return moved


def _item(kind: str, row, text: str) -> dict:
    return {"kind": kind, "id": row.pk, "text": text[:200]}
