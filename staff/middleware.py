"""Who is not signed in, or has not chosen a password, is led away from every other page."""

from urllib.parse import urlencode, urlsplit

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


class WholePageMiddleware:
    """htmx would put the sign-in page into the place of a fragment: it is sent there as a whole.

    401 and `HX-Redirect`; after signing in the page comes back from which htmx had asked.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if not request.htmx or response.status_code != 302:
            return response
        path = urlsplit(response.url).path
        if path == request.path or path not in _places_to_be_led():
            return response
        return HttpResponse(status=401, headers={"HX-Redirect": _with_way_back(path, request)})


def _places_to_be_led() -> set[str]:
    return {reverse("account_login"), reverse("account_change_password")}


def _with_way_back(path: str, request) -> str:
    here = request.htmx.current_url or ""
    if path != reverse("account_login"):
        return path
    if not url_has_allowed_host_and_scheme(here, {request.get_host()}):
        return path
    page = urlsplit(here)
    query = f"?{page.query}" if page.query else ""
    return f"{path}?{urlencode({'next': page.path + query}, safe='/')}"


class FirstPasswordMiddleware:
    """A password that somebody else knows opens nothing but the page that changes it."""

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
