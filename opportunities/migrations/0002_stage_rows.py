"""The ten stages in four phases (§B.4). Rows from here on: an administrator edits them."""

from django.db import migrations

# code, phase, probability, exit criterion, stale after days
ROWS = [
    ("identified", "identify", 10, "客户的指定联系人确认了需求", 15),
    ("qualified", "assess", 25, "预算、时间和决策过程已经了解，价值评分已做", 30),
    ("approved", "control", 40, "部门经理同意立项，资源已经安排", 15),
    ("solution", "control", 50, "客户认可方案方向", 30),
    ("proposal", "convert", 65, "客户正式收到报价，或投标文件已递交", 45),
    ("negotiation", "convert", 80, "商务条款谈妥，或列为第一候选", 30),
    ("contracting", "convert", 90, "合同进入签署", 30),
    ("won", "convert", 100, "合同签订", None),
    ("lost", "ended", 0, "", None),
    ("suspended", "ended", 5, "", None),
]


def seed(apps, schema_editor):
    stage = apps.get_model("opportunities", "OpportunityStage")
    for order, (code, phase, probability, criterion, days) in enumerate(ROWS, 1):
        stage.objects.create(
            code=code, order=order, phase=phase, probability=probability,
            exit_criterion=criterion, stale_days=days,
        )  # fmt: skip


def unseed(apps, schema_editor):
    apps.get_model("opportunities", "OpportunityStage").objects.all().delete()


class Migration(migrations.Migration):
    replaces = [("opportunities", "0002_stages")]
    dependencies = [("opportunities", "0001_schema")]
    operations = [migrations.RunPython(seed, unseed)]
