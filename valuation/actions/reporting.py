"""A report is asked for, made by a worker, and taken away after a week (R51).

To set eleven pages with their drawings takes seconds of computing, far too long for a page that
somebody waits for. The job is a row; a message to a worker is only a hint (ADR 0002).
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from celery import current_app
from django.db import transaction
from django.db.models import F

from core import audit, clock, uploads
from core.charts.svg import ChartError
from core.models import StoredFile
from core.pdf import PdfError
from staff.models import User
from valuation.models import ReportJob, ValuationRun

logger = logging.getLogger(__name__)

State = ReportJob.State
TASK = "valuation.make_report"
LEASE = timedelta(minutes=3)
STUCK_AFTER = timedelta(seconds=60)
MOST_ATTEMPTS = 3
KEPT = timedelta(days=7)
BROKEN = "生成报告时出错，请重试或联系管理员。"


@transaction.atomic
def ask_report(*, run: ValuationRun, top: int, by: User) -> ReportJob:
    """One job; who asks again for what is still being made gets that one."""
    same = ReportJob.objects.filter(owner=by, run=run, top=top, state=State.WAITING)
    if found := same.first():
        return found
    job = ReportJob.objects.create(owner=by, run=run, top=top, sent_at=clock.now())
    audit.record(verb="valuation.reported", target=run, by=by, changes={"密级": ["", "内部"]})
    _send_after_commit(job.pk)
    return job


def work(*, pk: int, make: Callable[[ReportJob, datetime], bytes]) -> None:
    """`make` gives the PDF. Nothing happens when somebody else holds the job."""
    job = _take(pk)
    if job is None:
        return
    try:
        content = make(job, clock.now())
    except (PdfError, ChartError) as error:
        _mine(job).update(state=State.FAILED, failure=str(error)[:200])
    except Exception:
        logger.exception("report %s", pk)
        _mine(job).update(state=State.FAILED, failure=BROKEN)
    else:
        _finish(job, content)


def _take(pk: int) -> ReportJob | None:
    now = clock.now()
    taken = ReportJob.objects.free(now).filter(pk=pk)
    if not taken.update(lease_until=now + LEASE, attempts=F("attempts") + 1):
        return None
    job = ReportJob.objects.select_related("owner", "run__branch", "run__industry").get(pk=pk)
    if job.attempts > MOST_ATTEMPTS:
        _mine(job).update(state=State.FAILED, failure="多次未能完成，请缩小范围后重试。")
        return None
    return job


def _mine(job: ReportJob):
    """The row, unless its lease has run out and gone to another worker."""
    return ReportJob.objects.filter(pk=job.pk, state=State.WAITING, lease_until=job.lease_until)


@transaction.atomic
def _finish(job: ReportJob, content: bytes) -> None:
    name = f"客户价值评估报告 {job.run}（内部）.pdf"
    file = uploads.store_pdf(content, name, by=job.owner)
    if not _mine(job).update(state=State.DONE, file=file, finished_at=clock.now()):
        StoredFile.objects.filter(pk=file.pk).delete()
        transaction.on_commit(lambda: file.file.delete(save=False))


def resend_stuck(*, now: datetime) -> int:
    """A new message for jobs whose message or worker was lost. Safe to repeat."""
    keys = list(
        ReportJob.objects.free(now)
        .filter(sent_at__lt=now - STUCK_AFTER)
        .values_list("pk", flat=True)
    )
    ReportJob.objects.filter(pk__in=keys).update(sent_at=now)
    for pk in keys:
        _send_after_commit(pk)
    return len(keys)


def forget_old(*, now: datetime) -> int:
    """A report is made anew whenever it is wanted: a week later job and file are gone."""
    gone = 0
    for job in ReportJob.objects.filter(created_at__lt=now - KEPT).select_related("file"):
        with transaction.atomic():
            gone += job.delete()[0]
            if stored := job.file:
                StoredFile.objects.filter(pk=stored.pk).delete()
                transaction.on_commit(partial(stored.file.delete, save=False))
    return gone


def _send_after_commit(pk: int) -> None:
    send = partial(current_app.send_task, TASK, args=[pk], ignore_result=True, retry=False)
    transaction.on_commit(send, robust=True)
