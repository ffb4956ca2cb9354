"""Celery entry points: take the clock, call one action."""

from celery import shared_task

from core import clock
from visits.actions import healing


@shared_task(name="visits.heal_duties", ignore_result=True)
def heal_duties():
    healing.heal_duties(now=clock.now())
