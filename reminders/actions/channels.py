"""The circuit breaker of a channel: a dead mail server burns no attempts and no time."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F

from reminders.models import Channel, ChannelState

PROBE_EVERY = timedelta(seconds=60)
ERRORS_THAT_OPEN = 5


def is_configured(channel: Channel) -> bool:
    """Without a mail server duties are still shown in the app, and nothing waits in vain."""
    return channel == Channel.EMAIL and bool(settings.EMAIL_HOST)


def allowance(channel: Channel, now: datetime, batch: int) -> int:
    """How many messages may be claimed now: a batch, one as a probe, or none."""
    state, _ = ChannelState.objects.get_or_create(channel=channel)
    if state.open_until is None:
        return batch
    if state.open_until > now:
        return 0
    # One worker wins the probe; the others see the new instant and wait.
    won = ChannelState.objects.filter(channel=channel, open_until=state.open_until)
    return 1 if won.update(open_until=now + PROBE_EVERY) else 0


def is_open(channel: Channel) -> bool:
    """True while the breaker holds messages back."""
    return ChannelState.objects.filter(channel=channel, open_until__isnull=False).exists()


def note_answer(channel: Channel, now: datetime, *, sent: bool) -> None:
    """The server talks to us: whatever it said about one message, the channel works."""
    fields = {"last_success_at": now, "last_error": ""} if sent else {}
    ChannelState.objects.filter(channel=channel).update(
        consecutive_errors=0, open_until=None, **fields
    )


def note_failure(channel: Channel, now: datetime, error: str, *, at_once: bool) -> bool:
    """Count a failure of the channel itself. True when the breaker is open after it."""
    row = ChannelState.objects.filter(channel=channel)
    row.update(consecutive_errors=F("consecutive_errors") + 1, last_error=error[:500])
    if not at_once:
        row = row.filter(consecutive_errors__gte=ERRORS_THAT_OPEN)
    row.update(open_until=now + PROBE_EVERY)
    return is_open(channel)
