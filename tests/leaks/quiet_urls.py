"""The product's URLs with error pages of one word: most answers of the walk are refusals."""

from django.http import HttpResponse

from crm.urls import urlpatterns

__all__ = ["urlpatterns"]


def handler403(request, exception=None):
    return HttpResponse("403", status=403)


def handler404(request, exception=None):
    return HttpResponse("404", status=404)
