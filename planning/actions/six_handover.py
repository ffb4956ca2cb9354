"""What somebody has to improve or to carry out for a customer goes to whoever comes after (R1)."""

from django.db import transaction
from django.db.models import Q

from accounts.models import Customer
from core import audit
from planning.models import CustomerPlanning, ImplementationItem, SupportAssessment
from reminders.actions import reassign_duties
from reminders.models import DutyKind, Obligation
from staff.models import User

State = ImplementationItem.State
OVER = (State.DONE, State.DROPPED)


@transaction.atomic
def hand_over_six(
    *, old: User, to: User, by: User, reason: str, customer: Customer | None = None
) -> list[dict]:
    """Open items and improvements of `old`, of one customer or of all, with their duties.

    Returns [{"kind", "id", "text"}, …] of the workbenches in which something moved.
    """
    benches = CustomerPlanning.objects.all() if customer is None else customer.plannings.all()
    found = []
    for bench in benches.filter(_has_work_of(old)).distinct().order_by("pk"):
        _move(bench, old, to, by, reason)
        found.append({"kind": "six", "id": bench.pk, "text": str(bench)[:200]})
    return found


def _has_work_of(old: User):
    items = ImplementationItem.objects.filter(owner=old).exclude(state__in=OVER)
    supports = SupportAssessment.objects.filter(improvement_owner=old, improved_at=None)
    mine = CustomerPlanning.objects.filter(author=old, state=CustomerPlanning.State.WORKING)
    return (
        Q(pk__in=items.values("planning"))
        | Q(pk__in=supports.values("planning"))
        | Q(pk__in=mine.values("pk"))
    )


def _move(bench: CustomerPlanning, old: User, to: User, by: User, reason: str) -> None:
    CustomerPlanning.objects.filter(pk=bench.pk, author=old).update(author=to)
    bench.items.filter(owner=old).exclude(state__in=OVER).update(owner=to)
    for support in bench.supports.filter(improvement_owner=old, improved_at=None):
        _move_improvement(support, old, to, by, reason)
    changes = {"负责人": [str(old), str(to)]}
    audit.record(verb="six.handed_over", target=bench, by=by, changes=changes, reason=reason)


def _move_improvement(support: SupportAssessment, old, to, by, reason) -> None:
    """With its duty; whoever was given the duty already has the improvement too."""
    duties = Obligation.objects.of(DutyKind.SUPPORT_IMPROVEMENT, support)
    reassign_duties(duties=duties.filter(owner=old), to=to, by=by, reason=reason)
    duty = duties.first()
    SupportAssessment.objects.filter(pk=support.pk).update(
        improvement_owner=duty.owner if duty else to
    )
