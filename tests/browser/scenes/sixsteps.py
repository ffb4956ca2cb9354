"""Where the six steps show real life in the demo: Bank A, worked through."""

from accounts.models import Customer
from planning.models import (
    CompetitorScorecard,
    CustomerPlanning,
    IndustryAnalysis,
    KeyPurchaseFactor,
)

WRITER, READER = "heqiong", "head_fin"


def places_of(places):
    bench = CustomerPlanning.objects.get(customer__code="C0001")
    place, item = bench.place, bench.items.first()
    for person in (WRITER, READER, "auditor"):
        places.add(person, "planning:six_list")
        places.add(person, "planning:six", *place)
    for code in range(1, 7):
        places.add(WRITER, "planning:six_step", *place, code)
    other = Customer.objects.get(code="C0002")
    places.add("head_fin", "planning:six", other.pk, bench.year)
    for name in ("six_rate", "six_score", "six_to_plan"):
        places.add(WRITER, f"planning:{name}", *place)
    for kind in ("strategy", "cooperation", "solution", "measure", "support", "item"):
        places.add(WRITER, "planning:six_row_new", *place, kind)
    places.add(WRITER, "planning:six_row_edit", "item", item.pk)
    places.add(WRITER, "planning:six_row_delete", "item", item.pk)
    support = bench.supports.exclude(improvement_owner=None).get()
    places.add(WRITER, "planning:six_improved", support.pk)
    places.add(READER, "planning:scorecard", CompetitorScorecard.objects.first().pk)
    analysis = IndustryAnalysis.objects.get(industry__code="FIN")
    places.add("im_fin", "planning:industry_list")
    for name in ("analysis", "edit", "structure", "rate", "score"):
        places.add("im_fin", f"planning:industry_{name}", analysis.pk)
    places.add("admin", "planning:six_settings")
    places.add("admin", "planning:six_factor_new")
    places.add("admin", "planning:six_factor_edit", KeyPurchaseFactor.objects.first().pk)
