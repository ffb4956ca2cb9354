"""The ladder of a request up the line: decided within one working day (R14)."""

from datetime import time

from django.db import migrations

OWNER, HEAD, DIRECTOR = "owner", "dept_head", "director"
# code, anchor, workdays, at_time, audiences, repeats_daily
ROWS = [
    ("asked", "start", 0, None, [OWNER], False),
    ("day_morning", "due", 0, time(9), [OWNER], False),
    ("overdue", "due", 0, None, [OWNER, HEAD], True),
    ("overdue_1wd", "due", 1, time(9), [DIRECTOR], True),
]


def seed(apps, schema_editor):
    stage = apps.get_model("reminders", "LadderStage")
    names = ("code", "anchor", "workdays", "at_time", "audiences", "repeats_daily")
    stage.objects.bulk_create(
        stage(kind="escalation_response", minutes=0, **dict(zip(names, row))) for row in ROWS
    )


def unseed(apps, schema_editor):
    apps.get_model("reminders", "LadderStage").objects.filter(kind="escalation_response").delete()


class Migration(migrations.Migration):
    replaces = [("visits", "0013_authority_ladder")]
    dependencies = [("visits", "0007_tips"), ("reminders", "0003_ladder_rows")]
    operations = [migrations.RunPython(seed, unseed)]
