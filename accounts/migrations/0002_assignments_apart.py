"""The database itself refuses two assignments of one customer and role that share a day.

A trigger and not an exclusion constraint, so that PostgreSQL needs no extension and SQLite has the
same rule. On PostgreSQL it locks the customer first: two sessions would not see each other's rows.
A migration that lets SQLite rebuild this table must make the triggers again.
"""

from django.db import migrations

POSTGRES = """
CREATE FUNCTION accounts_assignment_apart() RETURNS trigger AS $$
BEGIN
    PERFORM 1 FROM accounts_customer WHERE id = NEW.customer_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM accounts_customerassignment a
        WHERE a.customer_id = NEW.customer_id AND a.role = NEW.role AND a.id <> NEW.id
          AND a.valid_from <= COALESCE(NEW.valid_to, 'infinity'::date)
          AND COALESCE(a.valid_to, 'infinity'::date) >= NEW.valid_from
    ) THEN
        RAISE EXCEPTION 'accounts_assignment_periods_apart' USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER accounts_assignment_periods_apart
    BEFORE INSERT OR UPDATE ON accounts_customerassignment
    FOR EACH ROW EXECUTE FUNCTION accounts_assignment_apart();
"""
POSTGRES_UNDO = """
DROP TRIGGER accounts_assignment_periods_apart ON accounts_customerassignment;
DROP FUNCTION accounts_assignment_apart();
"""
SQLITE = [
    f"""CREATE TRIGGER accounts_assignment_apart_{verb.lower()}
        AFTER {verb} ON accounts_customerassignment
        WHEN EXISTS (
            SELECT 1 FROM accounts_customerassignment a
            WHERE a.customer_id = NEW.customer_id AND a.role = NEW.role AND a.id <> NEW.id
              AND a.valid_from <= COALESCE(NEW.valid_to, '9999-12-31')
              AND COALESCE(a.valid_to, '9999-12-31') >= NEW.valid_from
        )
        BEGIN SELECT RAISE(ABORT, 'accounts_assignment_periods_apart'); END"""
    for verb in ("INSERT", "UPDATE")
]
SQLITE_UNDO = [
    "DROP TRIGGER accounts_assignment_apart_insert",
    "DROP TRIGGER accounts_assignment_apart_update",
]


def run(postgres, sqlite):
    def apply(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(postgres)
        else:
            for statement in sqlite:
                schema_editor.execute(statement)

    return apply


class Migration(migrations.Migration):
    replaces = [("accounts", "0002_assignment_periods_apart")]
    dependencies = [("accounts", "0001_schema")]
    operations = [migrations.RunPython(run(POSTGRES, SQLITE), run(POSTGRES_UNDO, SQLITE_UNDO))]
