"""Submission, review, versions (R46)."""

from django.urls import path

from planning.views import review, versions

urlpatterns = [
    path("reviews/", review.review_list, name="review_list"),
    path("<int:pk>/quality/", review.quality, name="quality"),
    path("<int:pk>/submit/", review.submit, name="submit"),
    path("<int:pk>/outline/", review.outline, name="outline"),
    path("<int:pk>/review/", review.review, name="review"),
    path("<int:pk>/review/decide/", review.decide, name="decide"),
    path("<int:pk>/review/<slug:verb>/", review.review_move, name="review_move"),
    path("<int:pk>/move/<slug:verb>/", review.move, name="move"),
    path("<int:pk>/amend/", versions.amend, name="amend"),
    path("<int:pk>/discard/", versions.discard, name="discard"),
    path("<int:pk>/versions/<int:number>/", versions.version, name="version"),
    path("<int:pk>/versions/<int:number>/since/<int:other>/", versions.compare, name="compare"),
]
