"""One clock. Deadlines are judged by the database's time, so that hosts cannot disagree."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db import connection
from django.utils import timezone

_held: ContextVar[list[datetime] | None] = ContextVar("held moment", default=None)


def now() -> datetime:
    """Aware, UTC. PostgreSQL answers with its own clock; SQLite lives on this host anyway."""
    held = _held.get()
    if held is None:
        return _ask()
    if not held:
        held.append(_ask())
    return held[0]


@contextmanager
def one_moment() -> Iterator[None]:
    """`now` is the same all through, from when it is first asked for."""
    token = _held.set([])
    try:
        yield
    finally:
        _held.reset(token)


def _ask() -> datetime:
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
