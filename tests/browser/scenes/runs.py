"""Where runs, abandon reviews and alerts show real life in the demo."""

from valuation.models import AbandonReview, PotentialAlert, ValuationRun


def places_of(places):
    network = ValuationRun.objects.filter(scope="local_network")
    places.each("director", "valuation:run_list", "valuation:run_start", "valuation:abandon_list")
    places.add("director", "valuation:abandon_list", query="?part=decided")
    places.each("director", "valuation:alert_list")
    places.add("director", "valuation:run_detail", network.get(state="published").pk)
    draft = network.filter(state="computed").first()
    places.add("head_fin", "valuation:run_detail", draft.pk)
    review = AbandonReview.objects.filter(decision="").order_by("customer__code").first()
    places.add("director", "valuation:abandon_decide", review.pk)
    alert = PotentialAlert.objects.filter(state="open").first()
    places.add("director", "valuation:alert_decide", alert.pk)
