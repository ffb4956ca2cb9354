"""Step three of the sweep: claim, send, mark. At least once, and the row says which.

A claim is a compare-and-set with a token and a lease. Whoever dies keeps nothing: when the lease
runs out the row is claimable again. Sent comes before marked; a worker that dies between the two
costs one copy, never a loss (trust.md §1.4).
"""

import logging
import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import F, Prefetch
from django.db.models.functions import Now

from core import clock
from reminders.actions import channels
from reminders.actions.mailing import Mailer, Refusal, classify, compose
from reminders.models import Channel, Delivery, Obligation, Reminder
from staff.models import User

log = logging.getLogger(__name__)

BATCH = 20
LEASE_SECONDS = 120
RETRY_MINUTES = (1, 5, 15, 60)
JITTER = 0.2
USEFUL_FOR = timedelta(hours=72)
"""After the latest deadline of a message (trust.md §1.4)."""
FEWEST_ATTEMPTS = 75
"""About 72 hours of hourly attempts. Nothing is attempted in quiet hours and on rest days, so that
attempts and not the clock measure how long the server had a chance to take the message."""
BAD_ROW_WAITS = timedelta(hours=1)
MARK_PAUSES = (0, 0.3, 1, 3)  # the message is out: try hard to write that down
NO_ADDRESS = "收件人没有填写邮箱。"

State = Delivery.State


@dataclass
class Tally:
    claimed: int = 0
    sent: int = 0
    errors: int = 0


def deliver_some(
    channel: Channel, now: datetime, *, lease_seconds: float, has_time: Callable[[], bool]
) -> Tally:
    """Claim one batch and send it. `claimed` 0: nothing to do, or the channel is held back."""
    lease, tally = timedelta(seconds=lease_seconds), Tally()
    ids = candidates(channel, now)
    # asked only when there is something to send, because a probe is used up by asking
    limit = channels.allowance(channel, now, BATCH) if ids else 0
    token = claim(ids[:limit], now, lease) if limit else None
    if token is None:
        return tally
    mailer = Mailer()
    try:
        for delivery in _batch(token):
            tally.claimed += 1
            if not has_time() or not _send_one(delivery, mailer, lease, tally):
                break
        _give_back(token)
        if tally.sent:
            channels.note_answer(channel, clock.now(), sent=True)
    finally:
        mailer.close()
    return tally


def candidates(channel: Channel, now: datetime) -> list[int]:
    """Keys worth claiming: some of the oldest, at random, so that sweepers rarely meet. A hint."""
    oldest = Delivery.objects.claimable(now).filter(channel=channel).order_by("next_at", "pk")
    ids = list(oldest.values_list("pk", flat=True)[: BATCH * 10])
    return random.sample(ids, min(BATCH, len(ids)))


@transaction.atomic
def claim(ids: list[int], now: datetime, lease: timedelta) -> uuid.UUID | None:
    """Compare-and-set: the predicate stands in the UPDATE itself, on both engines."""
    token = uuid.uuid4()
    chosen = Delivery.objects.filter(pk__in=ids)
    if connection.features.has_select_for_update_skip_locked:
        # only saves waiting for rows that another sweeper is claiming in this instant
        chosen = Delivery.objects.filter(pk__in=chosen.select_for_update(skip_locked=True))
    won = chosen.claimable(now).update(
        state=State.SENDING, token=token, lease_until=now + lease, attempts=F("attempts") + 1
    )
    return token if won else None


def _batch(token: uuid.UUID) -> list[Delivery]:
    """What this token won, with all that a message needs, in two queries."""
    rows = Delivery.objects.filter(token=token, state=State.SENDING).order_by("pk")
    reminders = Reminder.objects.order_by("pk").select_related("obligation__owner")
    return list(rows.select_related("recipient").prefetch_related(Prefetch("reminders", reminders)))


def _send_one(delivery: Delivery, mailer: Mailer, lease: timedelta, tally: Tally) -> bool:
    """False when the channel has stopped and the rest of the batch should be given back."""
    now = clock.now()
    held = Delivery.objects.held(delivery.pk, delivery.token)
    if not held.update(lease_until=now + lease):
        return True  # the lease ran out and another worker has it
    try:
        reminders = _still_needed(delivery)
        if not reminders:
            held.update(state=State.CANCELLED)
            return True
        if not delivery.recipient.email:
            _fail(delivery, NO_ADDRESS)
            tally.errors += 1
            return True
        message = compose(delivery, reminders, now)
        mailer.send(message)
        mark_sent(delivery, reminders)
    except DatabaseError:
        raise
    except Exception as error:
        tally.errors += 1
        return _refused(delivery, error, classify(error), now)
    tally.sent += 1
    return True


