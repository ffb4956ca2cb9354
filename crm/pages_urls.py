from django.urls import path

from crm.views import health

app_name = "crm"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
