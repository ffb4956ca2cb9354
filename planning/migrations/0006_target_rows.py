"""From which percent on a target counts as reached: the visible numbers of the traffic light."""

from django.db import migrations

ROWS = [
    ("plan_green_from", "计划完成率：绿灯", "decimal", "95", {},
     "完成到期目标的百分之几以上亮绿灯。"),
    ("plan_yellow_from", "计划完成率：黄灯", "decimal", "80", {},
     "完成到期目标的百分之几以上亮黄灯，再低亮红灯。"),
]  # fmt: skip


def seed(apps, schema_editor):
    parameter = apps.get_model("core", "Parameter")
    for key, label, kind, value, options, help_text in ROWS:
        parameter.objects.create(
            key=key, label=label, kind=kind, value=value, options=options, help_text=help_text
        )


def unseed(apps, schema_editor):
    apps.get_model("core", "Parameter").objects.filter(key__in=[row[0] for row in ROWS]).delete()


class Migration(migrations.Migration):
    replaces = [("planning", "0008_targets")]
    dependencies = [("planning", "0005_versions_sealed"), ("core", "0003_append_only")]
    operations = [migrations.RunPython(seed, unseed)]
