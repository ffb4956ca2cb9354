"""Answers that hold customer data are never kept by a cache on the way or in the browser."""

from http import HTTPStatus

from django.shortcuts import redirect

from core import clock, once


class OneMomentMiddleware:
    """A page that is only read is of one moment, and asks the database for it once.

    Not what is sent: it may wait for a lock, and whether it came late is judged after that.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with clock.one_moment():
            return self.get_response(request)


class PrivatePagesMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class OnceMiddleware:
    """A form whose key already has a result is led there before anything validates it again.

    Without this a replay of "create user" would be told that the name is taken. The 422 is for the
    second of two parallel requests, which looked before the first one had finished.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method != "POST" or once.FIELD not in request.POST:
            return self.get_response(request)
        url = once.known_result(request)
        if url:
            return redirect(url)
        response = self.get_response(request)
        if response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
            url = once.known_result(request)
        return redirect(url) if url else response
