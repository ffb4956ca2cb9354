"""The default model VM-1 (§B.1): four dimensions, twenty indicators, their bands and weights."""

from datetime import date
from decimal import Decimal

from django.db import migrations

DIMENSIONS = [("current", "0.40"), ("potential", "0.25"), ("loyalty", "0.20"), ("social", "0.15")]
FIVE = ("20", "40", "60", "80", "100")


def up(*limits):
    """Below the first limit 20, from it 40, then 60, 80, 100."""
    return [(None, "20"), *zip(limits, FIVE[1:], strict=True)]


BANDS = {
    "CV1": [(None, "0"), ("0", "20"), ("3000", "40"), ("10000", "60"), ("50000", "80"),
            ("150000", "100")],
    "CV2": up("3000", "10000", "83333", "250000"),
    "CV3": [(None, "100"), ("0.30", "80"), ("0.45", "60"), ("0.60", "40"), ("0.80", "20")],
    "CV4": up("0.67", "0.80", "0.90", "0.97"),
    "CV5": up("500", "3000", "10000", "50000"),
    "PV1": up("-5", "0", "8", "15"),
    "PV2": up("10", "50", "200", "1000"),
    "PV3": up("0.10", "0.25", "0.40", "0.60"),
    "PV4": up("1", "5", "20", "100"),
    "PV5": up("-10", "0", "5", "15"),
    "LY1": up("1", "3", "5", "10"),
    "LY2": up("1", "6", "12", "24"),
    "LY3": up("1", "2", "3", "5"),
    "LY4": up("0.20", "0.40", "0.60", "0.80"),
    "LY5": up("60", "70", "80", "90"),
}
# dimension, code, name, unit, weight, direction, normalization, is expert, definition
INDICATORS = [
    ("current", "CV1", "客户直接利润", "元", "0.40", "up", "band", False,
     "月均收入减去营销、服务和运维成本"),
    ("current", "CV2", "月均收入", "元", "0.20", "up", "band", False, "近 12 个月账单的月平均"),
    ("current", "CV3", "成本率", "", "0.10", "down", "band", False, "三项成本与收入之比"),
    ("current", "CV4", "按时缴费率", "", "0.15", "up", "band", False,
     "近 12 个月按期缴清的账单占比"),
    ("current", "CV5", "连带收入", "元", "0.15", "up", "band", False, "带动其他用户的月收入"),
    ("potential", "PV1", "客户自身成长", "%", "0.20", "up", "band", False,
     "客户收入或预算的年增长"),
    ("potential", "PV2", "信息化年预算", "万元", "0.20", "up", "band", False,
     "网络、信息化与项目预算合计"),
    ("potential", "PV3", "钱包缺口", "", "0.20", "up", "band", False, "1 减去我方份额"),
    ("potential", "PV4", "商机加权额", "万元", "0.25", "up", "band", False,
     "今后 12 个月商机金额乘可能性之和"),
    ("potential", "PV5", "我方收入增长", "%", "0.15", "up", "band", False, "我方收入的年增长"),
    ("loyalty", "LY1", "在网年限", "年", "0.20", "up", "band", False, "最早在用产品开通至今"),
    ("loyalty", "LY2", "协议剩余期", "月", "0.20", "up", "band", False,
     "按年金额加权的合同剩余月数"),
    ("loyalty", "LY3", "融合与粘性产品", "类", "0.20", "up", "band", False, "粘性产品的类别数"),
    ("loyalty", "LY4", "钱包份额", "", "0.15", "up", "band", False, "我方占客户通信支出的比例"),
    ("loyalty", "LY5", "满意度", "分", "0.15", "up", "band", False, "最近一次满意度调查"),
    ("loyalty", "LY6", "互惠合作协议", "分", "0.10", "up", "direct", False,
     "没有 0，框架或互惠 60，战略 100"),
    ("social", "SI1", "政策影响力", "分", "0.30", "up", "direct", True, "专家 1–5 分乘 20"),
    ("social", "SI2", "行业影响力", "分", "0.25", "up", "direct", True, "专家 1–5 分乘 20"),
    ("social", "SI3", "社会地位与舆论", "分", "0.20", "up", "direct", True, "专家 1–5 分乘 20"),
    ("social", "SI4", "价值链作用", "分", "0.25", "up", "direct", True,
     "1 独立，2 无决定权的分支，3 区域单位，4 关键环节，5 决定下级的总部；乘 20"),
]  # fmt: skip


def seed(apps, schema_editor):
    def row(label, **fields):
        return apps.get_model("valuation", label).objects.create(**fields)

    model = row(
        "ValueModel", code="VM-1", name="默认价值模型", state="active",
        effective_from=date(2026, 1, 1), note="权重为专家默认值，可由判断矩阵替换。",
    )  # fmt: skip
    dimensions = {
        code: row("ValueDimension", model=model, code=code, weight=Decimal(weight))
        for code, weight in DIMENSIONS
    }
    for dimension, code, name, unit, weight, direction, how, is_expert, definition in INDICATORS:
        indicator = row(
            "ValueIndicator", dimension=dimensions[dimension], code=code, name=name, unit=unit,
            weight=Decimal(weight), direction=direction, normalization=how, is_expert=is_expert,
            definition=definition,
        )  # fmt: skip
        for lower, score in BANDS.get(code, ()):
            row(
                "IndicatorBand", indicator=indicator, score=Decimal(score),
                lower=None if lower is None else Decimal(lower),
            )  # fmt: skip


def unseed(apps, schema_editor):
    apps.get_model("valuation", "ValueModel").objects.filter(code="VM-1").delete()


class Migration(migrations.Migration):
    replaces = [("valuation", "0002_vm_1")]
    dependencies = [("valuation", "0001_schema")]
    operations = [migrations.RunPython(seed, unseed)]
