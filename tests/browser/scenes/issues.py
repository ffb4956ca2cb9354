"""Where problems of customers show real life in the demo."""

from accounts.models import Customer
from visits.models import CustomerIssue

BUSY = ("shenzy", "yujg", "chenjq", "jinxy", "zhouhm")


def places_of(places):
    for state in CustomerIssue.State.values:
        issue = CustomerIssue.objects.filter(state=state).select_related("owner")
        issue = issue.exclude(owner__username__in=BUSY).order_by("pk").first()
        if issue:
            places.add(issue.owner.username, "visits:issue_detail", issue.pk)
    customer = Customer.objects.filter(manager__username="heqiong").order_by("pk").first()
    places.add("heqiong", "visits:issue_create", query=f"?customer={customer.pk}")
    places.add("heqiong", "visits:issue_list")
    places.add("head_ent", "visits:issue_list", query="?late=1")
    places.add("head_ent", "visits:issue_list", query="?tab=ended")
