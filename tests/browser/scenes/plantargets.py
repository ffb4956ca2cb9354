"""Where targets and roll-up show real life in the demo."""

from planning.models import MarketingPlan


def places_of(places):
    bank = MarketingPlan.objects.get(number="KP-2027-C0001")
    written = MarketingPlan.objects.get(number="KP-2027-C0009")
    industry = MarketingPlan.objects.get(number="IP-2027-FIN")
    annual = MarketingPlan.objects.get(kind="annual_market")
    for plan, person in ((bank, "heqiong"), (bank, "head_fin"), (written, "wanglj")):
        places.add(person, "planning:targets", plan.pk)
    places.add("wanglj", "planning:targets_import", written.pk)
    for plan, person in ((industry, "head_fin"), (industry, "im_fin"), (annual, "director")):
        places.add(person, "planning:rollup", plan.pk)
        places.add(person, "planning:rollup", plan.pk, query="?by=line")
        places.add(person, "planning:allotments", plan.pk)
    places.add("director", "planning:allot", bank.pk)
    places.add("director", "planning:allot", annual.pk)
    # The demo amends this plan: its second version is being written.
    places.add("im_fin", "planning:adjustment_new", industry.pk)
    row = industry.current.targets.first()
    places.add("im_fin", "planning:adjustment_edit", industry.pk, row.pk)
