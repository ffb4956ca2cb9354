"""Policies of visiting, and what a visit means for the suggestions about its customer (R22)."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from core import audit
from staff.models import User
from visits import rhythm_rules as rules
from visits.actions.errors import STALE, VisitError
from visits.models import (
    LastVisit,
    Visit,
    VisitFrequencyPolicy,
    VisitParticipant,
    VisitSuggestion,
)

EXECUTIVES = (User.Role.DEPT_HEAD, User.Role.BRANCH_DIRECTOR)
Kind, State = VisitFrequencyPolicy.Kind, VisitSuggestion.State
LIVE = (State.OPEN, State.PLANNED)


def by_executive() -> Q:
    """Visits on site that a head or the director made or came along to."""
    came = VisitParticipant.objects.filter(
        visit=OuterRef("pk"), user__role__in=EXECUTIVES, has_attended=True
    )
    return Q(mode=Visit.Mode.ON_SITE) & (Q(owner__role__in=EXECUTIVES) | Exists(came))


def follow(visit: Visit) -> None:
    """A visit changed its state: its suggestions are planned, done, or open again.

    Part of the transaction of the change. The night would find the same (suggesting.py).
    """
    if visit.state in rules.OFF:
        off = VisitSuggestion.objects.filter(visit=visit, state=State.PLANNED)
        off.update(state=State.OPEN, visit=None)
        return
    if visit.state not in rules.AHEAD and visit.state != Visit.State.HELD:
        return  # a draft; or held before, which has been followed then
    kinds = _kinds(visit)
    about = VisitSuggestion.objects.filter(customer=visit.customer_id, kind__in=kinds)
    if visit.state in rules.AHEAD:
        about.filter(state=State.OPEN).update(state=State.PLANNED, visit=visit)
        return
    newer = Q(last_at=None) | Q(last_at__lt=visit.ended_at)
    about.filter(newer, state__in=LIVE).update(state=State.DONE, visit=visit)
    for kind in kinds:
        _remember(visit, kind)


def _kinds(visit: Visit) -> list[str]:
    led = Visit.objects.filter(by_executive(), pk=visit.pk).exists()
    return [visit.mode, Kind.EXECUTIVE.value] if led else [visit.mode]


def _remember(visit: Visit, kind: str) -> None:
    row, is_new = LastVisit.objects.get_or_create(
        customer_id=visit.customer_id, kind=kind, defaults={"at": visit.ended_at}
    )
    if not is_new:
        LastVisit.objects.filter(pk=row.pk, at__lt=visit.ended_at).update(at=visit.ended_at)


@transaction.atomic
def dismiss_suggestion(
    *, suggestion: VisitSuggestion, reason: str, until: date, today: date, by: User
) -> None:
    """暂不需要, with a reason and until a day at most 90 days ahead; then it comes again."""
    if not today <= until <= today + timedelta(days=rules.LONGEST_REST):
        raise VisitError(f"「暂不需要」的日期应在今天到 {rules.LONGEST_REST} 天之内。")
    moved = VisitSuggestion.objects.filter(pk=suggestion.pk, state=State.OPEN).update(
        state=State.DISMISSED, reason=reason, dismissed_until=until, dismissed_by=by
    )
    if not moved:
        raise VisitError(f"该建议{STALE}")
    suggestion.refresh_from_db()
    audit.record(verb="suggestion.dismissed", target=suggestion, by=by, reason=reason)


@transaction.atomic
def edit_policy(
    *, policy: VisitFrequencyPolicy, every_days: int | None, old: int | None, by: User
) -> None:
    """`old` is what the page showed: a change made meanwhile is not overwritten."""
    same = VisitFrequencyPolicy.objects.filter(pk=policy.pk, every_days=old)
    if not same.update(every_days=every_days):
        raise VisitError("这一项刚被别人修改过，请刷新后重试。")
    if every_days != old:
        changes = {"every_days": [old, every_days]}
        audit.record(verb="frequency.edited", target=policy, by=by, changes=changes)
    policy.refresh_from_db()
