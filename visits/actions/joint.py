"""关键信息 of a joint visit: contributed, answered, reworded, taken back (R10).

Every verb locks the visit first, as closing does: a dispute and a closing never cross.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from core import audit, clock
from staff.models import User
from visits import joint_rules
from visits.actions import asking
from visits.actions.errors import STALE, VisitError
from visits.models import FindingAnswer, KeyFinding, Visit, VisitParticipant

Verdict = FindingAnswer.Verdict


def attendees(visit: Visit) -> dict[int, User]:
    """{pk: user} of our own people who were there: the owner and who came along (R10)."""
    return asking.attendees(visit)


def findings_of(visit: Visit) -> list[joint_rules.Finding]:
    """The findings of `visit` that were not taken back, with what was said to them."""
    return [asking.as_rule(row) for row in asking.live_findings(visit)]


def missing(visit: Visit) -> list[str]:
    """What R10 still lacks before `visit` can be closed, in words; nothing for a visit alone."""
    names = {pk: user.name for pk, user in attendees(visit).items()}
    return joint_rules.missing(findings_of(visit), names) if joint_rules.is_joint(names) else []


@transaction.atomic
def note_attendance(
    *,
    visit: Visit,
    attended: Collection[int],
    by: User,
    roles: Mapping[int, str] | None = None,
    at=None,
) -> None:
    """Say who of the participants was really there, and as what (R10).

    `attended`: their keys; `roles`: {key: role} of those whose role is told.
    """
    _open(visit)
    roles, names, moved = roles or {}, {"off": [], "on": []}, []
    for participant in visit.participants.select_related("user"):
        was_there = participant.pk in attended
        if participant.has_attended != was_there:
            names["on" if was_there else "off"].append(participant.user.name)
            visit.participants.filter(pk=participant.pk).update(has_attended=was_there)
        moved += _give_role(participant, roles.get(participant.pk, participant.role))
    changes = {}
    if any(names.values()):
        changes["has_attended"] = ["、".join(names["off"]), "、".join(names["on"])]
    if moved:
        changes["joint_role"] = [
            "、".join(old for old, _ in moved),
            "、".join(new for _, new in moved),
        ]
    if not changes:
        return
    audit.record(verb="visit.attended", target=visit, by=by, changes=changes)
    asking.settle(visit, by=by, at=at or clock.now())


def _give_role(participant: VisitParticipant, role: str) -> list[tuple[str, str]]:
    """[(before, after)] in words; empty when it stays."""
    if role == participant.role:
        return []
    old = participant.get_role_display()
    VisitParticipant.objects.filter(pk=participant.pk).update(role=role)
    new = VisitParticipant.Role(role).label
    return [(f"{participant.user.name} {old}", f"{participant.user.name} {new}")]


@transaction.atomic
def add_finding(
    *, visit: Visit, category: str, content: str, confidence: int, by: User, at=None
) -> KeyFinding:
    """One attendee writes down what was learnt; every other one is asked about it (R10)."""
    _open(visit)
    people = _among(visit, by)
    if not joint_rules.is_joint(people):
        raise VisitError("这次拜访只有一人到场，不用写关键信息；请写在拜访记录里。")
    if any(row.content == content for row in asking.live_findings(visit)):
        raise VisitError("这条关键信息已经写过。")
    at = at or clock.now()
    finding = KeyFinding.objects.create(
        visit=visit,
        category=category,
        content=content,
        confidence=confidence,
        contributed_by=by,
        worded_at=at,
    )
    audit.record(verb="finding.added", target=finding, by=by)
    asking.settle(visit, by=by, at=at)
    return finding


@transaction.atomic
def answer_finding(
    *, finding: KeyFinding, verdict: str, comment: str, seen: datetime, by: User, at=None
) -> FindingAnswer:
    """Confirm, dispute or comment; a changed mind takes the place of the first answer (R10).

    `seen` is `worded_at` of what the page showed: nobody confirms words that were never read.
    """
    finding, visit = _current(finding, seen)
    _among(visit, by)
    if finding.contributed_by_id == by.pk:
        raise VisitError("自己提出的关键信息由同行的人表态。")
    if verdict not in joint_rules.ANSWERS:
        raise VisitError("请选择确认、有异议或补充。")
    if verdict != Verdict.CONFIRMED and not comment:
        raise VisitError("有异议或补充时请写明内容。")
    at = at or clock.now()
    old = finding.answers.filter(user=by).first()
    values = {"verdict": verdict, "comment": comment, "at": at}
    answer, _ = FindingAnswer.objects.update_or_create(finding=finding, user=by, defaults=values)
    changes = {"verdict": [_said(old), _said(answer)]}
    audit.record(verb="finding.answered", target=finding, by=by, changes=changes)
    asking.settle(visit, by=by, at=at)
    return answer


@transaction.atomic
def reword_finding(
    *,
    finding: KeyFinding,
    category: str,
    content: str,
    confidence: int,
    seen: datetime,
    by: User,
    at=None,
) -> None:
    """Other words: what the others said was about the old ones, so they are asked anew (R10)."""
    finding, visit = _current(finding, seen)
    if finding.contributed_by_id != by.pk:
        raise VisitError("只有提出人可以改写。")
    new = {"category": category, "content": content, "confidence": confidence}
    changes = {
        name: [str(getattr(finding, name)), str(value)]
        for name, value in new.items()
        if getattr(finding, name) != value
    }
    if not changes:
        raise VisitError("内容没有变化。")
    said = [f"{one.user} {_said(one)}" for one in finding.answers.select_related("user")]
    if said:
        changes["verdict"] = ["；".join(said), ""]
    finding.answers.all().delete()
    at = at or clock.now()
    KeyFinding.objects.filter(pk=finding.pk).update(worded_at=at, **new)
    audit.record(verb="finding.reworded", target=finding, by=by, changes=changes)
    asking.settle(visit, by=by, at=at)


@transaction.atomic
def withdraw_finding(
    *, finding: KeyFinding, reason: str, seen: datetime, by: User, at=None
) -> None:
    """Take it back, with the reason; it stays on the page, struck out (R10)."""
    finding, visit = _current(finding, seen)
    if not may_withdraw(finding, visit, by):
        raise VisitError("只有提出人可以撤回。")
    if not reason:
        raise VisitError("请写明撤回的原因。")
    at = at or clock.now()
    KeyFinding.objects.filter(pk=finding.pk).update(withdrawn_at=at, withdrawn_reason=reason)
    audit.record(verb="finding.withdrawn", target=finding, by=by, reason=reason)
    asking.settle(visit, by=by, at=at)


def may_withdraw(finding: KeyFinding, visit: Visit, by: User) -> bool:
    """Who wrote it; for one who has left the company the owner of the visit."""
    if finding.contributed_by_id == by.pk:
        return True
    return visit.owner_id == by.pk and not finding.contributed_by.is_active


def _said(answer: FindingAnswer | None) -> str:
    if answer is None:
        return ""
    words = answer.get_verdict_display()
    return f"{words}：{answer.comment}" if answer.comment else str(words)


def _open(visit: Visit) -> None:
    """Hold the visit still; VisitError unless it has ended and is not closed yet."""
    asking.lock(visit)
    if visit.state not in joint_rules.OPEN_STATES:
        raise VisitError(f"该拜访现在是「{visit.get_state_display()}」，关键信息不能再改。")


def _current(finding: KeyFinding, seen: datetime) -> tuple[KeyFinding, Visit]:
    _open(finding.visit)
    row = KeyFinding.objects.select_related("visit__customer", "contributed_by").get(pk=finding.pk)
    if row.withdrawn_at:
        raise VisitError("这条关键信息已经撤回。")
    if row.worded_at != seen:
        raise VisitError(f"这条关键信息刚刚改写过，{STALE}")
    return row, row.visit


def _among(visit: Visit, by: User) -> dict[int, User]:
    people = attendees(visit)
    if by.pk not in people:
        raise VisitError("只有到场的人可以写关键信息和表态。")
    return people
