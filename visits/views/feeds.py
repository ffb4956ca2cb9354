"""The calendar that other programs read: its secret address, and what is read there (R4)."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from staff.access import open_to_all_staff, open_to_everybody
from visits import feed_reports, ics_text
from visits.actions import feeds
from visits.actions.errors import VisitError
from visits.models import CalendarFeed


@open_to_all_staff
@require_http_methods(["GET", "POST"])
def feed_settings(request):
    """POST makes an address, or another in its place. It is shown in that answer only."""
    address = ""
    if request.method == "POST":
        token = feeds.make_feed(user=request.user)
        address = settings.SITE_URL + reverse("visits:calendar_feed", args=[token])
    feed = CalendarFeed.objects.filter(user=request.user).first()
    return render(request, "visits/feed_settings.html", {"feed": feed, "address": address})


@open_to_all_staff
@require_POST
def feed_revoke(request):
    try:
        feeds.revoke_feed(user=request.user)
        messages.success(request, "已停用，原来的地址不再有效。")
    except VisitError as error:
        messages.error(request, str(error))
    return redirect("visits:feed_settings")


@open_to_everybody
@require_GET
def calendar_feed(request, token):
    """Read by programs without a session; a wrong token is told nothing but 404."""
    feed = feeds.feed_of(token)
    if feed is None:
        raise Http404
    now = clock.now()
    feeds.note_read(feed, now)
    content = ics_text.feed(feed_reports.events(feed.user, now), feed_reports.title(feed.user))
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="calendar.ics"'
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
