"""Six-step work, its purchase factors and score criteria (R62–R76)."""

from django.db import migrations

FACTORS = [  # R65: group, name, note
    ("economic", "价格", ""),
    ("economic", "折扣", "只做明示入账的折扣"),  # D20
    ("economic", "付款方式", ""),
    ("core_product", "通信速度", "通信质量"),
    ("core_product", "稳定性", "通信质量"),
    ("core_product", "接通率", "通信质量"),
    ("core_product", "电路调度的灵活性", ""),
    ("core_product", "产品交付的及时性", ""),
    ("core_product", "一体化方案的提供能力", ""),
    ("support_service", "服务态度", "销售与服务人员的素质"),
    ("support_service", "知识水平", "销售与服务人员的素质"),
    ("support_service", "客户支持反应时间", ""),
    ("support_service", "账单管理的灵活性", ""),
    ("company_image", "市场地位", ""),
    ("company_image", "品牌", ""),
    ("company_image", "信誉度", ""),
]
CRITERIA = [  # R67: group, name, weight
    ("network", "移动网络", 10),
    ("network", "固网语音网络", 10),
    ("network", "互联网络", 5),
    ("network", "基础数据网络", 10),
    ("management", "客户资源", 10),
    ("management", "组织体系", 5),
    ("management", "人力资源", 10),
    ("development", "销售能力", 10),
    ("development", "合作资源整合", 5),
    ("development", "品牌", 10),
    ("development", "渠道合作", 5),
    ("development", "业务种类", 10),
]


def seed(apps, schema_editor):
    factor = apps.get_model("planning", "KeyPurchaseFactor")
    factor.objects.bulk_create(
        factor(group=group, name=name, note=note, position=position)
        for position, (group, name, note) in enumerate(FACTORS, 1)
    )
    criterion = apps.get_model("planning", "ScoreCriterion")
    criterion.objects.bulk_create(
        criterion(group=group, name=name, weight=weight, position=position)
        for position, (group, name, weight) in enumerate(CRITERIA, 1)
    )


def unseed(apps, schema_editor):
    apps.get_model("planning", "ScoreCriterion").objects.all().delete()
    apps.get_model("planning", "KeyPurchaseFactor").objects.all().delete()


class Migration(migrations.Migration):
    replaces = [("planning", "0003_six_step")]
    dependencies = [("planning", "0002_ladder_rows")]
    operations = [migrations.RunPython(seed, unseed)]
