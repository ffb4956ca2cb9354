"""An import from upload to end. The row is the job; whoever holds its lease works on it (ADR 0006).

A message to a worker is only a hint: a lost one is sent again by `resend_stuck`. Every batch is one
transaction that also moves `done` on, so a killed worker is followed by another at that very row.
"""

import logging
from collections import Counter
from datetime import datetime, timedelta
from functools import partial

from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import F, Q

from accounts.actions.errors import AccountError
from accounts.imports import applying, readers, sheets, workbooks
from accounts.imports.checking import PLANNERS, Verdict
from accounts.imports.checking.plans import Request
from accounts.imports.columns import Line
from accounts.imports.kinds import KINDS
from accounts.models import ImportJob
from core import audit, clock
from core.uploads import TYPES, store
from staff.access import may

logger = logging.getLogger(__name__)

State = ImportJob.State
TASK = "accounts.run_import"
LEASE = timedelta(seconds=90)
STUCK_AFTER = timedelta(seconds=60)
BATCH = 250
MOST_ATTEMPTS = 5
MOST_FAULTS = 1000
CHANGED = "导入的状态已变更，请刷新后重试。"


# --- what people do -------------------------------------------------------------------------------
@transaction.atomic
def start_import(*, kind: str, upload, by) -> ImportJob:
    """Keep the file and have it checked; nothing is written to customers yet."""
    job = ImportJob.objects.create(owner=by, kind=kind, upload=store(upload, by=by))
    audit.record(verb="import.uploaded", target=job, by=by, changes={"文件": ["", upload.name]})
    _send_after_commit(job.pk)
    return job


@transaction.atomic
def confirm_import(*, job: ImportJob, by) -> None:
    """Import the good rows of a checked file. AccountError when it is not waiting for that."""
    _only_own(job, by)
    moved = ImportJob.objects.filter(pk=job.pk, state=State.PREVIEW).update(
        state=State.QUEUED, done=0, created=0, updated=0, unchanged=0, bad=0, attempts=0,
        lease_until=None, sent_at=clock.now(),
    )  # fmt: skip
    if not moved:
        raise AccountError(CHANGED)
    audit.record(verb="import.confirmed", target=job, by=by, reason=job.upload.name)
    _send_after_commit(job.pk)


@transaction.atomic
def cancel_import(*, job: ImportJob, by) -> None:
    """At any time before the end. Batches that are in stay in; the batch at work is rolled back."""
    _only_own(job, by)
    still = ImportJob.objects.filter(pk=job.pk).exclude(state__in=ImportJob.ENDED)
    end = {"state": State.CANCELLED, "lease_until": None, "finished_at": clock.now()}
    unwritten = still.filter(state__in=(State.CHECKING, State.PREVIEW))
    if not unwritten.update(**end, created=0, updated=0, unchanged=0) and not still.update(**end):
        raise AccountError("这次导入已经结束，不能再取消。")
    job.refresh_from_db()
    changes = {"已写入": ["", f"新增 {job.created}，更新 {job.updated}"]}
    audit.record(verb="import.cancelled", target=job, by=by, changes=changes)


def _only_own(job: ImportJob, by) -> None:
    if job.owner_id != by.pk:
        raise AccountError("只有导入人本人可以操作。")


# --- what the clock does --------------------------------------------------------------------------
def resend_stuck(*, now: datetime) -> int:
    """A new message for jobs that wait too long or whose worker is gone. Safe to repeat."""
    stuck = ImportJob.objects.stuck(now, now - STUCK_AFTER)
    keys = list(stuck.values_list("pk", flat=True))
    ImportJob.objects.filter(pk__in=keys).update(sent_at=now)
    for pk in keys:
        _send_after_commit(pk)
    return len(keys)


def _send_after_commit(pk: int) -> None:
    # By name, as tasks stand above actions. A broker that is down costs a minute, not the job.
    send = partial(current_app.send_task, TASK, args=[pk], ignore_result=True, retry=False)
    transaction.on_commit(send, robust=True)


# --- what a worker does ---------------------------------------------------------------------------
class _Lost(Exception):
    """Cancelled, or the lease went to somebody else: leave everything as it is."""


class _Hold:
    """The lease of a job; `keep` fails when it is no longer ours."""

    def __init__(self, job: ImportJob):
        self.job, self.state, self.mark = job, job.state, job.lease_until

    def keep(self, **values) -> datetime:
        """Write `values` and prolong the lease; the new mark holds once the caller sets it."""
        mark = clock.now() + LEASE
        if not self._mine().update(lease_until=mark, attempts=0, **values):
            raise _Lost
        return mark

    def end(self, state: str, **values) -> None:
        if state in ImportJob.ENDED:
            values["finished_at"] = clock.now()
        if not self._mine().update(state=state, lease_until=None, **values):
            raise _Lost
        self.job.refresh_from_db()

    def _mine(self):
        return ImportJob.objects.filter(pk=self.job.pk, state=self.state, lease_until=self.mark)


