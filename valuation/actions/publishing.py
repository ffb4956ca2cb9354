"""The way of a computed run to publication, and what stops it on the way (R51)."""

from datetime import datetime
from functools import partial

from celery import current_app
from django.db import transaction

from core import audit, clock
from staff.models import User
from valuation.actions import abandoning, alerts
from valuation.actions.computing import TASK
from valuation.actions.errors import STALE, ValuationError
from valuation.models import CustomerValuation, ValuationRun

State = ValuationRun.State
DISCARDABLE = (State.DRAFT, State.COMPUTING, State.COMPUTED, State.REVIEWED, State.FAILED)
JUDGES = (User.Role.DEPT_HEAD, User.Role.BRANCH_DIRECTOR)
NOT_OWN = "谁发起的评估，就不能由谁审核。请部门经理或分公司主任中的另一位审核。"
NEWER = "已经发布了评估日期更晚的一次，这一次不能再发布。"


def judges(user: User, run: ValuationRun) -> bool:
    """Whether `user`, or whom he stands in for, is head or director in the branch of the run."""
    return any(
        person.role in JUDGES and person.branch_id == run.branch_id for person in user.acting_for()
    )


def may_review(user: User, run: ValuationRun) -> bool:
    """Never who started it, not even in the name of somebody else."""
    return user.pk != run.run_by_id and judges(user, run)


@transaction.atomic
def recompute(*, run: ValuationRun, by: User) -> None:
    """Compute a run anew that failed, or that was computed and not yet reviewed."""
    again = ValuationRun.objects.filter(pk=run.pk, state__in=(State.COMPUTED, State.FAILED))
    if not again.update(state=State.DRAFT, attempt=0, done=0, error=""):
        raise ValuationError(f"这次评估{STALE}")
    audit.record(verb="valuation.restarted", target=run, by=by)
    transaction.on_commit(partial(current_app.send_task, TASK, [run.pk]))


@transaction.atomic
def discard(*, run: ValuationRun, by: User) -> None:
    """A run that is not published is given up; whoever computes it stops. Its results go."""
    found = ValuationRun.objects.filter(pk=run.pk, state__in=DISCARDABLE)
    if not found.update(state=State.DISCARDED, lease_until=None):
        raise ValuationError(f"这次评估{STALE}")
    CustomerValuation.objects.filter(run=run).delete()
    audit.record(verb="valuation.discarded", target=run, by=by)


@transaction.atomic
def review(*, run: ValuationRun, by: User, note: str = "") -> None:
    """A head or the director has looked at it and holds it for right."""
    if not may_review(by, run):
        raise ValuationError(NOT_OWN)
    found = ValuationRun.objects.filter(pk=run.pk, state=State.COMPUTED)
    if not found.update(
        state=State.REVIEWED, reviewed_by=by, reviewed_at=clock.now(), review_note=note
    ):
        raise ValuationError(f"这次评估{STALE}")
    audit.record(verb="valuation.reviewed", target=run, by=by, reason=note)


@transaction.atomic
def publish(*, run: ValuationRun, by: User, at: datetime | None = None) -> None:
    """From now on these numbers count, and never change; the former ones become history.

    A run of the local network also brings the abandon reviews and the alerts (R54, R59).
    """
    # The runs of a scope are published one after the other: the branch is the lock.
    type(run.branch).objects.select_for_update().get(pk=run.branch_id)
    current = ValuationRun.objects.filter(
        branch=run.branch_id, scope=run.scope, industry=run.industry_id, state=State.PUBLISHED
    )
    if current.filter(as_of__gt=run.as_of).exists():
        raise ValuationError(NEWER)
    current.update(state=State.SUPERSEDED)
    found = ValuationRun.objects.filter(pk=run.pk, state=State.REVIEWED)
    if not found.update(state=State.PUBLISHED, published_by=by, published_at=at or clock.now()):
        raise ValuationError(f"这次评估{STALE}")
    run.refresh_from_db()
    if run.scope == ValuationRun.Scope.LOCAL_NETWORK:
        abandoning.propose(run)
        alerts.raise_alerts(run)
    audit.record(verb="valuation.published", target=run, by=by)
