"""When a version is handed in the database adds up its lines by kind, on both engines (R41).

From then on the lines are sealed (migration 0005), so what was added stays right; a version that
comes back and is handed in again is added up again. A migration that lets SQLite rebuild the table
of versions runs `DROP` before it and `MAKE` after it.
"""

import importlib

import django.db.models.deletion
from django.db import migrations, models

sealed = importlib.import_module("planning.migrations.0005_versions_sealed")
TABLE, LINES, VERSION = "planning_versiontotal", "planning_plantargetline", sealed.VERSION
NAME = "planning_version_added_up"
QUARTERS = ("q1", "q2", "q3", "q4")
# SQLite adds floating-point numbers; an amount has two places (万元).
SUMS = ", ".join(f"ROUND(SUM({quarter}), 2)" for quarter in QUARTERS)


def _add_up(where: str) -> str:
    return f"""
    DELETE FROM {TABLE} WHERE {where};
    INSERT INTO {TABLE} (version_id, kind, {", ".join(QUARTERS)})
        SELECT version_id, kind, {SUMS} FROM {LINES} WHERE {where} GROUP BY version_id, kind;
    """


_WHEN = f"WHEN (NEW.state IN {sealed.FROZEN} AND OLD.state NOT IN {sealed.FROZEN})"
_OF_NEW = _add_up("version_id = NEW.id")
POSTGRES = f"""
CREATE FUNCTION {NAME}() RETURNS trigger AS $$ BEGIN {_OF_NEW} RETURN NULL; END $$
    LANGUAGE plpgsql;
CREATE TRIGGER {NAME} AFTER UPDATE ON {VERSION} FOR EACH ROW {_WHEN} EXECUTE FUNCTION {NAME}();
"""
POSTGRES_UNDO = f"DROP FUNCTION {NAME}() CASCADE;"
SQLITE = [f"CREATE TRIGGER {NAME} AFTER UPDATE ON {VERSION} {_WHEN} BEGIN {_OF_NEW} END"]
SQLITE_UNDO = [f"DROP TRIGGER {NAME}"]
MAKE = migrations.RunPython(
    sealed.run(POSTGRES, SQLITE), sealed.run(POSTGRES_UNDO, SQLITE_UNDO)
)
DROP = migrations.RunPython(
    sealed.run(POSTGRES_UNDO, SQLITE_UNDO), sealed.run(POSTGRES, SQLITE)
)


def add_up_what_is_there(apps, schema_editor):
    frozen = f"version_id IN (SELECT id FROM {VERSION} WHERE state IN {sealed.FROZEN})"
    for statement in _add_up(frozen).strip().rstrip(";").split(";"):
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('planning', '0008_last_year_from_bills'),
    ]

    operations = [
        migrations.CreateModel(
            name='VersionTotal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('stock', '存量'), ('increment', '增量'), ('win_back', '策反')], max_length=10, verbose_name='类别')),
                ('q1', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='一季度')),
                ('q2', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='二季度')),
                ('q3', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='三季度')),
                ('q4', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='四季度')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='totals', to='planning.planversion')),
            ],
            options={
                'verbose_name': '版本合计',
                'verbose_name_plural': '版本合计',
                'ordering': ['version', 'kind'],
                'constraints': [models.UniqueConstraint(fields=('version', 'kind'), name='planning_total_once')],
            },
        ),
        MAKE,
        migrations.RunPython(add_up_what_is_there, migrations.RunPython.noop),
    ]
