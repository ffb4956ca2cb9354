"""A customer gets another manager: what is not over yet becomes the new manager's (R1)."""

from django.db import transaction

from accounts.models import Customer
from staff.models import User
from visits.actions.correspondence import ANSWERABLE
from visits.models import Commitment, InboundLetter, Visit, VisitParticipant

State = Visit.State
STILL_TO_COME = (State.DRAFT, State.PLANNED, State.BOOKED, State.IN_PROGRESS)


@transaction.atomic
def hand_over(*, customer: Customer, old: User, to: User) -> None:
    """Visits that have not ended, letters to answer and open promises of `old` go to `to`.

    Their open duties go with accounts.assign_manager; these columns say who owes what comes next.
    A visit that has ended keeps the name of whoever made it.
    """
    theirs = {"customer": customer, "owner": old}
    visits = Visit.objects.filter(**theirs, state__in=STILL_TO_COME)
    VisitParticipant.objects.filter(visit__in=visits, user=to).delete()
    visits.update(owner=to)
    InboundLetter.objects.filter(**theirs, state__in=ANSWERABLE).update(owner=to)
    Commitment.objects.filter(**theirs, state=Commitment.State.OPEN).update(owner=to)


def who_answers(customer: Customer, person: User) -> User:
    """`person` while they still serve this customer, otherwise its manager of today."""
    serves = Customer.objects.visible_to(person).filter(pk=customer.pk)
    return person if person.is_active and serves.exists() else customer.manager
