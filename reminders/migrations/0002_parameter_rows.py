"""Settings of duties and reminders that an administrator can change."""

from django.db import migrations

ROWS = [
    ("business_close", "下班时刻", "time", "18:00", {}, "工作日期限到这个时刻为止；填 24:00 表示当天结束。"),
    ("quiet_from", "免打扰开始", "time", "21:00", {}, "从这个时刻起不发邮件提醒。"),
    ("quiet_until", "免打扰结束", "time", "08:00", {}, "到这个时刻恢复发送。"),
    ("quiet_on_rest_days", "休息日不发提醒", "boolean", "true", {}, "休息日按工作日历判断。"),
    ("digest_over", "合并发送的条数", "integer", "5", {}, "同一个人待发提醒超过这个数，合成一封汇总。"),
]


def seed(apps, schema_editor):
    parameter = apps.get_model("core", "Parameter")
    for key, label, kind, value, options, help_text in ROWS:
        parameter.objects.create(
            key=key, label=label, kind=kind, value=value, options=options, help_text=help_text
        )


def unseed(apps, schema_editor):
    apps.get_model("core", "Parameter").objects.filter(key__in=[row[0] for row in ROWS]).delete()


class Migration(migrations.Migration):
    replaces = [("reminders", "0002_parameters")]
    dependencies = [("reminders", "0001_schema"), ("core", "0003_append_only")]
    operations = [migrations.RunPython(seed, unseed)]
