"""Ladders of the duties about plans, retention and improvements; the visible numbers (R46, §B.14)."""

from datetime import time

from django.db import migrations

OWNER, HEAD, DIRECTOR = "owner", "dept_head", "director"
# code, anchor, workdays, at_time, audiences, repeats_daily
LONG = [
    ("asked", "start", 0, None, [OWNER], False),
    ("three_before", "due", -3, time(9), [OWNER], False),
    ("day_before", "due", -1, time(9), [OWNER], False),
    ("overdue", "due", 0, None, [OWNER, HEAD], True),
    ("overdue_2wd", "due", 2, time(9), [DIRECTOR], True),
]
SHORT = [
    ("asked", "start", 0, None, [OWNER], False),
    ("day_morning", "due", 0, time(9), [OWNER], False),
    ("overdue", "due", 0, None, [OWNER, HEAD], True),
    ("overdue_1wd", "due", 1, time(9), [DIRECTOR], True),
]
LADDERS = {
    "plan_submission": LONG,
    "plan_review": LONG,
    "plan_task": SHORT,
    "retention_action": SHORT,
    "support_improvement": SHORT,
}


def seed(apps, schema_editor):
    stage = apps.get_model("reminders", "LadderStage")
    names = ("code", "anchor", "workdays", "at_time", "audiences", "repeats_daily")
    stage.objects.bulk_create(
        stage(kind=kind, minutes=0, **dict(zip(names, row, strict=True)))
        for kind, rows in LADDERS.items()
        for row in rows
    )


def unseed(apps, schema_editor):
    apps.get_model("reminders", "LadderStage").objects.filter(kind__in=LADDERS).delete()


class Migration(migrations.Migration):
    replaces = [("planning", "0002_ladders")]
    dependencies = [("planning", "0001_schema"), ("reminders", "0003_ladder_rows")]
    operations = [migrations.RunPython(seed, unseed)]
