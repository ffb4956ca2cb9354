"""COUNT customers with two published runs; prints a session and the addresses of all charts.

Run as `manage.py shell -c <this file>` with COUNT put in by the test.
"""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Customer
from crm.bulk_names import organisation
from staff.tests.factories import make_branch, make_department, make_user
from tests.browser.chart_scene_business import make_business
from valuation import report_reports
from valuation.models import CustomerMeasure
from valuation.tests.reading_factories import make_cohort, make_run

COUNT = int("{count}")

branch = make_branch(code=f"P{COUNT}", name=f"样例分公司{COUNT}")
department = make_department(branch=branch, code=f"P{COUNT}")
director = make_user("branch_director", branch=branch, username=f"director{COUNT}", name="章主任")
manager = make_user(department=department, username=f"manager{COUNT}", name="何琼")
with transaction.atomic():  # one write to the disk instead of thousands
    customers = make_cohort(COUNT, manager)
for serial, customer in enumerate(customers):
    customer.name = organisation(serial * 7)[1]
    customer.code = f"P{COUNT}-{serial:04d}"
Customer.objects.bulk_update(customers, ["name", "code"], batch_size=200)
make_run(branch, as_of=date(2026, 10, 15), by=director)
random = Random(3)
changed = []
for measure in CustomerMeasure.objects.filter(customer__in=customers):
    factor = Decimal(random.choice((1, 1, 1, 4, 20))) / 4
    for name in ("cost_marketing", "cost_service", "cost_om"):
        if getattr(measure, name) is not None:
            setattr(measure, name, (getattr(measure, name) * factor).quantize(Decimal("0.01")))
    measure.satisfaction = random.randint(50, 99)
    changed.append(measure)
fields = ["cost_marketing", "cost_service", "cost_om", "satisfaction"]
CustomerMeasure.objects.bulk_update(changed, fields, batch_size=200)
run = make_run(branch, by=director)
make_business(customers, department, random)
content = report_reports.pdf(report_reports.report(run, director, timezone.now(), 50))
path = Path(settings.VAR_DIR) / f"report-{COUNT}.pdf"
path.write_bytes(content)
client = Client()
client.force_login(director)
best = run.results.filter(rank__isnull=False).order_by("rank").first().customer_id
print(
    json.dumps(
        {
            "session": client.cookies["sessionid"].value,
            "report": str(path),
            "pages": {
                "matrix": "/valuation/matrix/",
                "pareto": "/valuation/pareto/",
                "matrix-current": "/valuation/matrix/?axis=current",
                "matrix-potential": "/valuation/matrix/?axis=potential",
                "revenue": "/valuation/revenue/?month=2026-10&way=item",
                "revenue-line": "/valuation/revenue/?month=2026-10&way=line",
                "customer": f"/valuation/customers/{best}/",
                "ranking": "/valuation/",
                **{
                    f"pipeline-{group}": f"/opportunities/pipeline/?group={group}"
                    for group in ("owner", "industry", "line", "phase")
                },
                **{
                    f"forecast-{group}": f"/opportunities/forecasts/summary/?group={group}"
                    for group in ("manager", "industry", "line")
                },
            },
        }
    )
)
