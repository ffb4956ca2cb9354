"""What is added to an accepted record; the record itself never changes any more (R11)."""

from django.db import transaction

from accounts.models import Customer
from core import audit
from staff.access import may
from staff.models import User
from visits.actions import asking, authority, telling
from visits.actions.errors import VisitError
from visits.actions.reviewing import may_review
from visits.models import RecordAddendum, Visit, VisitRecord


def may_add(visit: Visit, by: User) -> bool:
    """Who was there, who works for this customer, and the head."""
    if by.pk in asking.attendees(visit):
        return True
    if may(by, "visits.write") and Customer.objects.visible_to(by).filter(pk=visit.customer_id):
        return True
    return may_review(visit.record, by)


@transaction.atomic
def add_addendum(*, visit: Visit, text: str, by: User) -> RecordAddendum:
    """Add `text` below the accepted record, with author and time; told to the timeline."""
    is_locked = VisitRecord.objects.filter(visit=visit, state=VisitRecord.State.ACCEPTED)
    if not is_locked.exists():
        raise VisitError("记录还没有采纳，不用写补充说明；请直接修改记录。")
    if not may_add(visit, by):
        raise VisitError("只有到场的人、客户经理和部门负责人可以补充。")
    authority.check_record(visit, by=by, text=text)
    addendum = RecordAddendum.objects.create(visit=visit, text=text, written_by=by)
    audit.record(verb="addendum.added", target=addendum, by=by, changes={"text": ["", text]})
    telling.tell_addendum(addendum, by=by)
    return addendum
