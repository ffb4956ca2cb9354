from django.urls import path

from crm.views import health, today

app_name = "crm"

urlpatterns = [
    path("", today.today, name="today"),
    path("team/", today.team, name="team"),
    path("system/", today.system, name="system"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