def work(*, pk: int) -> None:
    """Check or write the job, whichever it waits for. Does nothing when another worker holds it."""
    job = _take(pk)
    if job is None:
        return
    hold = _Hold(job)
    try:
        _refuse_worn_out(job)
        _check(hold) if job.state == State.CHECKING else _write(hold)
    except _Lost:
        logger.info("import %s: the lease is gone", pk)
    except readers.Unreadable as fault:
        _fail(hold, str(fault))
    except (OperationalError, InterfaceError, SoftTimeLimitExceeded):
        raise  # the lease runs out, and the sweep sends the job to another worker
    except Exception:
        logger.exception("import %s failed", pk)
        _fail(hold, "处理文件时出错，已记入系统日志。已写入的行不受影响，请联系管理员。")


def _take(pk: int) -> ImportJob | None:
    now = clock.now()
    free = ImportJob.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now), pk=pk)
    values = {"lease_until": now + LEASE, "attempts": F("attempts") + 1}
    queued, others = free.filter(state=State.QUEUED), free.at_work().exclude(state=State.QUEUED)
    if not queued.update(state=State.RUNNING, **values) and not others.update(**values):
        return None
    related = ("owner", "owner__department", "owner__branch", "upload")
    return ImportJob.objects.select_related(*related).get(pk=pk)


def _refuse_worn_out(job: ImportJob) -> None:
    if job.attempts > MOST_ATTEMPTS:
        raise readers.Unreadable("处理多次中断，已停止。请把文件分成几份再试。")
    if not job.owner.is_active or not may(job.owner, "customers.write"):
        raise readers.Unreadable("导入人已离职，或不再有维护客户的权限。")


def _fail(hold: _Hold, reason: str) -> None:
    try:
        with transaction.atomic():
            hold.end(State.FAILED, failure=reason[:300])
            audit.record(verb="import.failed", target=hold.job, by=None, reason=reason)
    except _Lost:
        logger.info("import %s: the lease is gone", hold.job.pk)


def _read(job: ImportJob) -> tuple[readers.Table, list[Line], tuple[str, ...]]:
    with job.upload.file.open("rb") as file:
        table = readers.read(file, job.upload.name)
    lines, where = sheets.lines_of(table, KINDS[job.kind])
    return table, lines, where.unknown


def _plans(job: ImportJob, lines: list[Line], *, lock: bool = False):
    return PLANNERS[job.kind](Request(KINDS[job.kind], lines, job.owner, lock=lock))


def _check(hold: _Hold) -> None:
    table, lines, unknown = _read(hold.job)
    hold.mark = hold.keep(total=len(lines), done=0)
    counts = _judge(hold, lines, moving=True)
    with transaction.atomic():
        hold.end(
            State.PREVIEW,
            done=len(lines),
            plan=dict(counts),
            unknown=list(unknown)[:50],
            **counts,
            **_errors(hold.job, table, lines),
        )


def _judge(hold: _Hold, lines: list[Line], *, moving: bool) -> Counter:
    """What all lines would do; `moving` shows the progress."""
    counts: Counter = Counter({str(verdict): 0 for verdict in Verdict})
    for start in range(0, len(lines), BATCH):
        batch = lines[start : start + BATCH]
        counts.update(str(plan.verdict) for plan in _plans(hold.job, batch))
        hold.mark = hold.keep(**({"done": start + len(batch)} if moving else {}))
    return counts


def _errors(job: ImportJob, table, lines: list[Line]) -> dict:
    bad = [line for line in lines if line.faults]
    faults = [fault.as_dict() for line in bad for fault in line.faults]
    stored = None
    if bad:
        content = workbooks.bad_rows(table.header, bad)
        stem = job.upload.name.rpartition(".")[0][:100]
        file = SimpleUploadedFile(f"{stem}-错误行.xlsx", content, TYPES["xlsx"])
        stored = store(file, by=job.owner)
    return {"errors": faults[:MOST_FAULTS], "error_file": stored}


def _write(hold: _Hold) -> None:
    job = hold.job
    _, lines, _ = _read(job)
    hold.mark = hold.keep()
    reserved = {line.values["code"] for line in lines if "code" in line.values}
    for start in range(job.done, len(lines), BATCH):
        batch = lines[start : start + BATCH]
        hold.mark = _write_batch(hold, batch, reserved, start + len(batch))
    job.refresh_from_db(fields=["bad", "created", "updated"])
    anew = {}
    if job.bad != job.plan.get("bad"):  # the world moved between preview and import
        table, lines, _ = _read(job)
        _judge(hold, lines, moving=False)
        anew = _errors(job, table, lines)
    with transaction.atomic():
        hold.end(State.DONE, **anew)
        counts = (("新增", job.created), ("更新", job.updated), ("有错", job.bad))
        changes = {label: ["", str(count)] for label, count in counts}
        audit.record(verb="import.done", target=job, by=job.owner, changes=changes)


def _write_batch(hold: _Hold, batch: list[Line], reserved: set[str], done: int) -> datetime:
    """One transaction; a row that somebody else made meanwhile is looked at again."""
    for attempt in range(3):
        known = [list(line.faults) for line in batch]
        try:
            with transaction.atomic():
                plans = _plans(hold.job, batch, lock=True)
                counts = applying.write(hold.job, plans, reserved)
                grown = {name: F(name) + n for name, n in counts.items()}
                return hold.keep(done=done, **grown)
        except IntegrityError:
            logger.warning("import %s: batch to %s, attempt %s", hold.job.pk, done, attempt + 1)
            for line, faults in zip(batch, known, strict=True):
                line.faults = faults
    raise readers.Unreadable("有人同时在修改同样的客户，请稍后重新导入；已写入的行不会重复。")
