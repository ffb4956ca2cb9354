"""The ladder of the confirmation of findings (R10)."""

from datetime import time

from django.db import migrations

# kind, code, anchor, workdays, minutes, at_time, audiences, repeats_daily
ROWS = [
    ("finding_confirm", "asked", "start", 0, 0, None, ["owner"], False),
    ("finding_confirm", "day_morning", "due", 0, 0, time(9), ["owner"], False),
]


def seed(apps, schema_editor):
    stage = apps.get_model("reminders", "LadderStage")
    names = ("kind", "code", "anchor", "workdays", "minutes", "at_time", "audiences", "repeats_daily")
    stage.objects.bulk_create(stage(**dict(zip(names, row))) for row in ROWS)


def unseed(apps, schema_editor):
    apps.get_model("reminders", "LadderStage").objects.filter(kind="finding_confirm").delete()


class Migration(migrations.Migration):
    replaces = [("visits", "0007_review_rows")]
    dependencies = [("visits", "0002_parameter_rows"), ("reminders", "0003_ladder_rows")]
    operations = [migrations.RunPython(seed, unseed)]
