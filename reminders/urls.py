from django.urls import path  # noqa: F401

app_name = "reminders"

urlpatterns = [
    # duties, ladder, deliveries (REMINDERS)
    # work calendar (STAFF: reminders/views/calendar.py)
]
