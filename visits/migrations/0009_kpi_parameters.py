"""The targets of the rates of §B.7, per cent; the administrator changes them."""

from django.db import migrations

HELP = "百分数。「执行情况」页按它标颜色：达到、接近（差 10 个百分点以内）、未达到。"
ROWS = [
    ("kpi_target_held", "拜访计划完成率目标", "90"),
    ("kpi_target_booked", "提前预约合规率目标", "95"),
    ("kpi_target_punctual", "准时率目标", "95"),
    ("kpi_target_record", "拜访记录及时率目标", "95"),
    ("kpi_target_thanks", "感谢函及时率目标", "95"),
    ("kpi_target_reply", "来函按时回复率目标", "95"),
    ("kpi_target_promise", "承诺兑现率目标", "95"),
    ("kpi_target_weekly", "周计划按时率目标", "95"),
]


def seed(apps, schema_editor):
    parameter = apps.get_model("core", "Parameter")
    for key, label, value in ROWS:
        parameter.objects.create(
            key=key, label=label, kind="decimal", value=value, options={}, help_text=HELP
        )


def unseed(apps, schema_editor):
    apps.get_model("core", "Parameter").objects.filter(key__in=[row[0] for row in ROWS]).delete()


class Migration(migrations.Migration):
    replaces = [("visits", "0015_kpi_targets")]
    dependencies = [("visits", "0008_escalation_ladder"), ("core", "0003_append_only")]
    operations = [migrations.RunPython(seed, unseed)]
