"""Many rows at once: COPY on PostgreSQL, INSERT in long batches elsewhere. For generated data."""

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from django.core.management.color import no_style
from django.db import connection, models
from django.utils import timezone
from psycopg2.extras import execute_values

CHUNK = 20_000
INSERT_CHUNK = 500
NULL = r"\N"
AS_IS = (str, int)


def load(model: type[models.Model], rows: Iterable[dict]) -> int:
    """Insert `rows`, {attribute name: value}; other fields take their defaults. Returns how many.

    Neither `save()` nor constraints of the form layer run. Keys may be given; the sequence follows.
    """
    fields = [f for f in model._meta.concrete_fields if not (f.primary_key or f.generated)]
    key = model._meta.pk
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return 0
    if key.attname in first:
        fields.insert(0, key)
    count = 0
    for chunk in _chunks(_chain(first, rows)):
        values = _values(fields, chunk)
        _copy(model, fields, values) if connection.vendor == "postgresql" else _insert(
            model, fields, values
        )
        count += len(chunk)
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(sql)
    return count


def insert(
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Sequence],
    *,
    skip_known: bool = False,
) -> None:
    """INSERT rows of plain values in a few statements, while others write to the same table.

    `names` are the attribute names of the values (text, whole numbers, moments, None) and must
    cover what has no default in the database; `skip_known` passes over rows that exist. A third of
    the cost of bulk_create, which makes an object of each row first.
    """
    quote = connection.ops.quote_name
    columns = ", ".join(quote(_by_attname(model, name).column) for name in names)
    marks = ", ".join(["%s"] * len(names))
    rest = " ON CONFLICT DO NOTHING" if skip_known else ""
    head = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            execute_values(cursor.cursor, f"{head} %s{rest}", rows, page_size=INSERT_CHUNK)
            return
        ready = ([_for_sqlite(value) for value in row] for row in rows)
        while batch := list(islice(ready, INSERT_CHUNK)):
            cursor.executemany(f"{head} ({marks}){rest}", batch)


def _by_attname(model, name: str):
    return next(f for f in model._meta.concrete_fields if f.attname == name)


def _for_sqlite(value):
    is_moment = isinstance(value, datetime)
    return connection.ops.adapt_datetimefield_value(value) if is_moment else value


def next_id(model: type[models.Model]) -> int:
    return (model._base_manager.aggregate(last=models.Max("pk"))["last"] or 0) + 1


def _chain(first: dict, rest: Iterator[dict]) -> Iterator[dict]:
    yield first
    yield from rest


def _chunks(rows: Iterator[dict]) -> Iterator[list[dict]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _values(fields, chunk: list[dict]) -> Iterator[list]:
    now = timezone.now()
    defaults = [now if getattr(f, "auto_now_add", False) or getattr(f, "auto_now", False)
                else f.get_default() for f in fields]  # fmt: skip
    prepare = [(f.attname, _preparer(f), d) for f, d in zip(fields, defaults, strict=True)]
    for row in chunk:
        values = (row.get(name, default) for name, _, default in prepare)
        yield [
            # Numbers and text go as they are: asking the field costs ten times the rest.
            v if v is None or isinstance(v, AS_IS) else to_db(v, connection)
            for v, (_, to_db, _) in zip(values, prepare, strict=True)
        ]


def _preparer(field):
    """COPY wants the text of JSON; the field would hand over psycopg2's adapter of it."""
    if isinstance(field, models.JSONField):
        return lambda value, _: json.dumps(value, ensure_ascii=False, cls=field.encoder)
    return field.get_db_prep_save


def _copy(model, fields, values) -> None:
    text = io.StringIO("".join(",".join(map(_csv, row)) + "\n" for row in values))
    quote = connection.ops.quote_name
    columns = ", ".join(quote(f.column) for f in fields)
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN"
            f" WITH (FORMAT csv, NULL '{NULL}')",
            text,
        )


def _csv(value) -> str:
    """Text always quoted, so that a text that reads \\N is not taken for a missing value."""
    if value is None:
        return NULL
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return str(value)


def _insert(model, fields, values) -> None:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(f.column) for f in fields)
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})"
    with connection.cursor() as cursor:
        while batch := list(islice(values, INSERT_CHUNK)):
            cursor.executemany(sql, batch)
