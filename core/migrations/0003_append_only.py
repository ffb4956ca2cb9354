"""The database itself refuses to change or delete an audit event, on both engines."""

from django.db import migrations

POSTGRES = """
CREATE FUNCTION core_audit_refuse() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'audit events are append-only';
END $$ LANGUAGE plpgsql;
CREATE TRIGGER core_audit_append_only BEFORE UPDATE OR DELETE ON core_auditevent
    FOR EACH ROW EXECUTE FUNCTION core_audit_refuse();
"""
POSTGRES_UNDO = """
DROP TRIGGER core_audit_append_only ON core_auditevent;
DROP FUNCTION core_audit_refuse();
"""
SQLITE = [
    f"""CREATE TRIGGER core_audit_no_{verb} BEFORE {verb} ON core_auditevent
        BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END"""
    for verb in ("UPDATE", "DELETE")
]
SQLITE_UNDO = ["DROP TRIGGER core_audit_no_UPDATE", "DROP TRIGGER core_audit_no_DELETE"]


def run(postgres, sqlite):
    def apply(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(postgres)
        else:
            for statement in sqlite:
                schema_editor.execute(statement)

    return apply


class Migration(migrations.Migration):
    replaces = [("core", "0003_audit_append_only")]
    dependencies = [("core", "0002_work_calendar")]
    operations = [migrations.RunPython(run(POSTGRES, SQLITE), run(POSTGRES_UNDO, SQLITE_UNDO))]
