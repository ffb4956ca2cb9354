from django.urls import path

from reminders.views import calendar, deliveries, duties, ladder

app_name = "reminders"

urlpatterns = [
    path("duties/", duties.duty_list, name="duty_list"),
    path("duties/<int:pk>/acknowledge/", duties.duty_acknowledge, name="duty_acknowledge"),
    path("ladder/", ladder.ladder_list, name="ladder_list"),
    path("ladder/<int:pk>/", ladder.ladder_edit, name="ladder_edit"),
    path("deliveries/", deliveries.delivery_list, name="delivery_list"),
    path("deliveries/<int:pk>/retry/", deliveries.delivery_retry, name="delivery_retry"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/import/", calendar.calendar_import, name="calendar_import"),
    path("calendar/template/", calendar.calendar_template, name="calendar_template"),
    path("calendar/days/<str:day>/", calendar.calendar_day, name="calendar_day"),
    path("calendar/<int:year>/confirm/", calendar.calendar_confirm, name="calendar_confirm"),
]
