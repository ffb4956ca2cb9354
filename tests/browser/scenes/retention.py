"""Where retention shows real life in the demo."""

from planning.models import (
    RetentionAction,
    RetentionCase,
    RetentionList,
    RetentionMetricSnapshot,
    RetentionResource,
    RetentionThreat,
)
from tests.browser.scenes.opps import NEW


def places_of(places):
    for person in ("wanglj", "head_gov", "director", "auditor"):
        places.each(person, "planning:retention_list", "planning:retention_metrics")
    places.each("director", "planning:retention_rolls", "planning:retention_roll_new")
    places.each("director", "planning:retention_targets")
    places.add("director", "planning:retention_target_edit", 2027)
    roll = RetentionList.objects.order_by("pk").first()
    places.add("director", "planning:retention_roll", roll.pk)
    places.add("director", "planning:retention_roll_add", roll.pk)
    known = RetentionCase.objects.exclude(customer__manager__username__in=NEW)
    for risk in ("red", "orange", "yellow", "green"):
        case = known.filter(risk=risk).select_related("customer__manager").order_by("pk").first()
        places.add(case.customer.manager.username, "planning:retention_detail", case.pk)
    name = case.customer.manager.username
    for form in ("edit", "look"):
        places.add(name, f"planning:retention_{form}", case.pk)
    for part in ("threat", "action", "resource"):
        places.add(name, "planning:retention_add", case.pk, part)
    places.add(name, "planning:retention_customer", case.customer_id)
    draft = known.filter(state="draft").select_related("customer__manager").order_by("pk").first()
    head = draft.customer.manager.dept_head().username
    places.add(head, "planning:retention_step", draft.pk, query="?to=approved")
    kept = {"case__customer__manager__username__in": NEW}
    for kind, rows in (
        ("action", RetentionAction.objects.filter(done_on=None)),
        ("threat", RetentionThreat.objects.filter(closed_on=None)),
    ):
        part = rows.exclude(**kept).select_related("case__customer__manager").first()
        places.add(part.case.customer.manager.username, f"planning:retention_{kind}", part.pk)
    asked = RetentionResource.objects.filter(state="asked").first()
    head = asked.case.customer.manager.dept_head().username
    places.add(head, "planning:retention_resource", asked.pk)
    figure = RetentionMetricSnapshot.objects.filter(level="branch", metric="sticky").first()
    places.add("director", "planning:retention_metric", figure.pk)
