"""The database itself refuses to change what a published run holds, on both engines (R51).

A published run may only become superseded; it, and its results, are never deleted. The one change
allowed to a result is its `customer`: a merge of two customers leads it to the one that is kept.
A migration that lets SQLite rebuild these tables must make the triggers again (run `MAKE`).
"""

from django.db import migrations

RUN, RESULT = "valuation_valuationrun", "valuation_customervaluation"
RUN_COLUMNS = (
    "id", "scope", "model_snapshot", "as_of", "cut_method", "cuts", "total", "done", "error",
    "attempt", "created_at", "computed_at", "reviewed_at", "review_note", "published_at",
    "branch_id", "industry_id", "model_id", "published_by_id", "reviewed_by_id", "run_by_id", "missing",
)  # fmt: skip
RESULT_COLUMNS = (
    "id", "run_id", "current", "potential", "loyalty", "social", "composite", "combined",
    "revenue", "profit", "rank", "revenue_rank", "profit_rank", "grade", "quadrant",
    "loyalty_cell", "industry_ref", "is_managed", "has_missing", "indicators",
)  # fmt: skip
FINAL = "('published', 'superseded')"
REFUSED = "published valuations never change"

# By statement: a hundred thousand rows are looked at once, not one by one.
_CHECK = "PERFORM 1 FROM {rows} x JOIN {run} r ON r.id = x.run_id WHERE r.state IN {final} LIMIT 1"
POSTGRES = f"""
CREATE FUNCTION valuation_run_keep() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = 'published' AND NEW.state = 'superseded'
       AND to_jsonb(NEW) - 'state' = to_jsonb(OLD) - 'state' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'check_violation';
END $$ LANGUAGE plpgsql;
CREATE TRIGGER valuation_run_keep BEFORE UPDATE OR DELETE ON {RUN}
    FOR EACH ROW WHEN (OLD.state IN {FINAL}) EXECUTE FUNCTION valuation_run_keep();

CREATE FUNCTION valuation_result_new() RETURNS trigger AS $$
BEGIN
    {_CHECK.format(rows="new_rows", run=RUN, final=FINAL)};
    IF FOUND THEN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'check_violation'; END IF;
    RETURN NULL;
END $$ LANGUAGE plpgsql;
CREATE FUNCTION valuation_result_gone() RETURNS trigger AS $$
BEGIN
    {_CHECK.format(rows="old_rows", run=RUN, final=FINAL)};
    IF FOUND THEN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'check_violation'; END IF;
    RETURN NULL;
END $$ LANGUAGE plpgsql;
CREATE FUNCTION valuation_result_changed() RETURNS trigger AS $$
BEGIN
    {_CHECK.format(rows="old_rows", run=RUN, final=FINAL)};
    IF FOUND THEN
        PERFORM 1 FROM old_rows o JOIN {RUN} r ON r.id = o.run_id
            LEFT JOIN new_rows n ON n.id = o.id
            WHERE r.state IN {FINAL}
              AND to_jsonb(n) - 'customer_id' IS DISTINCT FROM to_jsonb(o) - 'customer_id' LIMIT 1;
        IF FOUND THEN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'check_violation'; END IF;
    END IF;
    {_CHECK.format(rows="new_rows", run=RUN, final=FINAL)};
    IF FOUND THEN
        PERFORM 1 FROM new_rows n JOIN {RUN} r ON r.id = n.run_id
            LEFT JOIN old_rows o ON o.id = n.id AND o.run_id = n.run_id
            WHERE r.state IN {FINAL} AND o.id IS NULL LIMIT 1;
        IF FOUND THEN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'check_violation'; END IF;
    END IF;
    RETURN NULL;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER valuation_result_new AFTER INSERT ON {RESULT}
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION valuation_result_new();
CREATE TRIGGER valuation_result_gone AFTER DELETE ON {RESULT}
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION valuation_result_gone();
CREATE TRIGGER valuation_result_changed AFTER UPDATE ON {RESULT}
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION valuation_result_changed();
"""
POSTGRES_UNDO = f"""
DROP TRIGGER valuation_result_changed ON {RESULT};
DROP TRIGGER valuation_result_gone ON {RESULT};
DROP TRIGGER valuation_result_new ON {RESULT};
DROP TRIGGER valuation_run_keep ON {RUN};
DROP FUNCTION valuation_result_changed();
DROP FUNCTION valuation_result_gone();
DROP FUNCTION valuation_result_new();
DROP FUNCTION valuation_run_keep();
"""


