"""The database keeps `tree_path` of every customer and refuses a cycle (R69).

Whoever writes `parent` — an action, an import, a merge, a bulk update — gets the right path: of the
row, and with one UPDATE of everything below it. A path written by hand is put right again.
A cycle shows in the path alone: the new parent lies below the row when its path begins with the
row's own. On PostgreSQL all changes of `parent` wait for each other (an advisory lock), or two moves
could make a cycle together; on SQLite writers wait anyway.
A migration that lets SQLite rebuild this table must make the triggers again (run `MAKE`).
"""

from django.db import migrations

POSTGRES = """
CREATE FUNCTION accounts_tree_place() RETURNS trigger AS $$
DECLARE
    above text := '/';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.parent_id IS NOT DISTINCT FROM OLD.parent_id THEN
            -- Only the move of a branch, one trigger above, writes paths.
            IF pg_trigger_depth() = 1 THEN NEW.tree_path := OLD.tree_path; END IF;
            RETURN NEW;
        END IF;
        PERFORM pg_advisory_xact_lock(7203);
    ELSIF NEW.parent_id IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock_shared(7203);
    END IF;
    IF NEW.parent_id IS NOT NULL THEN
        SELECT tree_path INTO above FROM accounts_customer WHERE id = NEW.parent_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'accounts_customer_no_parent' USING ERRCODE = 'foreign_key_violation';
        END IF;
        IF TG_OP = 'UPDATE' AND starts_with(above, OLD.tree_path) THEN
            RAISE EXCEPTION 'accounts_customer_tree_cycle' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    NEW.tree_path := above || NEW.id || '/';
    RETURN NEW;
END $$ LANGUAGE plpgsql;

-- By parents and not by the old path: one statement may move several rows of a branch.
CREATE FUNCTION accounts_tree_follow() RETURNS trigger AS $$
BEGIN
    WITH RECURSIVE below(id, path) AS (
        SELECT id, tree_path::text FROM accounts_customer WHERE id = NEW.id
        UNION ALL
        SELECT c.id, below.path || c.id || '/'
        FROM accounts_customer c JOIN below ON c.parent_id = below.id
    )
    UPDATE accounts_customer c SET tree_path = below.path
    FROM below WHERE c.id = below.id AND c.tree_path <> below.path;
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER accounts_customer_tree_insert
    BEFORE INSERT ON accounts_customer
    FOR EACH ROW EXECUTE FUNCTION accounts_tree_place();
CREATE TRIGGER accounts_customer_tree_place
    BEFORE UPDATE OF parent_id, tree_path ON accounts_customer
    FOR EACH ROW WHEN (NEW.parent_id IS DISTINCT FROM OLD.parent_id
                       OR NEW.tree_path IS DISTINCT FROM OLD.tree_path)
    EXECUTE FUNCTION accounts_tree_place();
CREATE TRIGGER accounts_customer_tree_follow
    AFTER UPDATE OF parent_id ON accounts_customer
    FOR EACH ROW WHEN (NEW.parent_id IS DISTINCT FROM OLD.parent_id)
    EXECUTE FUNCTION accounts_tree_follow();
"""
POSTGRES_UNDO = """
DROP TRIGGER accounts_customer_tree_follow ON accounts_customer;
DROP TRIGGER accounts_customer_tree_place ON accounts_customer;
DROP TRIGGER accounts_customer_tree_insert ON accounts_customer;
DROP FUNCTION accounts_tree_follow();
DROP FUNCTION accounts_tree_place();
"""
ABOVE = "COALESCE((SELECT p.tree_path FROM accounts_customer p WHERE p.id = NEW.parent_id), '/')"
# The old path is really the row's own, not one that an INSERT brought along.
OWN = "OLD.tree_path LIKE '%/' || NEW.id || '/'"
SQLITE = [
    f"""CREATE TRIGGER accounts_customer_tree_insert AFTER INSERT ON accounts_customer
    BEGIN
        SELECT RAISE(ABORT, 'accounts_customer_no_parent') WHERE NEW.parent_id IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM accounts_customer WHERE id = NEW.parent_id);
        UPDATE accounts_customer SET tree_path = {ABOVE} || NEW.id || '/' WHERE id = NEW.id;
    END""",
    # Its own UPDATEs do not fire it again (recursive_triggers is off).
    f"""CREATE TRIGGER accounts_customer_tree_move
    AFTER UPDATE OF parent_id, tree_path ON accounts_customer
    WHEN NEW.parent_id IS NOT OLD.parent_id OR NEW.tree_path IS NOT OLD.tree_path
    BEGIN
        SELECT RAISE(ABORT, 'accounts_customer_tree_cycle') FROM accounts_customer p
            WHERE p.id = NEW.parent_id AND {OWN}
              AND substr(p.tree_path, 1, length(OLD.tree_path)) = OLD.tree_path;
        UPDATE accounts_customer
        SET tree_path = {ABOVE} || NEW.id || '/' || substr(tree_path, length(OLD.tree_path) + 1)
        WHERE {OWN} AND id <> NEW.id
          AND tree_path >= OLD.tree_path AND tree_path < rtrim(OLD.tree_path, '/') || '0';
        UPDATE accounts_customer SET tree_path = {ABOVE} || NEW.id || '/' WHERE id = NEW.id;
    END""",
]
SQLITE_UNDO = [
    "DROP TRIGGER accounts_customer_tree_insert",
    "DROP TRIGGER accounts_customer_tree_move",
]


def run(postgres, sqlite):
    def apply(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(postgres)
        else:
            for statement in sqlite:
                schema_editor.execute(statement)

    return apply


MAKE = migrations.RunPython(run(POSTGRES, SQLITE), run(POSTGRES_UNDO, SQLITE_UNDO))


class Migration(migrations.Migration):
    replaces = [("accounts", "0008_tree_kept_by_database")]
    dependencies = [("accounts", "0002_assignments_apart")]
    operations = [MAKE]
