"""For whoever watches the service. Both pages are public and say nothing about customers."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from core import clock
from core.models import WorkCalendarYear
from core.rules import local_date
from reminders.models import SweepRun
from staff.access import open_to_everybody

MISSED_SWEEPS = 5
WARN_FROM_MONTH = 12


@require_GET
@open_to_everybody
@never_cache
def healthz(request):
    """This process answers. No database, so that a slow one does not restart every web server."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_GET
@open_to_everybody
@never_cache
def readyz(request):
    """200 when the product can do its work, 503 when something named here keeps it from it."""
    try:
        checks = _checks()
    except DatabaseError:
        checks = {"database": "unreachable"}
    is_ready = checks["database"] == "ok" and not checks["pending_migrations"]
    is_ready = is_ready and checks["sweep"] == "ok" and checks["calendar"]["this_year"]
    return JsonResponse({"ready": is_ready} | checks, status=200 if is_ready else 503)


def _checks() -> dict:
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    checks = {"database": "ok", "pending_migrations": len(pending)}
    if pending:  # the tables asked below may not be there yet
        return checks | {"sweep": "unknown", "calendar": {"this_year": False}}
    return checks | _sweep() | {"calendar": _calendar()}


def _sweep() -> dict:
    """Progress, not the presence of a process: the age of the newest finished pass."""
    finished = SweepRun.objects.exclude(finished_at=None).order_by("-finished_at").first()
    if finished is None:
        return {"sweep": "never", "sweep_age_seconds": None}
    age = int((clock.now() - finished.finished_at).total_seconds())
    limit = max(300, MISSED_SWEEPS * settings.SWEEP_SECONDS)
    return {"sweep": "ok" if age <= limit else "stopped", "sweep_age_seconds": age}


def _calendar() -> dict:
    today = local_date(clock.now())
    years = set(WorkCalendarYear.objects.filter(is_confirmed=True).values_list("year", flat=True))
    next_year = today.year + 1 in years
    return {
        "this_year": today.year in years,
        "next_year": next_year,
        "next_year_is_due": today.month >= WARN_FROM_MONTH and not next_year,
    }
