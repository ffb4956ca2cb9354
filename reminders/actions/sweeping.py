"""The sweep: looks at rows, never at a queue. Stopping it loses nothing, two at once is safe."""

import logging
import socket
import time
from collections.abc import Callable
from datetime import timedelta

from core import clock
from reminders.actions import channels
from reminders.actions.delivering import LEASE_SECONDS, deliver_some
from reminders.actions.materialising import materialise_chunk
from reminders.actions.packing import pack_some
from reminders.actions.rulebook import Rulebook, read_rulebook
from reminders.models import Channel, Delivery, Obligation, SweepRun

log = logging.getLogger(__name__)

BUDGET_SECONDS = 50
RUNS_KEPT_FOR = timedelta(days=7)
OTHERS_AT_WORK_PAUSE = 0.05


def sweep(
    *,
    budget_seconds: float = BUDGET_SECONDS,
    lease_seconds: float = LEASE_SECONDS,
    is_stopping: Callable[[], bool] = lambda: False,
) -> SweepRun:
    """Materialise, pack and deliver until nothing is claimable or the time is used up."""
    stop_at = time.monotonic() + budget_seconds

    def has_time() -> bool:
        return time.monotonic() < stop_at and not is_stopping()

    run = SweepRun.objects.create(started_at=clock.now(), host=socket.gethostname()[:80])
    book = read_rulebook()
    while has_time():
        is_idle = _one_round(run, book, lease_seconds, has_time)
        if is_idle:
            break
    run.finished_at = clock.now()
    run.save()
    SweepRun.objects.filter(started_at__lt=run.finished_at - RUNS_KEPT_FOR).delete()
    return run


def _one_round(run: SweepRun, book: Rulebook, lease_seconds: float, has_time) -> bool:
    """One chunk of each step. True when there is nothing left to do."""
    now = clock.now()
    looked, bad = materialise_chunk(book, now)
    run.looked += looked
    run.errors += bad
    is_complete = not looked and not Obligation.objects.to_look_at(now).exists()
    if looked:
        return False
    busy = False
    for channel in Channel:
        if not channels.is_configured(channel) or not book.quiet.allows(now):
            continue
        # A digest is only complete when every duty has been looked at, by whichever sweeper; and a
        # message packed long ago may just be giving way to the newest stage.
        if not is_complete:
            break
        if _may_pack(channel):
            busy |= bool(pack_some(book, channel, now))
        tally = deliver_some(channel, now, lease_seconds=lease_seconds, has_time=has_time)
        run.sent += tally.sent
        run.errors += tally.errors
        busy |= bool(tally.claimed)
    if not is_complete and not busy:
        time.sleep(OTHERS_AT_WORK_PAUSE)  # another sweeper holds the last rows
    return is_complete and not busy


def _may_pack(channel: Channel) -> bool:
    """While a channel is down what waits stays loose, so that one digest tells it all after it.

    With nothing packed there would be nothing to probe with.
    """
    waiting = Delivery.objects.filter(channel=channel, state__in=["pending", "sending"])
    return not channels.is_open(channel) or not waiting.exists()
