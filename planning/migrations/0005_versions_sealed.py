"""The database refuses changes of what is reviewed and of what was approved, on both engines (R46).

- Texts, table lines and targets change only while their version is written: not in review, not
  once it was approved. On PostgreSQL who writes them holds the version meanwhile (FOR SHARE), so
  that a version that is handed in at the same instant has either all of it or nothing.
- A version in review only moves on or back; an approved one only moves on. Neither is deleted.
- Nobody with a part in a version approves it: author, who handed it in or wrote in it.

Make a version with its content first and set its state afterwards, never the other way round.
A migration that lets SQLite rebuild one of these tables, that of the plans included, runs `DROP`
before it and `MAKE` after it.
"""

from django.db import migrations

VERSION, PLAN = "planning_planversion", "planning_marketingplan"
CONTENT = ("planning_plansection", "planning_planrow", "planning_plantargetline")
TEXTS = "planning_sectiontext"
KEPT_COLUMNS = (
    "id", "plan_id", "number", "change_reason", "outline", "submitted_by_id", "submitted_at",
    "snapshot", "sha256", "created_by_id", "created_at",
)  # fmt: skip
IN_REVIEW = "('submitted', 'dept_review', 'director_review')"
SEALED = "('approved', 'in_execution', 'closed', 'archived', 'superseded')"
FROZEN = f"({IN_REVIEW[1:-1]}, {SEALED[1:-1]})"
STEPS = (
    ("approved", "approved"), ("approved", "in_execution"), ("approved", "superseded"),
    ("in_execution", "in_execution"), ("in_execution", "closed"), ("in_execution", "superseded"),
    ("closed", "closed"), ("closed", "archived"), ("archived", "archived"),
    ("superseded", "superseded"),
)  # fmt: skip
"""The only way of an approved version: on."""
REFUSED = "sealed plan versions never change"
OWN = "who has a part in a plan never approves it"

_STEP = " OR ".join(f"(OLD.state = '{a}' AND NEW.state = '{b}')" for a, b in STEPS)


def _wrote(who: str, version: str) -> str:
    """Whether the user `who` left a name in the content of `version`; SQL of both engines."""
    parts = [f"SELECT 1 FROM {PLAN} WHERE id = NEW.plan_id AND author_id = {who}"]
    parts += [
        f"SELECT 1 FROM {table} WHERE version_id = {version} AND updated_by_id = {who}"
        for table in CONTENT
    ]
    parts.append(
        f"SELECT 1 FROM {TEXTS} t JOIN {CONTENT[0]} s ON s.id = t.section_id"
        f" WHERE s.version_id = {version} AND t.by_id = {who}"
    )
    found = " OR ".join(f"EXISTS ({part})" for part in parts)
    return f"{who} = NEW.submitted_by_id OR {found}"


_JUDGED = f"NEW.state IN {SEALED} AND NEW.approved_by_id IS NOT NULL"
_RAISE = "RAISE EXCEPTION '{}' USING ERRCODE = 'check_violation'"


def _look(rows: str) -> str:
    of = f"FROM {VERSION} v WHERE v.id IN (SELECT version_id FROM {rows})"
    return f"""
    PERFORM 1 {of} ORDER BY v.id FOR SHARE OF v;
    PERFORM 1 {of} AND v.state IN {FROZEN} LIMIT 1;
    IF FOUND THEN {_RAISE.format(REFUSED)}; END IF;"""


def _function(name: str, body: str) -> str:
    return f"CREATE FUNCTION {name}() RETURNS trigger AS $$ BEGIN {body} END $$ LANGUAGE plpgsql;"


def _of_content(table: str) -> str:
    name = table.removeprefix("planning_")
    new, old = "NEW TABLE AS new_rows", "OLD TABLE AS old_rows"
    return f"""
CREATE TRIGGER {name}_sealed_new AFTER INSERT ON {table}
    REFERENCING {new} FOR EACH STATEMENT EXECUTE FUNCTION planning_content_new();
CREATE TRIGGER {name}_sealed_gone AFTER DELETE ON {table}
    REFERENCING {old} FOR EACH STATEMENT EXECUTE FUNCTION planning_content_gone();
CREATE TRIGGER {name}_sealed_changed AFTER UPDATE ON {table}
    REFERENCING {old} {new} FOR EACH STATEMENT EXECUTE FUNCTION planning_content_changed();
"""


