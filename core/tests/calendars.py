"""The calendar of 2025 and 2026 as the migration loads it, without a database."""

import importlib
from datetime import timedelta

from core.rules import DayNote, WorkCalendar


def notice_calendar(years=(2025, 2026)) -> WorkCalendar:
    migration = importlib.import_module("core.migrations.0002_work_calendar")
    days = {}
    for name, first, last, makeup in migration.HOLIDAYS:
        for offset in range((last - first).days + 1):
            days[first + timedelta(days=offset)] = DayNote(False, name)
        days |= {day: DayNote(True, f"{name}调休上班") for day in makeup}
    kept = {day: note for day, note in days.items() if day.year in years}
    return WorkCalendar(kept, frozenset(years))
