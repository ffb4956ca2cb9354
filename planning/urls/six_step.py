"""The six-step workbench (R62–R76)."""

from django.urls import path

from planning.views import six, six_export, six_industry, six_rows, six_scores

BENCH = "six/<int:pk>/<int:year>/"

urlpatterns: list = [
    path("six/", six.six_list, name="six_list"),
    path(BENCH, six.six, name="six"),
    path(f"{BENCH}start/", six.six_start, name="six_start"),
    path(f"{BENCH}<int:code>/", six.six_step, name="six_step"),
    path(f"{BENCH}factors/", six_scores.six_rate, name="six_rate"),
    path(f"{BENCH}scorecard/", six_scores.six_score, name="six_score"),
    path(f"{BENCH}fill/", six_rows.six_fill, name="six_fill"),
    path(f"{BENCH}to-plan/", six_export.six_to_plan, name="six_to_plan"),
    path(f"{BENCH}<slug:kind>/new/", six_rows.six_row_new, name="six_row_new"),
    path("six/rows/<slug:kind>/<int:pk>/edit/", six_rows.six_row_edit, name="six_row_edit"),
    path("six/rows/<slug:kind>/<int:pk>/delete/", six_rows.six_row_delete, name="six_row_delete"),
    path("six/items/<int:pk>/move/", six_rows.six_item_move, name="six_item_move"),
    path("six/supports/<int:pk>/", six_rows.six_support_show, name="six_support"),
    path("six/supports/<int:pk>/improved/", six_rows.six_improved, name="six_improved"),
    path("six/scorecards/<int:pk>/", six_scores.scorecard, name="scorecard"),
    path("six/industries/", six_industry.industry_list, name="industry_list"),
    path("six/industries/start/", six_industry.industry_start, name="industry_start"),
    path("six/industries/<int:pk>/", six_industry.industry_analysis, name="industry_analysis"),
    path("six/industries/<int:pk>/edit/", six_industry.industry_edit, name="industry_edit"),
    path(
        "six/industries/<int:pk>/structure/",
        six_industry.industry_structure,
        name="industry_structure",
    ),
    path("six/industries/<int:pk>/factors/", six_scores.industry_rate, name="industry_rate"),
    path("six/industries/<int:pk>/scorecard/", six_scores.industry_score, name="industry_score"),
    path("six/settings/", six_scores.six_settings, name="six_settings"),
    path("six/settings/factors/new/", six_scores.six_factor_new, name="six_factor_new"),
    path("six/settings/factors/<int:pk>/", six_scores.six_factor_edit, name="six_factor_edit"),
]
