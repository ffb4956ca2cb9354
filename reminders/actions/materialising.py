"""Step one of the sweep: stages that have come become rows of the ledger."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from reminders import rules
from reminders.actions.rulebook import Rulebook
from reminders.models import Channel, LadderStage, Obligation, Reminder

log = logging.getLogger(__name__)

CHUNK = 500
BAD_ROW_WAITS = timedelta(hours=1)
NOBODY = "没有可以通知的在职人员，请给这项任务换一位责任人。"

State = Reminder.State


def materialise_chunk(book: Rulebook, now: datetime) -> tuple[int, int]:
    """(duties looked at, bad rows) of one chunk. A bad row never stops the others."""
    try:
        with transaction.atomic():
            return _look_at(_due(now)[:CHUNK], book, now)
    except Exception:
        log.exception("a chunk of duties failed; taking it row by row")
    ids = list(_due(now, lock=False).values_list("pk", flat=True)[:CHUNK])
    return len(ids), sum(_look_at_one(pk, book, now) for pk in ids)


def _due(now: datetime, *, lock: bool = True):
    # SKIP LOCKED keeps two sweepers from waiting for each other; SQLite has one writer anyway.
    duties = Obligation.objects.to_look_at(now).order_by("next_look_at", "pk")
    duties = duties.select_related("owner__reports_to", "owner__department")
    return duties.select_for_update(skip_locked=True, of=("self",), no_key=True) if lock else duties


def _look_at_one(pk: int, book: Rulebook, now: datetime) -> int:
    """1 when the row is bad: it keeps its error and is tried again in an hour."""
    try:
        with transaction.atomic():
            return _look_at(_due(now).filter(pk=pk), book, now)[1]
    except Exception as error:
        log.exception("duty %s cannot be looked at", pk)
        Obligation.objects.filter(pk=pk).update(
            next_look_at=now + BAD_ROW_WAITS, sweep_error=repr(error)[:500]
        )
        return 1


def _look_at(duties, book: Rulebook, now: datetime) -> tuple[int, int]:
    duties = list(duties)
    reminders: list[Reminder] = []
    for duty in duties:
        duty.sweep_error = ""
        plan = rules.plan(book.rungs.get(duty.kind, ()), duty.times(), book.quiet, now)
        duty.next_look_at = plan.next_look_at
        told = _rows(duty, plan, book)
        if plan.due and not told:
            duty.sweep_error, duty.next_look_at = NOBODY, now + BAD_ROW_WAITS
        elif duty.escalated_at is None and any(_escalates(m) for m in plan.due):
            duty.escalated_at = now
        reminders += told
    Reminder.objects.bulk_create(reminders, ignore_conflicts=True, batch_size=CHUNK)
    _supersede(duties, reminders)
    Obligation.objects.bulk_update(duties, ["next_look_at", "sweep_error", "escalated_at"])
    return len(duties), sum(bool(duty.sweep_error) for duty in duties)


def _escalates(moment: rules.Moment) -> bool:
    return any(audience != LadderStage.Audience.OWNER for audience in moment.audiences)


def _rows(duty: Obligation, plan: rules.Plan, book: Rulebook) -> list[Reminder]:
    """One row for each stage and person; only a person's newest stage is to be sent."""
    rows: dict[int, list[Reminder]] = {}
    for moment in plan.due:
        for person in book.recipients(duty.owner, moment.audiences):
            row = Reminder(
                obligation=duty,
                stage=moment.stage,
                channel=Channel.EMAIL,
                recipient=person,
                scheduled_at=moment.send_at,
                state=State.SUPERSEDED,
            )
            rows.setdefault(person.pk, []).append(row)
    for theirs in rows.values():
        theirs[-1].state = State.PENDING
    return [row for theirs in rows.values() for row in theirs]


def _supersede(duties: list[Obligation], reminders: list[Reminder]) -> None:
    """Older stages that still wait, from an earlier sweep, give way to the newest one."""
    newest = {
        (row.obligation_id, row.recipient_id): row.stage
        for row in reminders
        if row.state == State.PENDING
    }
    waiting = Reminder.objects.pending().filter(obligation__in=duties)
    old = [
        pk
        for pk, duty, person, stage in waiting.values_list(
            "pk", "obligation_id", "recipient_id", "stage"
        )
        if newest.get((duty, person), stage) != stage
    ]
    Reminder.objects.pending().filter(pk__in=old).update(state=State.SUPERSEDED)
