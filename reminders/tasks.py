"""Celery entry points. Beat calls them; what is due is decided by rows."""

from celery import shared_task

from reminders.actions.sweeping import sweep


@shared_task(name="reminders.sweep", ignore_result=True)
def sweep_reminders():
    sweep()
