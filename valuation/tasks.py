"""Celery entry points of the value assessment."""

from celery import shared_task

from core import clock
from valuation import report_reports
from valuation.actions import computing, monthly, reporting


@shared_task(name="valuation.compute_run", ignore_result=True)
def compute_run(pk: int):
    computing.compute(pk)


@shared_task(name="valuation.sweep_runs", ignore_result=True)
def sweep_runs():
    """A message is only a hint: what nobody works on is taken up here."""
    for pk in computing.waiting_runs():
        computing.compute(pk)


@shared_task(name=reporting.TASK, ignore_result=True)
def make_report(pk: int):
    reporting.work(pk=pk, make=report_reports.made_for)


@shared_task(name="valuation.sweep_reports", ignore_result=True)
def sweep_reports():
    now = clock.now()
    reporting.resend_stuck(now=now)
    reporting.forget_old(now=now)


@shared_task(name="valuation.start_month", ignore_result=True)
def start_month():
    monthly.start_month()
