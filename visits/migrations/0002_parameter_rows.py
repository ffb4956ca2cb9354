"""Settings of visits and letters that an administrator can change."""

from django.db import migrations

ROWS = [
    (
        "visit_booking_rule",
        "提前一天的算法",
        "choice",
        "date_diff",
        {"date_diff": "前一个自然日内约好", "24h": "满 24 小时"},
        "正式拜访至少提前一天预约，按哪种办法计算。",
    ),
    ("thank_you_for_phone", "电话拜访也要感谢函", "boolean", "false", {}, "默认只有正式上门拜访需要。"),
    ("interim_reply_counts", "初步答复算答复", "boolean", "true", {}, "书面初步答复送出后，来函期限办结，另记一条承诺。"),
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
    replaces = [("visits", "0002_parameters")]
    dependencies = [("visits", "0001_schema"), ("core", "0003_append_only")]
    operations = [migrations.RunPython(seed, unseed)]
