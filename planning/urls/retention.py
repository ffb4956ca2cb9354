"""防控 lists, cases, metrics (R47–R49)."""

from django.urls import path

from planning.views import retention, retention_rolls

urlpatterns = [
    path("retention/", retention.retention_list, name="retention_list"),
    path("retention/export/", retention.export, name="retention_export"),
    path("retention/lists/", retention_rolls.roll_list, name="retention_rolls"),
    path("retention/lists/new/", retention_rolls.roll_new, name="retention_roll_new"),
    path("retention/lists/<int:pk>/", retention_rolls.roll_detail, name="retention_roll"),
    path("retention/lists/<int:pk>/add/", retention_rolls.roll_add, name="retention_roll_add"),
    path("retention/lists/<int:pk>/fill/", retention_rolls.roll_fill, name="retention_roll_fill"),
    path("retention/members/<int:pk>/drop/", retention_rolls.member_drop, name="retention_drop"),
    path("retention/targets/", retention_rolls.target_list, name="retention_targets"),
    path(
        "retention/targets/<int:year>/edit/",
        retention_rolls.target_edit,
        name="retention_target_edit",
    ),
    path(
        "retention/targets/<int:year>/confirm/",
        retention_rolls.target_confirm,
        name="retention_target_confirm",
    ),
    path("retention/metrics/", retention_rolls.metrics, name="retention_metrics"),
    path("retention/metrics/<int:pk>/", retention_rolls.metric_rows, name="retention_metric"),
    path("retention/customers/<int:pk>/", retention.of_customer, name="retention_customer"),
    path("retention/customers/<int:pk>/open/", retention.open_case, name="retention_open"),
    path("retention/threats/<int:pk>/close/", retention.threat_close, name="retention_threat"),
    path("retention/actions/<int:pk>/done/", retention.action_done, name="retention_action"),
    path(
        "retention/resources/<int:pk>/decide/",
        retention.resource_decide,
        name="retention_resource",
    ),
    path("retention/<int:pk>/", retention.retention_detail, name="retention_detail"),
    path("retention/<int:pk>/edit/", retention.retention_edit, name="retention_edit"),
    path("retention/<int:pk>/add/<slug:part>/", retention.retention_add, name="retention_add"),
    path("retention/<int:pk>/step/", retention.retention_step, name="retention_step"),
    path("retention/<int:pk>/look/", retention.retention_look, name="retention_look"),
]
