"""Where promises, requests and limits show real life in the demo."""

from accounts.models import Customer
from staff.models import AuthorityLimit
from visits.models import Commitment, Escalation

BUSY = ("shenzy", "yujg", "chenjq", "jinxy", "zhouhm")


def places_of(places):
    for state in Commitment.State.values:
        promise = Commitment.objects.filter(state=state).select_related("owner")
        promise = promise.exclude(owner__username__in=BUSY).order_by("pk").first()
        if promise:
            places.add(promise.owner.username, "visits:commitment_detail", promise.pk)
    for state in Escalation.State.values:
        request = Escalation.objects.filter(state=state).select_related("approver").first()
        if request:
            places.add(request.approver.username, "visits:escalation_detail", request.pk)
    customer = Customer.objects.filter(manager__username="heqiong").order_by("pk").first()
    query = f"?customer={customer.pk}"
    places.add("heqiong", "visits:commitment_create", query=query)
    places.add("heqiong", "visits:escalation_create", query=query)
    for tab in ("mine", "all"):
        places.add("heqiong", "visits:escalation_list", query=f"?tab={tab}")
    places.add("head_ent", "visits:escalation_list", query="?tab=to_decide")
    places.add("auditor", "visits:escalation_list", query="?tab=exceptions")
    places.add("admin", "staff:authority_list")
    limit = AuthorityLimit.objects.get(role="account_manager", topic="price_discount")
    places.add("admin", "staff:authority_edit", limit.pk)
