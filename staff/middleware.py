"""A password that somebody else knows opens nothing but the page that changes it."""

from django.shortcuts import redirect
from django.urls import reverse


class FirstPasswordMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        if user.is_authenticated and user.must_change_password and not self._is_open(request):
            return redirect("account_change_password")
        return self.get_response(request)

    @staticmethod
    def _is_open(request):
        return request.path in {reverse("account_change_password"), reverse("account_logout")}
