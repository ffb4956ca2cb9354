"""Customers' plans of industries without a plan hang on the annual plan, so that it adds them (R41).

Those that stepped aside in a merge have no customer and stay alone.
"""

from django.db import migrations


def hang(apps, schema_editor):
    plan = apps.get_model("planning", "MarketingPlan")
    alone = plan.objects.filter(kind="key_customer", parent=None, customer__isnull=False)
    for annual in plan.objects.filter(kind="annual_market").order_by("pk"):
        alone.filter(branch=annual.branch_id, year=annual.year).update(parent=annual)


class Migration(migrations.Migration):
    dependencies = [("planning", "0006_target_rows")]
    operations = [migrations.RunPython(hang, migrations.RunPython.noop)]
