"""Where the review of plans shows real life in the demo."""

from planning.actions import moving
from planning.models import MarketingPlan, PlanVersion
from planning.queue_reports import waiting_for
from staff.models import User

NEW = ("shenzy", "yujg", "chenjq")  # they choose their password in a test


def places_of(places):
    amend_one()
    for person in ("head_fin", "head_gov", "director"):
        places.add(person, "planning:review_list")
        places.add(person, "planning:review_list", query="?show=all")
        user = User.objects.select_related("department").get(username=person)
        one = waiting_for(user).order_by("since", "pk").first()
        if one:
            places.add(person, "planning:review", one.plan_id)
            places.add(person, "planning:version", one.plan_id, one.number)
    for state in ("returned", "drafting", "approved", "in_execution"):
        plans = MarketingPlan.objects.filter(current__state=state, kind="key_customer")
        plan = (
            plans.select_related("author")
            .exclude(author__username__in=NEW)
            .order_by("number")
            .first()
        )
        if plan is None:
            continue
        places.add(plan.author.username, "planning:review", plan.pk)
        places.add(plan.author.username, "planning:quality", plan.pk)
        name = "discard" if state in ("returned", "drafting") else "amend"
        places.add(plan.author.username, f"planning:{name}", plan.pk)
        if name == "discard":
            places.add(plan.author.username, "planning:submit", plan.pk)
    others = PlanVersion.objects.exclude(plan__author__username__in=NEW)
    others = others.select_related("plan__author")
    first = others.filter(state="preparing").first()
    if first:
        places.add(first.plan.author.username, "planning:outline", first.plan_id)
    second = others.filter(number=2).first()
    places.add(second.plan.author.username, "planning:compare", second.plan_id, 2, 1)


def amend_one():
    """Nobody has a second version in the demo."""
    plans = MarketingPlan.objects.filter(current__state="in_execution", kind="key_customer")
    plan = plans.exclude(author__username__in=NEW).order_by("number").first()
    moving.amend(version=plan.current, reason="上半年新签了云专线，目标要上调。", by=plan.author)
