"""How long duties run where the handbook leaves it open, and the clock of the 48 hours (D4)."""

from django.db import migrations

WITHIN = "从 1 到 60；改动只对以后产生的时限起作用。"
DAYS = [
    ("visit_record_workdays", "拜访记录的工作日数", 1),
    ("finding_confirm_workdays", "关键信息表态的工作日数", 2),
    ("escalation_workdays", "请示答复的工作日数", 1),
    ("launch_notice_workdays", "业务开办告知的工作日数", 1),
    ("weekly_review_workdays", "周计划批阅的工作日数", 2),
    ("plan_review_workdays", "营销计划评审的工作日数", 5),
]
CLOCK = {
    "key": "thank_you_clock",
    "label": "感谢函时限的算法",
    "kind": "choice",
    "value": "calendar",
    "options": {"calendar": "48 小时，含休息日", "working": "2 个工作日"},
    "help_text": "改动只对以后产生的时限起作用。",
}


def seed(apps, schema_editor):
    parameter = apps.get_model("core", "Parameter")
    parameter.objects.create(**CLOCK)
    for key, label, days in DAYS:
        parameter.objects.create(
            key=key, label=label, kind="integer", value=str(days), help_text=WITHIN
        )


def unseed(apps, schema_editor):
    keys = [CLOCK["key"], *(row[0] for row in DAYS)]
    apps.get_model("core", "Parameter").objects.filter(key__in=keys).delete()


class Migration(migrations.Migration):
    dependencies = [("reminders", "0006_booking_ladder"), ("core", "0003_append_only")]
    operations = [migrations.RunPython(seed, unseed)]
