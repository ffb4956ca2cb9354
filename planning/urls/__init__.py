"""Addresses below plans/; each part of the app keeps its own list."""

from planning.urls import exports, retention, review, six_step, targets, writing

app_name = "planning"
urlpatterns = [
    *writing.urlpatterns,
    *targets.urlpatterns,
    *review.urlpatterns,
    *six_step.urlpatterns,
    *retention.urlpatterns,
    *exports.urlpatterns,
]
