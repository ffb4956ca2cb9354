"""Where writing plans shows real life in the demo."""

from accounts.models import Customer
from planning.models import MarketingPlan


def places_of(places):
    for person in ("heqiong", "head_fin", "director", "auditor", "im_fin"):
        places.add(person, "planning:list")
    bank = MarketingPlan.objects.get(number="KP-2027-C0001")
    for plan, person in ((bank, "heqiong"), (bank, "head_fin")):
        places.add(person, "planning:detail", plan.pk)
        places.add(person, "planning:section", plan.pk, "C2.4")
        places.add(person, "planning:table", plan.pk, "network")
    industry = MarketingPlan.objects.get(number="IP-2027-FIN")
    places.add("im_fin", "planning:detail", industry.pk)
    places.add("im_fin", "planning:section", industry.pk, "I1.1")
    annual = MarketingPlan.objects.get(kind="annual_market")
    places.add("director", "planning:detail", annual.pk)
    written = MarketingPlan.objects.get(number="KP-2027-C0009")
    places.add("wanglj", "planning:detail", written.pk)
    for code in ("C2.1", "C2.2", "C2.3", "C1.1"):
        places.add("wanglj", "planning:section", written.pk, code)
    for code in ("opportunities", "measures", "relationship"):
        places.add("wanglj", "planning:table", written.pk, code)
    places.add("wanglj", "planning:task_add", written.pk)
    places.add("wanglj", "planning:organise", written.pk)
    customer = Customer.objects.get(code="C0014")
    places.add("wanglj", "planning:create", query=f"?customer={customer.pk}")
    places.add("head_gov", "planning:create", query="?kind=key_industry")
    places.add("wanglj", "planning:of_customer", customer.pk)
    places.add("heqiong", "accounts:customer_section", bank.customer_id, "plans")
