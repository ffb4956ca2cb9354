"""A customer who waited for a service and was told wants it: an opportunity (R15, R77)."""

from django.db import transaction

from accounts.models import Contact
from opportunities.actions import keeping
from opportunities.models import Opportunity
from service.actions import watching
from service.models import ServiceWatch
from staff.models import User


@transaction.atomic
def convert_watch(
    *, watch: ServiceWatch, name: str, kind: str, contact: Contact | None, by: User
) -> Opportunity:
    """The watch ends and its demand goes along. ServiceError when it is not told yet or was
    converted already, OpportunityError when the first stage lacks something."""
    watching.mark_converted(watch=watch, by=by)
    made = keeping.register(
        customer=watch.customer,
        by=by,
        name=name,
        kind=kind,
        contact=contact,
        source=Opportunity.Source.SERVICE_LAUNCH,
        source_note=f"开办关注：{watch.availability}"[:200],
        need_text=watch.demand,
    )
    ServiceWatch.objects.filter(pk=watch.pk).update(opportunity_ref=made.pk)
    return made
