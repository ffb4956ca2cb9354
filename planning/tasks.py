"""Celery entry points of the plans: take the clock, call one action."""

from celery import shared_task

from core import clock
from planning import weekly_pdf_reports
from planning.actions import (
    asking,
    export_mail,
    exporting,
    following,
    retention_duties,
    retention_metrics,
    retention_warning,
)


@shared_task(name="planning.open_export_week", ignore_result=True)
def open_export_week():
    exporting.open_week(now=clock.now())


@shared_task(name=exporting.TASK, ignore_result=True)
def run_export(pk: int):
    exporting.work(pk=pk, make=weekly_pdf_reports.make)


@shared_task(name="planning.sweep_exports", ignore_result=True)
def sweep_exports():
    """A Monday that was missed, a message that was lost, who is still to be told."""
    exporting.open_week(now=clock.now())
    exporting.resend_stuck(now=clock.now())
    export_mail.send_notices(now=clock.now())
    exporting.clear_left_over(now=clock.now())


@shared_task(name="planning.warn", ignore_result=True)
def warn():
    """The night's look at every customer, and whose case is to be looked at by its manager soon."""
    retention_warning.warn(now=clock.now())
    retention_duties.ask_looks(now=clock.now())


@shared_task(name="planning.count_retention", ignore_result=True)
def count_retention():
    retention_metrics.count_missing()


@shared_task(name="planning.follow_reviews", ignore_result=True)
def follow_reviews():
    asking.end_duties_of_plans_aside()
    following.follow_all()
    asking.follow_reviewers()
