"""The four stages of a bank's informatisation with their goals (银行信息化四阶段, R66)."""

from django.db import migrations

STAGES = (
    ("电子化", "业务处理由计算机完成。"),
    ("联网应用", "跨地区存取款，远程客户服务。"),
    (
        "数据大集中及业务整合",
        "全国范围的金融服务，防范风险，数据集中，差异化服务，业务创新，降低成本。",
    ),
    ("应用整合", "整合价值链资源，电子商务，快速创新，个性化服务。"),
)


def add(apps, schema_editor):
    industry = apps.get_model("accounts", "Industry")
    stages = apps.get_model("accounts", "InformatizationStage")
    finance, _ = industry.objects.get_or_create(code="FIN", defaults={"name": "金融"})
    for order, (name, goals) in enumerate(STAGES, 1):
        stages.objects.get_or_create(
            industry=finance, order=order, defaults={"name": name, "goals": goals}
        )


class Migration(migrations.Migration):
    replaces = [("accounts", "0010_finance_stages")]
    dependencies = [("accounts", "0003_tree_kept")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