_REST = "- 'state' - 'approved_by_id' - 'approved_at'"
POSTGRES = "\n".join(
    [
        _function("planning_content_new", f"{_look('new_rows')} RETURN NULL;"),
        _function("planning_content_gone", f"{_look('old_rows')} RETURN NULL;"),
        _function(
            "planning_content_changed", f"{_look('old_rows')} {_look('new_rows')} RETURN NULL;"
        ),
        _function(
            "planning_version_kept",
            f"""IF TG_OP = 'UPDATE' AND ({_STEP})
                AND to_jsonb(NEW) - 'state' = to_jsonb(OLD) - 'state' THEN RETURN NEW; END IF;
            {_RAISE.format(REFUSED)};""",
        ),
        _function(
            "planning_version_in_review",
            f"""IF TG_OP = 'UPDATE'
                AND to_jsonb(NEW) {_REST} = to_jsonb(OLD) {_REST} THEN RETURN NEW; END IF;
            {_RAISE.format(REFUSED)};""",
        ),
        _function(
            "planning_version_judged",
            f"""IF {_wrote("NEW.approved_by_id", "NEW.id")} THEN
                {_RAISE.format(OWN)}; END IF;
            RETURN NEW;""",
        ),
        f"""
CREATE TRIGGER planning_version_kept BEFORE UPDATE OR DELETE ON {VERSION}
    FOR EACH ROW WHEN (OLD.state IN {SEALED}) EXECUTE FUNCTION planning_version_kept();
CREATE TRIGGER planning_version_in_review BEFORE UPDATE OR DELETE ON {VERSION}
    FOR EACH ROW WHEN (OLD.state IN {IN_REVIEW}) EXECUTE FUNCTION planning_version_in_review();
CREATE TRIGGER planning_version_judged_new BEFORE INSERT ON {VERSION}
    FOR EACH ROW WHEN ({_JUDGED}) EXECUTE FUNCTION planning_version_judged();
CREATE TRIGGER planning_version_judged BEFORE UPDATE ON {VERSION}
    FOR EACH ROW WHEN ({_JUDGED} AND OLD.state NOT IN {SEALED})
    EXECUTE FUNCTION planning_version_judged();
""",
        *map(_of_content, CONTENT),
    ]
)
_FUNCTIONS = ("content_new", "content_gone", "content_changed", "version_kept",
              "version_in_review", "version_judged")  # fmt: skip
POSTGRES_UNDO = "\n".join(f"DROP FUNCTION planning_{name}() CASCADE;" for name in _FUNCTIONS)


def _same(columns) -> str:
    return " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in columns)


def _is_frozen(row: str) -> str:
    return f"EXISTS (SELECT 1 FROM {VERSION} WHERE id = {row}.version_id AND state IN {FROZEN})"


def _trigger(name: str, event: str, table: str, when: str, text: str = REFUSED) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {when}"
        f" BEGIN SELECT RAISE(ABORT, '{text}'); END"
    )


def _on_content(table: str) -> list[tuple[str, str, str, str]]:
    name, new, old = table.removeprefix("planning_"), _is_frozen("NEW"), _is_frozen("OLD")
    return [
        (f"{name}_sealed_new", "INSERT", table, new),
        (f"{name}_sealed_gone", "DELETE", table, old),
        (f"{name}_sealed_changed", "UPDATE", table, f"{old} OR {new}"),
    ]


_KEEPS = _same((*KEPT_COLUMNS, "approved_by_id", "approved_at"))
_MADE = [
    ("planning_version_kept", "UPDATE", VERSION,
     f"OLD.state IN {SEALED} AND NOT (({_STEP}) AND {_KEEPS})"),
    ("planning_version_in_review", "UPDATE", VERSION,
     f"OLD.state IN {IN_REVIEW} AND NOT ({_same(KEPT_COLUMNS)})"),
    ("planning_version_not_deleted", "DELETE", VERSION, f"OLD.state IN {FROZEN}"),
    ("planning_version_judged_new", "INSERT", VERSION,
     f"{_JUDGED} AND ({_wrote('NEW.approved_by_id', 'NEW.id')})", OWN),
    ("planning_version_judged", "UPDATE", VERSION,
     f"{_JUDGED} AND OLD.state NOT IN {SEALED} AND ({_wrote('NEW.approved_by_id', 'NEW.id')})",
     OWN),
    *(one for table in CONTENT for one in _on_content(table)),
]  # fmt: skip
SQLITE = [_trigger(*one) for one in _MADE]
SQLITE_NAMES = tuple(one[0] for one in _MADE)
SQLITE_UNDO = [f"DROP TRIGGER {name}" for name in SQLITE_NAMES]


def run(postgres, sqlite):
    def apply(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(postgres)
        else:
            for statement in sqlite:
                schema_editor.execute(statement)

    return apply


MAKE = migrations.RunPython(run(POSTGRES, SQLITE), run(POSTGRES_UNDO, SQLITE_UNDO))
DROP = migrations.RunPython(run(POSTGRES_UNDO, SQLITE_UNDO), run(POSTGRES, SQLITE))


class Migration(migrations.Migration):
    replaces = [("planning", "0006_sealed_versions")]
    dependencies = [("planning", "0004_retention_rows")]
    operations = [MAKE]