def _same(columns) -> str:
    return " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in columns)


def _is_final(row: str) -> str:
    return f"EXISTS (SELECT 1 FROM {RUN} WHERE id = {row}.run_id AND state IN {FINAL})"


_ABORT = f"SELECT RAISE(ABORT, '{REFUSED}')"
SQLITE = [
    f"""CREATE TRIGGER valuation_run_kept BEFORE UPDATE ON {RUN}
    WHEN OLD.state IN {FINAL} AND NOT
        (OLD.state = 'published' AND NEW.state = 'superseded' AND {_same(RUN_COLUMNS)})
    BEGIN {_ABORT}; END""",
    f"""CREATE TRIGGER valuation_run_not_deleted BEFORE DELETE ON {RUN}
    WHEN OLD.state IN {FINAL} BEGIN {_ABORT}; END""",
    f"""CREATE TRIGGER valuation_result_new BEFORE INSERT ON {RESULT}
    WHEN {_is_final("NEW")} BEGIN {_ABORT}; END""",
    f"""CREATE TRIGGER valuation_result_gone BEFORE DELETE ON {RESULT}
    WHEN {_is_final("OLD")} BEGIN {_ABORT}; END""",
    f"""CREATE TRIGGER valuation_result_changed BEFORE UPDATE ON {RESULT}
    WHEN ({_is_final("OLD")} OR {_is_final("NEW")}) AND NOT ({_same(RESULT_COLUMNS)})
    BEGIN {_ABORT}; END""",
]
SQLITE_NAMES = (
    "valuation_run_kept", "valuation_run_not_deleted", "valuation_result_new",
    "valuation_result_gone", "valuation_result_changed",
)  # fmt: skip
SQLITE_UNDO = [f"DROP TRIGGER {name}" for name in SQLITE_NAMES]

# key, label, kind, value, help
PARAMETERS = [
    ("abandon_price_sensitivity", "放弃评估：价格敏感度", "integer", "5", "达到这个数才算极度敏感（1–5）"),
    ("abandon_loyalty_below", "放弃评估：忠诚度低于", "decimal", "40", "低于这个分数才算忠诚度低"),
    ("abandon_conversion_ratio", "放弃评估：感化成本比", "decimal", "0.50", "达到这个比例才算感化成本高"),
    ("abandon_quality_ratio", "放弃评估：质量附加成本比", "decimal", "0.30",
     "达到这个比例才算质量附加成本高"),
    ("potential_alert_score", "高潜提示：潜在价值", "decimal", "80", "非名单制客户达到这个分数即提示"),
    ("potential_alert_top_percent", "高潜提示：名单制前百分之", "integer", "10",
     "达到名单制客户前百分之几的分数即提示"),
    ("potential_alert_quiet_months", "高潜提示：暂不纳入后不再提示（月）", "integer", "6",
     "已决定暂不纳入的客户，这么多个月以内不再提示"),
]  # fmt: skip


def run(postgres, sqlite):
    def apply(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(postgres)
        else:
            for statement in sqlite:
                schema_editor.execute(statement)

    return apply


def seed(apps, schema_editor):
    parameter = apps.get_model("core", "Parameter")
    names = ("key", "label", "kind", "value", "help_text")
    parameter.objects.bulk_create(
        parameter(**dict(zip(names, row, strict=True))) for row in PARAMETERS
    )


def unseed(apps, schema_editor):
    keys = [row[0] for row in PARAMETERS]
    apps.get_model("core", "Parameter").objects.filter(key__in=keys).delete()


MAKE = migrations.RunPython(run(POSTGRES, SQLITE), run(POSTGRES_UNDO, SQLITE_UNDO))


class Migration(migrations.Migration):
    replaces = [("valuation", "0004_runs_immutable")]
    dependencies = [("valuation", "0002_first_model"), ("core", "0003_append_only")]
    operations = [migrations.RunPython(seed, unseed), MAKE]
