"""概况, 档案, 拜访与往来."""

from accounts import reports
from accounts.actions import lifecycle
from accounts.models import Customer
from accounts.reports import overview as picture
from accounts.rules import LADDER
from accounts.sections.registry import ORDINARY, Section
from reminders.models import Obligation

DUTIES_SHOWN = 6


def overview(customer, user, request) -> dict:
    duties = Obligation.objects.of_customer(customer.pk).open().select_related("owner")
    duties = list(duties.order_by("due_at", "pk"))
    view = picture.view_quality(customer)
    return {
        "deciding": picture.deciding(customer),
        "running": picture.running(customer),
        "income": picture.income(customer),
        "duties": duties[:DUTIES_SHOWN],
        "more_duties": max(len(duties) - DUTIES_SHOWN, 0),
        "expiring": picture.expiring(customer),
        "latest": picture.latest(customer),
        "quality": view,
        "gaps": picture.gaps(view),
        "proposals": picture.proposals(customer),
        "assignments": customer.assignments.select_related("user"),
    }


def file(customer, user, request) -> dict:
    return {
        "groups": reports.file_groups(customer),
        "steps": ladder(customer),
        "standing": lifecycle.standing(customer),
        "lifecycle_changes": customer.lifecycle_changes.select_related("changed_by"),
        "stages": stages(customer),
    }


def ladder(customer) -> list[tuple[str, str]]:
    """(label, css class) of the steps of R21, up to where the customer stands."""
    labels = dict(Customer.Lifecycle.choices)
    here = LADDER.index(customer.lifecycle) if customer.lifecycle in LADDER else -1
    return [(labels[step], _step(n, here)) for n, step in enumerate(LADDER)]


def stages(customer) -> list[tuple[object, str]]:
    """(stage, css class) of the informatisation of the customer's industry (R66)."""
    rows = customer.industry.stages.order_by("order")
    now = customer.informatization_stage
    return [(stage, _step(stage.order, now.order if now else 0)) for stage in rows]


def _step(place: int, here: int) -> str:
    return "is-now" if place == here else "is-done" if place < here else ""


def visits(customer, user, request) -> dict:
    """The rows come as a fragment of the visits app (its own URL, its own scope)."""
    return {}


SECTIONS = (
    Section("overview", "概况", "bi-speedometer2", overview, ORDINARY),
    Section("file", "档案", "bi-folder2-open", file),
    Section("visits", "拜访与往来", "bi-person-walking", visits),
    Section("value", "价值", "bi-gem", visits),  # a fragment of valuation, likewise
    Section("plans", "规划与计划", "bi-map", visits),  # a fragment of planning, likewise
)
