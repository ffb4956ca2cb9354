"""The ladder of R15: the day it opens, the morning it is due, and to the head when it is late."""

from datetime import time

from django.db import migrations

KIND = "service_launch_notice"
ROWS = [
    ("launched", "start", 0, 0, None, ["owner"], False),
    ("day_morning", "due", 0, 0, time(9), ["owner"], False),
    ("overdue", "due", 0, 0, None, ["owner", "dept_head"], True),
]
NAMES = ("code", "anchor", "workdays", "minutes", "at_time", "audiences", "repeats_daily")


def seed(apps, schema_editor):
    stage = apps.get_model("reminders", "LadderStage")
    stage.objects.bulk_create(
        stage(kind=KIND, **dict(zip(NAMES, row, strict=True))) for row in ROWS
    )


def unseed(apps, schema_editor):
    apps.get_model("reminders", "LadderStage").objects.filter(kind=KIND).delete()


class Migration(migrations.Migration):
    replaces = [("service", "0003_ladder_rows")]
    dependencies = [("service", "0001_schema"), ("reminders", "0003_ladder_rows")]
    operations = [migrations.RunPython(seed, unseed)]
