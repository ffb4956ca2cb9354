"""Who is asked about the findings of a joint visit, until when, and what silence becomes (R10)."""

import logging
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from core import audit
from reminders.actions import cancel_duty, compute_deadline, fulfil_duty, open_duty
from reminders.models import DutyKind, Obligation
from reminders.rules import is_late
from staff.models import User
from visits import joint_rules
from visits.models import FindingAnswer, FindingRequest, KeyFinding, Visit

log = logging.getLogger(__name__)
KIND = DutyKind.FINDING_CONFIRM
SILENT = "逾期未表态，已备注"
NOT_ASKED = "不再需要表态"
NOTED = FindingAnswer.Verdict.NOTED


def lock(visit: Visit) -> None:
    """Hold the row of `visit` until the transaction ends, and read its state anew."""
    fresh = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    visit.state, visit.owner_id = fresh.state, fresh.owner_id


def attendees(visit: Visit) -> dict[int, User]:
    """{pk: user} of the owner and of those who came along (R10)."""
    came = visit.participants.filter(has_attended=True).select_related("user").order_by("pk")
    return {visit.owner_id: visit.owner} | {row.user_id: row.user for row in came}


def live_findings(visit: Visit) -> list[KeyFinding]:
    rows = visit.findings.filter(withdrawn_at=None).order_by("pk")
    return list(rows.prefetch_related("answers"))


def as_rule(row: KeyFinding) -> joint_rules.Finding:
    verdicts = {answer.user_id: answer.verdict for answer in row.answers.all()}
    return joint_rules.Finding(row.content, row.contributed_by_id, verdicts)


def owed(user: int, findings: list[KeyFinding]) -> list[KeyFinding]:
    return [row for row in findings if joint_rules.owes_answer(user, as_rule(row))]


def settle(visit: Visit, *, by: User | None, at: datetime) -> None:
    """Make the duties fit: one open for each attendee who has something to answer, else none.

    Call it with the visit locked, in the transaction of the change.
    """
    findings, people = live_findings(visit), attendees(visit)
    requests = {
        row.user_id: row
        for row in visit.finding_requests.filter(ended_at=None).select_related("user")
    }
    if not joint_rules.is_joint(people) or visit.state not in joint_rules.OPEN_STATES:
        findings = []
    for pk, person in people.items():
        request, waiting = requests.pop(pk, None), owed(pk, findings)
        if waiting and request is None:
            _ask(visit, person, min(row.worded_at for row in waiting), by=by)
        elif request and not waiting:
            _end(request, by=by, at=at)
    for request in requests.values():  # of somebody who was not there after all
        _end(request, by=by, at=at)


def _ask(visit: Visit, person: User, asked_at: datetime, *, by: User | None) -> None:
    request = FindingRequest.objects.create(visit=visit, user=person, asked_at=asked_at)
    open_duty(
        kind=KIND,
        subject=request,
        owner=person,
        started_at=asked_at,
        title=f"确认 {visit.customer} 联合拜访的关键信息",
        # No customer_ref: it stays with who came along, also with one who cannot see the customer.
        customer_name=visit.customer.name,
        path=f"{visit.get_absolute_url()}#findings",
        by=by,
    )


def _end(request: FindingRequest, *, by: User | None, at: datetime) -> None:
    """Fulfilled by what was said since; only cancelled when there was nothing left to say."""
    said = FindingAnswer.objects.filter(
        finding__visit=request.visit_id, user=request.user_id, at__gte=request.asked_at
    ).exclude(verdict=NOTED)
    FindingRequest.objects.filter(pk=request.pk, ended_at=None).update(ended_at=at)
    if count := said.count():
        fulfil_duty(kind=KIND, subject=request, at=at, evidence={"answers": count}, by=by)
    else:
        cancel_duty(kind=KIND, subject=request, reason=NOT_ASKED, by=by)


def note_silence(*, now: datetime) -> int:
    """Whoever said nothing within two working days is noted as silent (R10); how many requests.

    Safe to repeat and to overlap. A deadline that is only estimated (暂估) ends nothing: the
    calendar of that year may still move it. One bad row never stops the others.
    """
    overdue = Obligation.objects.overdue(now).filter(
        kind=KIND,
        content_type=ContentType.objects.get_for_model(FindingRequest),
        is_provisional=False,
    )
    keys = list(overdue.order_by("due_at", "pk").values_list("object_id", flat=True)[:1000])
    return sum(_noted(pk, now) for pk in keys)


def _noted(pk: int, now: datetime) -> bool:
    try:
        with transaction.atomic():
            return _note_one(pk, now)
    except Exception:
        log.exception("备注未表态失败：%s", pk)
        return False


def _note_one(pk: int, now: datetime) -> bool:
    request = FindingRequest.objects.select_related("visit__customer", "visit__owner").get(pk=pk)
    lock(request.visit)
    if not FindingRequest.objects.filter(pk=pk, ended_at=None).update(ended_at=now):
        return False
    for finding in owed(request.user_id, live_findings(request.visit)):
        if _time_is_up(finding, now):
            _note(finding, request.user, now)
    cancel_duty(kind=KIND, subject=request, reason=SILENT, by=None)
    settle(request.visit, by=None, at=now)  # younger findings still have their two days
    return True


def _time_is_up(finding: KeyFinding, now: datetime) -> bool:
    deadline = compute_deadline(KIND, finding.worded_at)
    return is_late(now, deadline.due_at) and not deadline.is_provisional


def _note(finding: KeyFinding, user: User, now: datetime) -> None:
    values = {"verdict": NOTED, "at": now}
    FindingAnswer.objects.get_or_create(finding=finding, user=user, defaults=values)
    audit.record(
        verb="finding.noted",
        target=finding,
        by=None,
        changes={"verdict": ["", f"{user} {NOTED.label}"]},
        reason=SILENT,
    )
