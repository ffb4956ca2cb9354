"""The State Council notices for 2025 and 2026 (§B.12): rest days and make-up workdays."""

from datetime import date, timedelta

from django.db import migrations

NOTICES = {
    2025: "国务院办公厅关于2025年部分节假日安排的通知",
    2026: "国务院办公厅关于2026年部分节假日安排的通知",
}
# (name, first rest day, last rest day, make-up workdays)
HOLIDAYS = [
    ("元旦", date(2025, 1, 1), date(2025, 1, 1), []),
    ("春节", date(2025, 1, 28), date(2025, 2, 4), [date(2025, 1, 26), date(2025, 2, 8)]),
    ("清明节", date(2025, 4, 4), date(2025, 4, 6), []),
    ("劳动节", date(2025, 5, 1), date(2025, 5, 5), [date(2025, 4, 27)]),
    ("端午节", date(2025, 5, 31), date(2025, 6, 2), []),
    ("国庆节、中秋节", date(2025, 10, 1), date(2025, 10, 8), [date(2025, 9, 28), date(2025, 10, 11)]),
    ("元旦", date(2026, 1, 1), date(2026, 1, 3), [date(2026, 1, 4)]),
    ("春节", date(2026, 2, 15), date(2026, 2, 23), [date(2026, 2, 14), date(2026, 2, 28)]),
    ("清明节", date(2026, 4, 4), date(2026, 4, 6), []),
    ("劳动节", date(2026, 5, 1), date(2026, 5, 5), [date(2026, 5, 9)]),
    ("端午节", date(2026, 6, 19), date(2026, 6, 21), []),
    ("中秋节", date(2026, 9, 25), date(2026, 9, 27), []),
    ("国庆节", date(2026, 10, 1), date(2026, 10, 7), [date(2026, 9, 20), date(2026, 10, 10)]),
]


def load(apps, schema_editor):
    year_model = apps.get_model("core", "WorkCalendarYear")
    day_model = apps.get_model("core", "WorkCalendarDay")
    for year, source in NOTICES.items():
        year_model.objects.create(year=year, is_confirmed=True, source=source)
    for name, first, last, makeup in HOLIDAYS:
        source = NOTICES[first.year]
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            day_model.objects.create(date=day, is_workday=False, name=name, source=source)
        for day in makeup:
            day_model.objects.create(date=day, is_workday=True, name=f"{name}调休上班", source=source)


def unload(apps, schema_editor):
    apps.get_model("core", "WorkCalendarDay").objects.filter(date__year__in=NOTICES).delete()
    apps.get_model("core", "WorkCalendarYear").objects.filter(year__in=NOTICES).delete()


class Migration(migrations.Migration):
    replaces = [("core", "0002_work_calendar_2025_2026")]
    dependencies = [("core", "0001_schema")]
    operations = [migrations.RunPython(load, unload)]
