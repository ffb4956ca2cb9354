"""The product's URLs with error pages of one word: thousands of refusals, and only 90 seconds.

The real error pages are looked at in crm/tests/test_error_pages.py.
"""

from django.http import HttpResponse

from crm.urls import urlpatterns

__all__ = ["urlpatterns"]


def handler403(request, exception=None):
    return HttpResponse("403", status=403)


def handler404(request, exception=None):
    return HttpResponse("404", status=404)
