"""Where the value model and the raw values show real life in the demo."""

from accounts.models import Customer
from valuation.models import ValueIndicator, ValueModel


def places_of(places):
    known = {c.code: c.pk for c in Customer.objects.filter(code__in=("C0001", "C0030", "C0043"))}
    for code, user in (("C0001", "heqiong"), ("C0030", "director"), ("C0043", "director")):
        places.add(user, "valuation:inputs", known[code])
    bank = known["C0001"]
    places.add("heqiong", "valuation:measure_edit", bank)
    places.add("heqiong", "valuation:import")
    places.add("heqiong", "valuation:override_new", bank, query="?indicator=LY5")
    places.add("heqiong", "valuation:rating_edit", bank, "SI4")
    places.add("director", "valuation:rating_arbitrate", known["C0043"], "SI2")
    draft = ValueModel.objects.filter(state="draft").first()
    places.each("admin", "valuation:model_list")
    for name in ("model_detail", "model_edit", "model_ahp"):
        places.add("admin", f"valuation:{name}", draft.pk)
    places.add("director", "valuation:model_detail", ValueModel.objects.get(code="VM-1").pk)
    row = ValueIndicator.objects.get(dimension__model=draft, code="CV1")
    places.add("admin", "valuation:model_bands", row.pk)
