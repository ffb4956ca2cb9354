"""Where pipeline, forecasts, solutions, marketing and tariffs show real life in the demo."""

from django.utils import timezone

from opportunities import forecast_rules
from opportunities.models import DemandForecast, MarketingActivity, SolutionRequest, TariffDocument

BUSY = ("shenzy", "yujg", "chenjq", "jinxy", "zhouhm")
WIDE = ("forecast_list", "forecast_review", "forecast_summary", "pipeline", "pipeline_rows",
        "marketing_list", "marketing_matrix", "solution_list", "tariff_list")  # fmt: skip


def places_of(places):
    places.each("director", *(f"opportunities:{name}" for name in WIDE))
    places.add("director", "opportunities:tariff_create")
    places.add("director", "opportunities:tariff_edit", TariffDocument.objects.first().pk)
    places.add("director", "opportunities:marketing_gaps", query="?topic=culture")
    month = timezone.localdate().replace(day=1)
    rows = DemandForecast.objects.exclude(author__username__in=BUSY).select_related("author")
    row = rows.filter(state="submitted").order_by("pk").first()
    places.add("director", "opportunities:forecast_detail", row.pk)
    customer = row.author.customers.filter(grade__in="CD").order_by("pk").first()
    customer = customer or row.author.customers.order_by("pk").last()
    open_ = rows.filter(state="open").select_related("customer").order_by("pk").first()
    name, customer = (
        (open_.author.username, open_.customer) if open_ else (row.author.username, customer)
    )
    month = open_.month if open_ else forecast_rules.shifted(month, 1)
    places.add(name, "opportunities:forecast_edit", customer.pk, f"{month:%Y-%m}")
    query = f"?customer={customer.pk}"
    places.add(name, "opportunities:marketing_create", query=query)
    places.add(name, "opportunities:solution_create", query=query)
    places.add(name, "opportunities:never_introduced", customer.pk)
    told = MarketingActivity.objects.order_by("pk").first()
    places.add("director", "opportunities:marketing_detail", told.pk)
    solution = SolutionRequest.objects.filter(state="working").select_related("engineer").first()
    places.add(solution.engineer.username, "opportunities:solution_detail", solution.pk)
