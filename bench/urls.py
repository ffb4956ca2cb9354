from django.urls import include, path

from bench import floor

urlpatterns = [path("bench/floor/", floor.page), path("", include("crm.urls"))]
