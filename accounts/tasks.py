"""Celery entry points: take the clock, call one action."""

from celery import shared_task

from accounts.actions import importing
from core import clock


@shared_task(name=importing.TASK, ignore_result=True)
def run_import(pk):
    importing.work(pk=pk)


@shared_task(name="accounts.sweep_imports", ignore_result=True)
def sweep_imports():
    importing.resend_stuck(now=clock.now())
