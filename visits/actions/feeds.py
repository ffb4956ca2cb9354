"""The secret address under which a calendar program reads one user's visits and due days."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from core import audit, clock
from staff.models import User
from visits.actions.errors import VisitError
from visits.models import CalendarFeed

TOKEN_BYTES = 32
READ_NOTED_EVERY = timedelta(hours=1)


@transaction.atomic
def make_feed(*, user: User) -> str:
    """A new address; an older one stops working. The token is returned once and never stored."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    fields = {"token_sha256": digest(token), "made_at": clock.now(), "read_at": None}
    _, is_new = CalendarFeed.objects.update_or_create(user=user, defaults=fields)
    verb = "calendar_feed.made" if is_new else "calendar_feed.renewed"
    audit.record(verb=verb, target=user, by=user)
    return token


@transaction.atomic
def revoke_feed(*, user: User) -> None:
    if not CalendarFeed.objects.filter(user=user).delete()[0]:
        raise VisitError("日历订阅已经停用，请刷新后查看。")
    audit.record(verb="calendar_feed.revoked", target=user, by=user)


def feed_of(token: str) -> CalendarFeed | None:
    """The feed of a token. The search is by its digest: how long it takes tells nothing of it."""
    feeds = CalendarFeed.objects.select_related("user__branch", "user__department")
    return feeds.filter(token_sha256=digest(token), user__state=User.State.ACTIVE).first()


def note_read(feed: CalendarFeed, now: datetime) -> None:
    """When it was last read, to the hour: programs come often, and the owner should see it."""
    if feed.read_at is None or feed.read_at < now - READ_NOTED_EVERY:
        CalendarFeed.objects.filter(pk=feed.pk).update(read_at=now)


def digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
