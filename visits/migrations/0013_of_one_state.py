"""Visits of a rare state are found without looking through the others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("visits", "0012_no_view_change")]
    operations = [
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(
                name="visits_visit_state", fields=["state", "-scheduled_start", "-id"]
            ),
        ),
    ]
