from django.urls import path

from reminders.views import calendar

app_name = "reminders"

urlpatterns = [
    # duties, ladder, deliveries (REMINDERS)
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/import/", calendar.calendar_import, name="calendar_import"),
    path("calendar/template/", calendar.calendar_template, name="calendar_template"),
    path("calendar/days/<str:day>/", calendar.calendar_day, name="calendar_day"),
    path("calendar/<int:year>/confirm/", calendar.calendar_confirm, name="calendar_confirm"),
]
