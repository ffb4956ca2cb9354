"""Celery entry points: take the clock, call one action."""

from celery import shared_task

from core import clock
from visits import print_reports
from visits.actions import (
    asking,
    healing,
    invitation_mail,
    kpi,
    places,
    printing,
    suggesting,
    weekly,
)


@shared_task(name="visits.heal_duties", ignore_result=True)
def heal_duties():
    healing.heal_duties(now=clock.now())


@shared_task(name="visits.suggest", ignore_result=True)
def suggest():
    suggesting.suggest(now=clock.now())


@shared_task(name="visits.open_week", ignore_result=True)
def open_week():
    weekly.open_week(now=clock.now())


@shared_task(name="visits.note_silence", ignore_result=True)
def note_silence():
    asking.note_silence(now=clock.now())


@shared_task(name="visits.forget_places", ignore_result=True)
def forget_places():
    places.forget_places(now=clock.now())


@shared_task(name="visits.send_invitations", ignore_result=True)
def send_invitations():
    invitation_mail.send_invitations(now=clock.now())


@shared_task(name="visits.rebuild_kpi", ignore_result=True)
def rebuild_kpi():
    kpi.rebuild_kpi(now=clock.now())


@shared_task(name="visits.refresh_kpi", ignore_result=True)
def refresh_kpi():
    kpi.rebuild_kpi(now=clock.now(), months=kpi.RECENT)


@shared_task(name=printing.TASK, ignore_result=True)
def run_print_job(pk):
    printing.work(pk=pk, sheet_of=print_reports.sheet_of, bound=print_reports.bound)


@shared_task(name="visits.sweep_print_jobs", ignore_result=True)
def sweep_print_jobs():
    printing.resend_stuck(now=clock.now())
