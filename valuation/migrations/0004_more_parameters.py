"""Numbers that were constants become rows an administrator can change; the values stay (§B.1, §B.3)."""

from django.db import migrations

CREDIT = {"A": "A", "B": "B", "C": "C", "D": "D"}

# key, label, kind, value, options, help
PARAMETERS = [
    ("abandon_credit_grade", "放弃评估：信用等级", "choice", "D", CREDIT, "这个等级才算信用很差"),
    ("value_grade_a", "建议等级 A：综合得分", "decimal", "75", {}, "达到这个分数建议 A 级，下次评估起"),
    ("value_grade_b", "建议等级 B：综合得分", "decimal", "60", {}, "达到这个分数建议 B 级，下次评估起"),
    ("value_grade_c", "建议等级 C：综合得分", "decimal", "45", {},
     "达到这个分数建议 C 级，再低为 D 级，下次评估起"),
    ("quotient_over", "区位商：高于", "decimal", "1.2", {}, "高于这个数为用得多"),
    ("quotient_under", "区位商：低于", "decimal", "0.8", {}, "低于这个数为用得少"),
]  # fmt: skip


def seed(apps, schema_editor):
    parameter = apps.get_model("core", "Parameter")
    names = ("key", "label", "kind", "value", "options", "help_text")
    parameter.objects.bulk_create(
        parameter(**dict(zip(names, row, strict=True))) for row in PARAMETERS
    )


def unseed(apps, schema_editor):
    keys = [row[0] for row in PARAMETERS]
    apps.get_model("core", "Parameter").objects.filter(key__in=keys).delete()


class Migration(migrations.Migration):
    dependencies = [("valuation", "0003_runs_kept"), ("core", "0003_append_only")]
    operations = [migrations.RunPython(seed, unseed)]
