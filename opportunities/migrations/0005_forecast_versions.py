"""Submitted forecasts are kept as they were; the database refuses to change one (R19, A0)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

POSTGRES = """
CREATE FUNCTION opportunities_version_refuse() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'submitted versions are not changed';
END $$ LANGUAGE plpgsql;
CREATE TRIGGER opportunities_version_stays BEFORE UPDATE ON opportunities_forecastversion
    FOR EACH ROW EXECUTE FUNCTION opportunities_version_refuse();
"""
POSTGRES_UNDO = """
DROP TRIGGER opportunities_version_stays ON opportunities_forecastversion;
DROP FUNCTION opportunities_version_refuse();
"""
SQLITE = """CREATE TRIGGER opportunities_version_stays BEFORE UPDATE ON opportunities_forecastversion
    BEGIN SELECT RAISE(ABORT, 'submitted versions are not changed'); END"""
SQLITE_UNDO = "DROP TRIGGER opportunities_version_stays"


def run(postgres, sqlite):
    def apply(apps, schema_editor):
        is_postgres = schema_editor.connection.vendor == "postgresql"
        schema_editor.execute(postgres if is_postgres else sqlite)

    return apply


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("opportunities", "0004_loss_tells_who_won"),
    ]
    operations = [
        migrations.CreateModel(
            "ForecastVersion",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False,
                                           verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField("第几次提交")),
                ("lines", models.JSONField("明细")),
                ("has_no_demand", models.BooleanField("本月没有新增需求")),
                ("submitted_at", models.DateTimeField("提交时间")),
                ("forecast", models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="versions",
                    to="opportunities.demandforecast")),
                ("submitted_by", models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+",
                    to=settings.AUTH_USER_MODEL, verbose_name="提交人")),
            ],
            {
                "verbose_name": "预测提交",
                "verbose_name_plural": "预测提交",
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["forecast", "number"], name="opportunities_forecast_version_once"
                    )
                ],
            },
        ),
        migrations.RunPython(run(POSTGRES, SQLITE), run(POSTGRES_UNDO, SQLITE_UNDO)),
    ]  # fmt: skip
