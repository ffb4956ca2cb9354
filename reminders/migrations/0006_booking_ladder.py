"""The booking is due on the day before the visit: the reminder comes that morning (R4).

The rung of before spoke a working day earlier still, or never for a visit planned the day before.
"""

from datetime import time

from django.db import migrations
from django.db.models import F

KIND = "visit_booking"
OLD = {"code": "day_before", "anchor": "due", "workdays": -1, "at_time": time(9)}
NEW = {
    "day_morning": {"anchor": "due", "at_time": time(9), "audiences": ["owner"],
                    "on_workday": True},
    "overdue": {"anchor": "due", "audiences": ["owner", "dept_head"], "repeats_daily": True},
}  # fmt: skip


def seed(apps, schema_editor):
    stage = apps.get_model("reminders", "LadderStage")
    # One that an administrator has moved is left as it is.
    stage.objects.filter(kind=KIND, **OLD).delete()
    for code, row in NEW.items():
        stage.objects.get_or_create(kind=KIND, code=code, defaults=row)
    duties = apps.get_model("reminders", "Obligation").objects.filter(kind=KIND, state="open")
    duties.update(next_look_at=F("started_at"))  # the new rungs speak of these too


def unseed(apps, schema_editor):
    stage = apps.get_model("reminders", "LadderStage")
    stage.objects.filter(kind=KIND, code__in=NEW).delete()
    stage.objects.get_or_create(kind=KIND, code=OLD["code"], defaults=OLD | {"audiences": ["owner"]})


class Migration(migrations.Migration):
    dependencies = [("reminders", "0005_ladder_on_workday")]
    operations = [migrations.RunPython(seed, unseed)]
