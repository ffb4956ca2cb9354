"""Where the pages about the value of customers are in the demo."""

from accounts.models import Customer
from staff.models import User
from valuation.actions import reporting
from valuation.reading_reports import latest_run


def places_of(places):
    for who in ("heqiong", "head_fin", "director"):
        places.each(who, "valuation:ranking", "valuation:matrix", "valuation:pareto",
            "valuation:revenue", "valuation:report")  # fmt: skip
    customer = Customer.objects.visible_to(User.objects.get(username="heqiong")).first()
    places.add("heqiong", "valuation:customer", customer.pk)
    places.add("heqiong", "valuation:of_customer", customer.pk)
    places.add("heqiong", "accounts:customer_section", customer.pk, "value")
    for axis in ("current", "potential"):
        places.add("director", "valuation:matrix", query=f"?axis={axis}")
    places.add("director", "valuation:ranking", query="?quadrant=latent_value&cell=hl")
    director = User.objects.get(username="director")
    job = reporting.ask_report(run=latest_run(director), top=20, by=director)
    places.add("director", "valuation:report_job", job.pk)
