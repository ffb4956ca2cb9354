"""The ladders of R4, R8, R9, R12 and R13. Rows from here on: an administrator edits them."""

from datetime import time

from django.db import migrations

OWNER, SUPERIOR, HEAD, DIRECTOR = "owner", "superior", "dept_head", "director"

# kind, code, anchor, workdays, minutes, at_time, audiences, repeats_daily
ROWS = [
    ("thank_you_letter", "after_24h", "start", 0, 24 * 60, None, [OWNER], False),
    ("thank_you_letter", "after_40h", "start", 0, 40 * 60, None, [OWNER], False),
    ("thank_you_letter", "overdue", "due", 0, 0, None, [OWNER, SUPERIOR, HEAD], True),
    ("letter_reply", "received", "start", 0, 0, None, [OWNER], False),
    ("letter_reply", "day_before", "due", -1, 0, time(9), [OWNER], False),
    ("letter_reply", "day_morning", "due", 0, 0, time(9), [OWNER], False),
    ("letter_reply", "day_afternoon", "due", 0, 0, time(15), [OWNER], False),
    ("letter_reply", "overdue", "due", 0, 0, None, [OWNER, SUPERIOR, HEAD], True),
    ("letter_reply", "overdue_1wd", "due", 1, 0, time(9), [DIRECTOR], True),
    ("commitment", "three_days", "due", -3, 0, time(9), [OWNER], False),
    ("commitment", "one_day", "due", -1, 0, time(9), [OWNER], False),
    ("commitment", "day_morning", "due", 0, 0, time(8, 30), [OWNER], False),
    ("commitment", "overdue", "due", 0, 0, None, [OWNER, HEAD], True),
    ("visit_booking", "day_before", "due", -1, 0, time(9), [OWNER], False),
    ("visit_record", "day_morning", "due", 0, 0, time(9), [OWNER], False),
    ("visit_record", "overdue", "due", 0, 0, None, [OWNER, HEAD], True),
]


def seed(apps, schema_editor):
    stage = apps.get_model("reminders", "LadderStage")
    names = ("kind", "code", "anchor", "workdays", "minutes", "at_time", "audiences", "repeats_daily")
    stage.objects.bulk_create(stage(**dict(zip(names, row))) for row in ROWS)


def unseed(apps, schema_editor):
    apps.get_model("reminders", "LadderStage").objects.all().delete()


class Migration(migrations.Migration):
    replaces = [("reminders", "0004_ladder_rows")]
    dependencies = [("reminders", "0002_parameter_rows")]
    operations = [migrations.RunPython(seed, unseed)]
