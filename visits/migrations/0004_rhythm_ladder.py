"""How often each grade is visited (§B.15) and the ladders of the weekly plan (§B.13)."""

from datetime import time

from django.db import migrations

# grade, phone, on site, by an executive; None: not asked for
POLICIES = [
    ("A", 7, 30, 90),
    ("B", 14, 60, 180),
    ("C", 30, 90, None),
    ("D", 90, None, None),
]
KINDS = ("phone", "on_site", "executive")
OWNER, SUPERIOR, HEAD = "owner", "superior", "dept_head"
# kind, code, anchor, workdays, minutes, at_time, audiences, repeats_daily
RUNGS = [
    ("weekly_plan", "day_afternoon", "due", 0, 0, time(15), [OWNER], False),
    ("weekly_plan", "overdue", "due", 0, 0, None, [OWNER, HEAD], True),
    ("weekly_plan_review", "received", "start", 0, 0, None, [OWNER], False),
    ("weekly_plan_review", "day_morning", "due", 0, 0, time(9), [OWNER], False),
    ("weekly_plan_review", "overdue", "due", 0, 0, None, [OWNER, SUPERIOR], True),
]
NAMES = ("kind", "code", "anchor", "workdays", "minutes", "at_time", "audiences", "repeats_daily")


def seed(apps, schema_editor):
    policies = apps.get_model("visits", "VisitFrequencyPolicy").objects
    for grade, *days in POLICIES:
        for kind, every in zip(KINDS, days, strict=True):
            policies.get_or_create(grade=grade, kind=kind, defaults={"every_days": every})
    stages = apps.get_model("reminders", "LadderStage").objects
    for row in RUNGS:
        values = dict(zip(NAMES, row, strict=True))
        stages.get_or_create(
            kind=values.pop("kind"), code=values.pop("code"), defaults=values
        )


def unseed(apps, schema_editor):
    kinds = {row[0] for row in RUNGS}
    apps.get_model("reminders", "LadderStage").objects.filter(kind__in=kinds).delete()
    apps.get_model("visits", "VisitFrequencyPolicy").objects.all().delete()


class Migration(migrations.Migration):
    replaces = [("visits", "0009_rhythm_rows")]
    dependencies = [("visits", "0003_review_ladder"), ("reminders", "0003_ladder_rows")]
    operations = [migrations.RunPython(seed, unseed)]
