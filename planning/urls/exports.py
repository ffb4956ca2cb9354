"""PDF and Word of a plan, the weekly file (§B.13)."""

from django.urls import path

from planning.views import exports

urlpatterns = [
    path("<int:pk>/exports/", exports.exports, name="exports"),
    path("<int:pk>/exports/pdf/", exports.pdf, name="pdf"),
    path("<int:pk>/exports/docx/", exports.docx, name="docx"),
    path("weekly/", exports.weekly_list, name="weekly_list"),
    path("weekly/make/", exports.weekly_make, name="weekly_make"),
    path("weekly/<int:pk>/", exports.weekly_detail, name="weekly_detail"),
    path("weekly/<int:pk>/file/", exports.weekly_file, name="weekly_file"),
]
