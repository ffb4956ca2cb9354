"""Who is never suggested for abandonment is said by rows, not by a code of an industry (R59)."""

from django.db import migrations, models

NAME, LABEL = "is_public_duty", "党政军或承担普遍服务、应急保障"
HELP = {
    "industry": "该行业的客户都不列入放弃评估。",
    "customer": "勾选后该客户不列入放弃评估。党政军行业的客户不勾选也不列入。",
}


class AddColumn(migrations.AddField):
    """On SQLite a plain ALTER TABLE: to rebuild the table would lose its triggers (0003)."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor != "sqlite":
            return super().database_forwards(app_label, schema_editor, from_state, to_state)
        table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table
        return schema_editor.execute(
            f'ALTER TABLE "{table}" ADD COLUMN "{self.name}" bool NOT NULL DEFAULT 0'
        )

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor != "sqlite":
            return super().database_backwards(app_label, schema_editor, from_state, to_state)
        table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
        return schema_editor.execute(f'ALTER TABLE "{table}" DROP COLUMN "{self.name}"')


def flag(model_name):
    field = models.BooleanField(
        LABEL, default=False, db_default=False, help_text=HELP[model_name]
    )
    return AddColumn(model_name=model_name, name=NAME, field=field)


def seed(apps, schema_editor):
    apps.get_model("accounts", "Industry").objects.filter(code="GOV").update(is_public_duty=True)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_bill_sums")]
    operations = [
        flag("industry"),
        flag("customer"),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
