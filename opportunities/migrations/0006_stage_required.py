"""What must be there to stand on a stage: rows that an administrator changes (§B.4)."""

from django.db import migrations, models

ROWS = {
    "identified": ["contact", "source", "need_text"],
    "qualified": ["amount", "expected_close", "value_score"],
    "approved": ["engineer", "need_layer"],
    "solution": ["solution"],
    "proposal": ["quotation_ref", "rivals", "win_layer"],
    "negotiation": ["terms"],
    "contracting": ["contract_draft"],
}


def seed(apps, schema_editor):
    stages = apps.get_model("opportunities", "OpportunityStage").objects
    for code, names in ROWS.items():
        stages.filter(code=code).update(required=names)


class Migration(migrations.Migration):
    dependencies = [("opportunities", "0005_forecast_versions")]
    operations = [
        migrations.AddField(
            "opportunitystage",
            "required",
            models.JSONField("必填内容", default=list, blank=True),
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
