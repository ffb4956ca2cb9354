"""Two numbers about promises and approvals that the administrator may change (R12, R14)."""

from django.db import migrations

ROWS = [
    (
        "approval_valid_days",
        "批准的有效天数",
        "90",
        "没有写明有效期的批准，自决定之日起这么多天内，可用于同一客户的其他函件和承诺；"
        "对所请示的事项本身一直有效。",
    ),
    (
        "promise_broken_after_days",
        "提示登记未兑现的天数",
        "10",
        "承诺逾期满这么多天，页面提示如实登记「未兑现」。",
    ),
]


def seed(apps, schema_editor):
    parameter = apps.get_model("core", "Parameter")
    for key, label, value, help_text in ROWS:
        parameter.objects.create(
            key=key, label=label, kind="integer", value=value, options={}, help_text=help_text
        )


def unseed(apps, schema_editor):
    apps.get_model("core", "Parameter").objects.filter(key__in=[row[0] for row in ROWS]).delete()


class Migration(migrations.Migration):
    replaces = [("visits", "0018_promise_parameters")]
    dependencies = [("visits", "0009_kpi_parameters"), ("core", "0003_append_only")]
    operations = [migrations.RunPython(seed, unseed)]
