from django.urls import path

from crm.views import health, today

app_name = "crm"

urlpatterns = [
    path("", today.today, name="today"),
    path("team/", today.people, name="team"),
    path("system/", today.state, name="system"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
