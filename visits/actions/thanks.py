"""The thank-you letter of a visit (R8): opened with its duty, drafted, sent or waived."""

from django.db import transaction

from core import audit
from reminders.actions import open_duty
from reminders.models import DutyKind
from staff.models import User
from visits.models import ThankYouLetter, Visit


@transaction.atomic
def open_letter(*, visit: Visit, by: User | None) -> ThankYouLetter:
    """Make the empty letter and its 48-hour duty, running from the actual end of the visit (R8).

    Called in the transaction that ends the visit; a second call returns the first letter.
    """
    letter, is_new = ThankYouLetter.objects.get_or_create(visit=visit)
    if is_new:
        letter.contacts.set(visit.contacts.all())
        audit.record(verb="thanks.opened", target=letter, by=by)
    open_duty(
        kind=DutyKind.THANK_YOU_LETTER,
        subject=letter,
        owner=visit.owner,
        started_at=visit.ended_at,
        title=f"给 {visit.customer} 送出感谢函",
        customer_name=visit.customer.name,
        customer_ref=visit.customer_id,
        path=letter.get_absolute_url(),
        by=by,
    )
    return letter