def _still_needed(delivery: Delivery) -> list[Reminder]:
    """The reminders of this message whose duty is open in this moment; the rest is cancelled."""
    waiting = delivery.reminders.pending().values_list(
        "pk", "obligation__state", "recipient__state"
    )
    states = {pk: (duty, person) for pk, duty, person in waiting}
    open_now = {pk for pk, (duty, _) in states.items() if duty == Obligation.State.OPEN}
    if any(person != User.State.ACTIVE for _, person in states.values()):
        # Left since it was packed: the next sweep tells whoever stands in.
        told = Obligation.objects.open().filter(reminders__in=open_now)
        told.update(next_look_at=F("started_at"))
        open_now = set()
    if ended := states.keys() - open_now:
        Reminder.objects.pending().filter(pk__in=ended).update(state=Reminder.State.CANCELLED)
    return [row for row in delivery.reminders.all() if row.pk in open_now]


def mark_sent(delivery: Delivery, reminders: list[Reminder]) -> bool:
    """Only the holder of the token may mark. False: the lease was lost, another worker decides."""
    for pause in MARK_PAUSES:
        time.sleep(pause)
        try:
            return _mark(delivery, [r.pk for r in reminders])
        except DatabaseError:
            if connection.in_atomic_block or pause == MARK_PAUSES[-1]:
                raise
            log.exception("delivery %s is sent but not marked yet", delivery.pk)
            connection.close()
    return False


@transaction.atomic
def _mark(delivery: Delivery, reminder_ids: list[int]) -> bool:
    held = Delivery.objects.held(delivery.pk, delivery.token)
    if not held.update(state=State.SENT, sent_at=Now(), last_error="", lease_until=None):
        return False
    Reminder.objects.pending().filter(pk__in=reminder_ids).update(
        state=Reminder.State.SENT, sent_at=Now()
    )
    return True


def _refused(delivery: Delivery, error: Exception, refusal: Refusal, now: datetime) -> bool:
    log.warning("delivery %s: %s %r", delivery.pk, refusal.value, error)
    text = f"{type(error).__name__}: {error}"
    if refusal in (Refusal.SERVER, Refusal.ACCOUNT):
        at_once = refusal is Refusal.ACCOUNT
        if channels.note_failure(delivery.channel, now, text, at_once=at_once):
            _put_back(delivery, text, now, burned=False)
            return False
    elif refusal is not Refusal.BAD:
        channels.note_answer(delivery.channel, now, sent=False)
    if refusal is Refusal.NEVER or _is_worn_out(delivery, now):
        _fail(delivery, text)
    elif refusal is Refusal.BAD:
        _put_back(delivery, text, now + BAD_ROW_WAITS)
    else:
        _put_back(delivery, text, now + retry_delay(delivery.attempts))
    return True


def _is_worn_out(delivery: Delivery, now: datetime) -> bool:
    """Tried long enough: well after its deadlines, and often (trust.md §1.4, item 5)."""
    latest = max(row.obligation.due_at for row in delivery.reminders.all())
    return now - latest > USEFUL_FOR and delivery.attempts >= FEWEST_ATTEMPTS


def retry_delay(attempts: int) -> timedelta:
    """1, 5, 15, 60, 60 … minutes after the first, second … attempt, ±20 %."""
    minutes = RETRY_MINUTES[min(max(attempts, 1), len(RETRY_MINUTES)) - 1]
    return timedelta(minutes=minutes * random.uniform(1 - JITTER, 1 + JITTER))


def _put_back(delivery: Delivery, text: str, next_at: datetime, *, burned: bool = True) -> None:
    Delivery.objects.held(delivery.pk, delivery.token).update(
        state=State.PENDING,
        next_at=next_at,
        last_error=text[:500],
        attempts=F("attempts") - (0 if burned else 1),
        token=None,
        lease_until=None,
    )


def _fail(delivery: Delivery, text: str) -> None:
    """For good: administrators see it in the app; the duty itself stays on everyone's list."""
    with transaction.atomic():
        held = Delivery.objects.held(delivery.pk, delivery.token)
        if held.update(state=State.FAILED, last_error=text[:500], lease_until=None):
            delivery.reminders.pending().update(state=Reminder.State.FAILED)


def _give_back(token: uuid.UUID) -> None:
    """What was claimed and not touched waits for the next sweep; no attempt is burned."""
    Delivery.objects.filter(token=token, state=State.SENDING).update(
        state=State.PENDING, attempts=F("attempts") - 1, token=None, lease_until=None
    )
