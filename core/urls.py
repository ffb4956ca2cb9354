from django.urls import path

from core import views

app_name = "core"

urlpatterns = [
    path("drafts/save/", views.draft_save, name="draft_save"),
    path("drafts/discard/", views.draft_discard, name="draft_discard"),
]
