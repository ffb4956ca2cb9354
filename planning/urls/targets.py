"""Targets, roll-up, allotments (R41, R45)."""

from django.urls import path

from planning.views import allotments, rollup, target_files, targets

urlpatterns = [
    path("<int:pk>/targets/", targets.targets, name="targets"),
    path("<int:pk>/targets/win-back/", targets.win_back_add, name="win_back_add"),
    path("<int:pk>/targets/<int:line>/remove/", targets.win_back_remove, name="win_back_remove"),
    path("<int:pk>/targets.xlsx", target_files.targets_xlsx, name="targets_xlsx"),
    path("<int:pk>/targets/import/", target_files.targets_import, name="targets_import"),
    path(
        "<int:pk>/targets/import/confirm/",
        target_files.targets_import_confirm,
        name="targets_import_confirm",
    ),
    path("<int:pk>/rollup/", rollup.rollup, name="rollup"),
    path("<int:pk>/adjustments/new/", rollup.adjustment_new, name="adjustment_new"),
    path("<int:pk>/adjustments/<int:line>/", rollup.adjustment_edit, name="adjustment_edit"),
    path(
        "<int:pk>/adjustments/<int:line>/remove/",
        rollup.adjustment_remove,
        name="adjustment_remove",
    ),
    path("<int:pk>/allotments/", allotments.allotments, name="allotments"),
    path("<int:pk>/allot/", allotments.allot, name="allot"),
]
