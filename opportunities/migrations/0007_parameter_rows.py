"""Numbers by which opportunities are judged, for an administrator to change (§B.4)."""

from django.db import migrations

# key, label, value, help
ROWS = [
    ("value_score_very", "价值评分：很有价值（分）", "13", "评分达到这个分数算很有价值，满分 18。"),
    ("value_score_general", "价值评分：价值一般（分）", "8", "评分达到这个分数算一般，再低算价值低。"),
    ("go_yes_at_least", "二十问：至少答「是」", "12", "达到这个个数才建议立项。"),
    ("go_no_at_most", "二十问：至多答「否」", "4", "超过这个个数就不建议立项。"),
    ("stage_enough_ended", "阶段校准：已结束的商机数", "30",
     "经过某阶段且已结束的达到这个数，才显示实际赢单率。"),
]  # fmt: skip


def seed(apps, schema_editor):
    parameter = apps.get_model("core", "Parameter")
    parameter.objects.bulk_create(
        parameter(key=key, label=label, kind="integer", value=value, help_text=text)
        for key, label, value, text in ROWS
    )


def unseed(apps, schema_editor):
    apps.get_model("core", "Parameter").objects.filter(key__in=[row[0] for row in ROWS]).delete()


class Migration(migrations.Migration):
    dependencies = [("opportunities", "0006_stage_required"), ("core", "0003_append_only")]
    operations = [migrations.RunPython(seed, unseed)]
