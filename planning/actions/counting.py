"""Which version of a plan is the current one, and which one counts (R41)."""

from planning.models import COUNTED, MarketingPlan, PlanState, PlanVersion


def lock(version: PlanVersion) -> PlanVersion:
    """The version as it stands, held together with its plan until the transaction ends.

    Verbs about one plan run one after the other. Who writes a text or a figure at this instant has
    either finished, and is seen, or waits and finds a version that is no longer writable.
    """
    MarketingPlan.objects.select_for_update().get(pk=version.plan_id)
    held = PlanVersion.objects.select_for_update(of=("self",))
    names = ("plan__author", "plan__customer", "plan__industry", "plan__branch")
    return held.select_related("plan__department", *names).get(pk=version.pk)


def recount(plan: MarketingPlan) -> None:
    """`current`: the newest version that was not thrown away, the newest where all were.
    `counted`: the newest that was handed in or approved, else none. Call it after every move.
    """
    states = list(plan.versions.order_by("-number").values_list("pk", "state"))
    kept = [pk for pk, state in states if state != PlanState.DISCARDED]
    counted = [pk for pk, state in states if state in COUNTED]
    fields = {
        "current_id": (kept or [pk for pk, _ in states] or [None])[0],
        "counted_id": (counted or [None])[0],
    }
    MarketingPlan.objects.filter(pk=plan.pk).update(**fields)
    for name, value in fields.items():
        setattr(plan, name, value)
