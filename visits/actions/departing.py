"""To be at the door in time: a duty from the booking to the arrival, reminded two hours ahead (R5).

It never outlives its appointment: what is cancelled, moved or begun ends it.
"""

from datetime import datetime

from core import clock
from reminders.actions import cancel_duty, fulfil_duty, open_duty
from reminders.models import DutyKind
from staff.models import User
from visits import rules
from visits.models import Visit

KIND = DutyKind.VISIT_DEPARTURE
BEGUN = "拜访已经开始，没有另外登记到达"


def expect(visit: Visit, *, by: User) -> None:
    """Open the duty of a booked visit at the customer's; not for one whose time has come."""
    due_at = visit.scheduled_start - rules.ARRIVE_EARLY
    if visit.mode != Visit.Mode.ON_SITE or due_at <= clock.now():
        return
    open_duty(
        kind=KIND,
        subject=visit,
        owner=visit.owner,
        started_at=visit.booked_at,
        due_at=due_at,
        title=f"出发去 {visit.customer}，提前 5 分钟到",
        customer_name=visit.customer.name,
        path=visit.get_absolute_url(),
        by=by,
    )


def arrived(visit: Visit, *, at: datetime, by: User) -> None:
    evidence = {"arrived_at": at.isoformat()}
    fulfil_duty(kind=KIND, subject=visit, at=at, evidence=evidence, by=by)


def give_up(visit: Visit, *, reason: str, by: User) -> None:
    """The visit was moved, cancelled or begun without an arrival; nobody need leave any more."""
    cancel_duty(kind=KIND, subject=visit, reason=reason, by=by)
