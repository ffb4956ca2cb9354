"""The ladder of the departure: two hours before the appointment (R4). An administrator edits it."""

from django.db import migrations

ROW = {
    "anchor": "due",
    "workdays": 0,
    "minutes": -115,  # the duty is due five minutes before the appointment (R5)
    "audiences": ["owner"],
}


def seed(apps, schema_editor):
    stage = apps.get_model("reminders", "LadderStage")
    stage.objects.get_or_create(kind="visit_departure", code="two_hours", defaults=ROW)


def unseed(apps, schema_editor):
    apps.get_model("reminders", "LadderStage").objects.filter(kind="visit_departure").delete()


class Migration(migrations.Migration):
    replaces = [("visits", "0010_prep_departure_ladder")]
    dependencies = [("visits", "0004_rhythm_ladder"), ("reminders", "0003_ladder_rows")]
    operations = [migrations.RunPython(seed, unseed)]
