"""The ladder of the demand forecast: three working days and one before it is due (R19)."""

from datetime import time

from django.db import migrations

OWNER, HEAD = "owner", "dept_head"
# code, workdays, at_time, audiences, repeats_daily
RUNGS = [
    ("three_days", -3, time(9), [OWNER], False),
    ("one_day", -1, time(9), [OWNER], False),
    ("overdue", 0, None, [OWNER, HEAD], True),
]


def seed(apps, schema_editor):
    stages = apps.get_model("reminders", "LadderStage").objects
    for code, workdays, at_time, audiences, repeats in RUNGS:
        stages.get_or_create(
            kind="demand_forecast", code=code,
            defaults={"anchor": "due", "workdays": workdays, "minutes": 0, "at_time": at_time,
                      "audiences": audiences, "repeats_daily": repeats},
        )  # fmt: skip


def unseed(apps, schema_editor):
    apps.get_model("reminders", "LadderStage").objects.filter(kind="demand_forecast").delete()


class Migration(migrations.Migration):
    replaces = [("opportunities", "0003_forecast_ladder")]
    dependencies = [("opportunities", "0002_stage_rows"), ("reminders", "0003_ladder_rows")]
    operations = [migrations.RunPython(seed, unseed)]
