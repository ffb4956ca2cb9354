"""Where opportunities show real life in the demo."""

from accounts.models import Customer, CustomerNeed
from opportunities.models import Opportunity, OpportunityStage, Stage

NEW = ("shenzy", "yujg", "chenjq")  # they choose their password in a test


def places_of(places):
    for person in ("wanglj", "head_gov", "director", "auditor", "se1"):
        places.add(person, "opportunities:list")
        places.add(person, "opportunities:board")
    for person in ("wanglj", "head_gov", "director"):
        places.add(person, "opportunities:need_list")
    for stage in Stage.values:
        rows = Opportunity.objects.filter(stage=stage).exclude(owner__username__in=NEW)
        row = rows.select_related("owner").order_by("pk").first()
        places.add(row.owner.username, "opportunities:detail", row.pk)
    row = Opportunity.objects.get(name="政务云资源池")
    for name in ("edit", "probability", "move", "lines", "rivals", "team"):
        places.add("wanglj", f"opportunities:{name}", row.pk)
    for target in ("lost", "suspended", "solution"):
        places.add("wanglj", "opportunities:move", row.pk, query=f"?to={target}")
    for kind in ("value", "compete", "questions"):
        places.add("wanglj", "opportunities:assess", row.pk, kind)
    asked = Opportunity.objects.get(name="专线续约")
    places.add("head_gov", "opportunities:go", asked.pk)
    customer = Customer.objects.get(code="C0007")
    places.add("wanglj", "opportunities:create", query=f"?customer={customer.pk}")
    places.add("wanglj", "opportunities:of_customer", customer.pk)
    need = CustomerNeed.objects.filter(status="captured", customer__manager__username="wanglj")
    places.add("wanglj", "opportunities:convert", need.order_by("pk").first().pk)
    places.add("wanglj", "opportunities:import")
    places.add("admin", "opportunities:stage_list")
    places.add("admin", "opportunities:stage_edit", OpportunityStage.objects.first().pk)
