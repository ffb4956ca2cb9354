"""Many letters at once to the printer, and the register on paper: each one is written down.

The job is a row; whoever holds its lease works on it (ADR 0006). A message to a worker is only a
hint: `resend_stuck` sends a lost one again, and the work begins anew.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial

from celery import current_app
from django.db import transaction
from django.db.models import F, Q

from core import audit, clock, uploads
from staff.models import User
from visits.actions.errors import VisitError
from visits.models import PrintJob

logger = logging.getLogger(__name__)

State = PrintJob.State
TASK = "visits.run_print_job"
DIRECT = 20
"""So many letters are printed while one waits; more are left to a worker."""
MOST = 300
LEASE = timedelta(seconds=90)
STUCK_AFTER = timedelta(seconds=60)
MOST_ATTEMPTS = 5


@transaction.atomic
def start_batch(*, kind: str, keys: Iterable[int], by: User) -> PrintJob:
    """Put the chosen letters into a job, in the given order, each once."""
    keys = list(dict.fromkeys(keys))
    if not keys:
        raise VisitError("请先勾选要打印的函件。")
    if len(keys) > MOST:
        raise VisitError(f"一次最多打印 {MOST} 份，请分批。")
    job = PrintJob.objects.create(owner=by, kind=kind, keys=keys, sent_at=clock.now())
    audit.record(
        verb="print_job.started", target=job, by=by, changes={"份数": ["", str(job.total)]}
    )
    if len(keys) > DIRECT:
        _send_after_commit(job.pk)
    return job


def work(*, pk: int, sheet_of: Callable, bound: Callable) -> None:
    """Print the job: `sheet_of(kind, key, user)` gives a sheet or why not, `bound` the whole.

    Does nothing when another worker holds it. A second run begins anew and leaves one file.
    """
    job = _take(pk)
    if job is None:
        return
    try:
        sheets, left_out = [], []
        for number, key in enumerate(job.keys, 1):
            made = sheet_of(job.kind, key, job.owner)
            (sheets if hasattr(made, "content") else left_out).append(made)
            if not _keep(job, done=number):
                return
        _finish(job, sheets, left_out, bound(job, sheets, left_out) if sheets else b"")
    except Exception:
        logger.exception("print job %s failed", pk)
        _keep(job, state=State.FAILED, failure="生成文件时出错，请重试或联系管理员。")


def _take(pk: int) -> PrintJob | None:
    now = clock.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    mine = PrintJob.objects.filter(free, pk=pk, state=State.WAITING)
    if not mine.update(lease_until=now + LEASE, attempts=F("attempts") + 1, done=0):
        return None
    job = PrintJob.objects.select_related("owner__branch").get(pk=pk)
    if job.attempts > MOST_ATTEMPTS:
        _keep(job, state=State.FAILED, failure="多次未能完成，请减少份数后重试。")
        return None
    return job


def _keep(job: PrintJob, **values) -> bool:
    """Write `values` and prolong the lease; False when it went to somebody else."""
    mark = clock.now() + LEASE
    mine = PrintJob.objects.filter(pk=job.pk, state=State.WAITING, lease_until=job.lease_until)
    is_mine = bool(mine.update(lease_until=mark, **values))
    job.lease_until = mark
    return is_mine


@transaction.atomic
def _finish(job: PrintJob, sheets: list, left_out: list, content: bytes) -> None:
    """File, lists and the trace of every printed letter belong together."""
    said = [[one.letter, one.reason] for one in left_out]
    ended = {"printed": len(sheets), "left_out": said, "finished_at": clock.now()}
    if not _keep(job, state=State.DONE, **ended):
        return
    audit.record_many(
        audit.event(verb=_verb(job), target=sheet.letter, by=job.owner, changes=_trace(job, sheet))
        for sheet in sheets
    )
    if content:
        name = f"{job.get_kind_display()}批量打印_{len(sheets)}份.pdf"
        file = uploads.store_pdf(content, name, by=job.owner)
        PrintJob.objects.filter(pk=job.pk).update(file=file)


def _verb(job: PrintJob) -> str:
    return "thanks.printed" if job.kind == PrintJob.Kind.THANKS else "reply.printed"


def _trace(job: PrintJob, sheet) -> dict:
    return {"number": sheet.number, "批次": ["", str(job.pk)]}


def resend_stuck(*, now: datetime) -> int:
    """A new message for jobs that wait too long or whose worker is gone. Safe to repeat."""
    keys = list(PrintJob.objects.stuck(now, now - STUCK_AFTER).values_list("pk", flat=True))
    PrintJob.objects.filter(pk__in=keys).update(sent_at=now)
    for pk in keys:
        _send_after_commit(pk)
    return len(keys)


def _send_after_commit(pk: int) -> None:
    # By name, as tasks stand above actions. A broker that is down costs a minute, not the job.
    send = partial(current_app.send_task, TASK, args=[pk], ignore_result=True, retry=False)
    transaction.on_commit(send, robust=True)


def note_register(*, by: User, series: str, rows: int, query: str, kind: str) -> None:
    """Who took how many lines of which register out of the house."""
    changes = {"登记簿": ["", series], "行数": ["", str(rows)], "格式": ["", kind]}
    changes["筛选条件"] = ["", query]
    audit.record(verb="register.exported", target=by, by=by, changes=changes)
