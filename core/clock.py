"""One clock. Deadlines are judged by the database's time, so that hosts cannot disagree."""

from datetime import datetime

from django.db import connection
from django.utils import timezone


def now() -> datetime:
    """Aware, UTC. PostgreSQL answers with its own clock; SQLite lives on this host anyway."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
