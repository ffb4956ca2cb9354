"""Celery entry points: take the clock, call one action."""

from celery import shared_task

from accounts.actions import importing, quality
from core import clock


@shared_task(name=importing.TASK, ignore_result=True)
def run_import(pk):
    importing.work(pk=pk)


@shared_task(name="accounts.sweep_imports", ignore_result=True)
def sweep_imports():
    importing.resend_stuck(now=clock.now())


@shared_task(name="accounts.refresh_quality", ignore_result=True)
def refresh_quality():
    """Every night: what was fresh yesterday may be stale today (R17)."""
    quality.refresh_old(now=clock.now())
