from django.urls import path

from valuation.views import (
    abandon,
    alerts,
    customer,
    importing,
    inputs,
    matrix,
    models,
    ranking,
    report,
    revenue,
    runs,
)

app_name = "valuation"

urlpatterns = [
    path("", ranking.ranking, name="ranking"),
    path("matrix/", matrix.matrix, name="matrix"),
    path("pareto/", matrix.pareto, name="pareto"),
    path("revenue/", revenue.revenue, name="revenue"),
    path("revenue/<slug:table>/export/", revenue.revenue_export, name="revenue_export"),
    path("report/", report.report, name="report"),
    path("report/<int:pk>/", report.report_job, name="report_job"),
    path("report/<int:pk>/file/", report.report_file, name="report_file"),
    path("export/", ranking.ranking_export, name="ranking_export"),
    path("customers/<int:pk>/", customer.customer, name="customer"),
    path("customers/<int:pk>/tab/", customer.of_customer, name="of_customer"),
    path(
        "customers/<int:pk>/gaps/export/",
        customer.customer_gaps_export,
        name="customer_gaps_export",
    ),
    # --- runs (views/runs.py, abandon.py, alerts.py)
    path("runs/", runs.run_list, name="run_list"),
    path("runs/start/", runs.run_start, name="run_start"),
    path("runs/<int:pk>/", runs.run_detail, name="run_detail"),
    path("runs/<int:pk>/review/", runs.run_review, name="run_review"),
    path("runs/<int:pk>/publish/", runs.run_publish, name="run_publish"),
    path("runs/<int:pk>/recompute/", runs.run_recompute, name="run_recompute"),
    path("runs/<int:pk>/discard/", runs.run_discard, name="run_discard"),
    path("abandon/", abandon.abandon_list, name="abandon_list"),
    path("abandon/<int:pk>/", abandon.abandon_decide, name="abandon_decide"),
    path("alerts/", alerts.alert_list, name="alert_list"),
    path("alerts/<int:pk>/", alerts.alert_decide, name="alert_decide"),
    # --- raw values (views/inputs.py)
    path("customers/<int:pk>/inputs/", inputs.inputs, name="inputs"),
    path("customers/<int:pk>/measure/", inputs.measure_edit, name="measure_edit"),
    path("customers/<int:pk>/override/", inputs.override_new, name="override_new"),
    path("customers/<int:pk>/ratings/<str:code>/", inputs.rating_edit, name="rating_edit"),
    path(
        "customers/<int:pk>/ratings/<str:code>/arbitrate/",
        inputs.rating_arbitrate,
        name="rating_arbitrate",
    ),
    path("overrides/<int:pk>/end/", inputs.override_end, name="override_end"),
    path("import/", importing.import_table, name="import"),
    path("import/confirm/", importing.import_confirm, name="import_confirm"),
    path("import/template/<slug:code>/", importing.import_template, name="import_template"),
    # --- the model (views/models.py)
    path("models/", models.model_list, name="model_list"),
    path("models/<int:pk>/", models.model_detail, name="model_detail"),
    path("models/<int:pk>/copy/", models.model_copy, name="model_copy"),
    path("models/<int:pk>/edit/", models.model_edit, name="model_edit"),
    path("models/<int:pk>/ahp/", models.model_ahp, name="model_ahp"),
    path("models/<int:pk>/activate/", models.model_activate, name="model_activate"),
    path("models/<int:pk>/discard/", models.model_discard, name="model_discard"),
    path("models/indicators/<int:pk>/bands/", models.model_bands, name="model_bands"),
]
