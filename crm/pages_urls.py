from django.urls import path

from crm.views import assigning, duties, handover, health, offline, today, watches

app_name = "crm"

urlpatterns = [
    path("", today.today, name="today"),
    path("team/", today.people, name="team"),
    path("system/", today.state, name="system"),
    path("handover/", handover.handover_list, name="handover_list"),
    path("handover/<int:pk>/", handover.handover_person, name="handover_person"),
    path("handover/records/<int:pk>/", handover.handover_detail, name="handover_detail"),
    path("handover/records/<int:pk>/confirm/", handover.handover_confirm, name="handover_confirm"),
    path("customers/assign/", assigning.bulk_assign, name="bulk_assign"),
    path("customers/<int:pk>/assign/", assigning.customer_assign, name="customer_assign"),
    path("duties/<int:pk>/reassign/", duties.duty_reassign, name="duty_reassign"),
    path("service/watches/<int:pk>/convert/", watches.watch_convert, name="watch_convert"),
    path("sw.js", offline.service_worker, name="service_worker"),
    path("offline/", offline.offline, name="offline"),
    path("offline/state/", offline.offline_state, name="offline_state"),
    path("offline/customers/", offline.offline_customers, name="offline_customers"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
