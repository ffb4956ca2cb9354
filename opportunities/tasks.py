"""Celery entry points: take the clock, call one action."""

from celery import shared_task

from core import clock
from opportunities.actions import forecasting


@shared_task(name="opportunities.open_month", ignore_result=True)
def open_month():
    forecasting.open_month(now=clock.now())


@shared_task(name="opportunities.lock_months", ignore_result=True)
def lock_months():
    forecasting.lock_months(now=clock.now())
