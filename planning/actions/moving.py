"""The verbs of a version: each a compare-and-set, audited, with its duties (R46, D29, R25).

Who acts is checked here too, not only at the door; `by` may stand in for somebody absent.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from core import audit, clock
from planning import quality_rules
from planning import review_rules as rules
from planning.actions.amending import amend
from planning.actions.asking import ask_reviewer, told, withdraw
from planning.actions.errors import PlanError
from planning.actions.rights import level_of, reviewer_of
from planning.actions.snapshots import differs, outline_sha256, sha256_of, snapshot_of
from planning.actions.starting import owe_again
from planning.actions.stepping import begin, go
from planning.models import PlanReview, PlanState, PlanVersion
from planning.outline_rules import OUTLINES, section_of
from reminders.actions import cancel_duty, fulfil_duty
from reminders.models import DutyKind
from staff.actions.attesting import attest
from staff.models import User

__all__ = [
    "amend",
    "approve",
    "archive",
    "begin_execution",
    "close",
    "discard",
    "recall",
    "return_",
    "review_outline",
    "send_outline",
    "submit",
    "take_up",
]

NOBODY = "没有可以审核这份计划的人：部门经理和主任都参与了编写，或者已经离职。请联系系统管理员。"
CHANGED = "您打开的内容和现在提交的内容不一样了，没有办理。请刷新页面，看过新的内容再决定。"
TAMPERED = "提交以后内容被改动过，不能批准。请退回，由编写人重新提交。"


# --- the outline ----------------------------------------------------------------------------------
@transaction.atomic
def send_outline(
    *, version: PlanVersion, by: User, outline: str | None = None, at: datetime | None = None
) -> None:
    """preparing → outline_review. `outline` replaces the text of the outline; it is never empty."""
    held = begin("send_outline", version, by)
    text = held.outline if outline is None else outline
    if not text.strip():
        raise PlanError("请先写提纲，再送审。")
    audit.record(verb="plan.outline_sent", target=held, by=by)
    ask_reviewer(held, reviewer=_reviewer(held), by=by, at=at or clock.now())
    go("send_outline", held, version, PlanState.OUTLINE_REVIEW, outline=text)


def _reviewer(held: PlanVersion) -> User:
    found = reviewer_of(held.plan, held)
    if found is None:
        raise PlanError(NOBODY)
    return found


@transaction.atomic
def review_outline(
    *,
    version: PlanVersion,
    is_accepted: bool,
    note: str = "",
    seen_sha256: str | None = None,
    by: User,
    at: datetime | None = None,
) -> PlanReview:
    """outline_review → drafting, or back to preparing with what is to be changed.

    `seen_sha256` is the fingerprint of the outline that the reviewer looked at (outline_sha256).
    """
    held, at = begin("review_outline", version, by), at or clock.now()
    if seen_sha256 not in (None, outline_sha256(held)):
        raise PlanError(CHANGED)
    if not is_accepted and not note.strip():
        raise PlanError("退回提纲时请写明要改什么。")
    decision = PlanReview.Decision.APPROVE if is_accepted else PlanReview.Decision.RETURN
    review = PlanReview.objects.create(
        version=held, step=rules.OUTLINE, decision=decision, reviewer=by, note=note, at=at
    )
    word = "approved" if is_accepted else "returned"
    audit.record(verb=f"plan.outline_{word}", target=held, by=by, reason=note)
    _answered(held, review, by)
    to = PlanState.DRAFTING if is_accepted else PlanState.PREPARING
    go("review_outline", held, version, to)
    return review


# --- handing in -----------------------------------------------------------------------------------
@transaction.atomic
def submit(
    *, version: PlanVersion, by: User, address: str | None = None, at: datetime | None = None
) -> None:
    """drafting or returned → submitted, with the submitter's word for it (R25).

    PlanError names the first thing that is missing (R44). What is reviewed from here on is the
    snapshot that is taken now, by its fingerprint.
    """
    held, at = begin("submit", version, by), at or clock.now()
    snapshot = snapshot_of(held)
    if faults := quality_rules.missing(snapshot):
        more = f"，另有 {len(faults) - 1} 处" if len(faults) > 1 else ""
        raise PlanError(f"还不能提交：{faults[0].text}{more}。请先完成质量检查里列出的各项。")
    held.submitted_by = by  # who submits never reviews, also where he only stood in
    reviewer = _reviewer(held)
    attest(by=by, target=held, revision=told(held) + 1, address=address, at=at)
    audit.record(verb="plan.submitted", target=held, by=by)
    evidence = {"text": f"提交于 {timezone.localtime(at):%Y-%m-%d %H:%M}"}
    fulfil_duty(kind=DutyKind.PLAN_SUBMISSION, subject=held.plan, at=at, evidence=evidence, by=by)
    ask_reviewer(held, reviewer=reviewer, by=by, at=at)
    go(
        "submit", held, version, PlanState.SUBMITTED,
        submitted_by=by, submitted_at=at, snapshot=snapshot, sha256=sha256_of(snapshot),
    )  # fmt: skip


@transaction.atomic
def recall(*, version: PlanVersion, by: User, reason: str = "") -> None:
    """submitted → drafting, as long as nobody has taken it up; its day to be handed in holds."""
    held = begin("recall", version, by)
    audit.record(verb="plan.recalled", target=held, by=by, reason=reason)
    withdraw(held, reason="编写人撤回了计划。", by=by)
    owe_again(held.plan, at=clock.now(), by=by)
    go("recall", held, version, PlanState.DRAFTING)


# --- the review -----------------------------------------------------------------------------------
@transaction.atomic
def take_up(*, version: PlanVersion, by: User) -> None:
    """submitted → dept_review or director_review: from now on the author cannot recall it."""
    held = begin("take_up", version, by)
    audit.record(verb="plan.taken_up", target=held, by=by)
    go("take_up", held, version, rules.review_state(level_of(held)))


@transaction.atomic
def approve(
    *,
    version: PlanVersion,
    seen_sha256: str,
    note: str = "",
    comments: Mapping[str, str] | None = None,
    by: User,
    at: datetime | None = None,
) -> PlanReview:
    """In review → approved. `seen_sha256` is the fingerprint of what the reviewer looked at.

    The approved version before it becomes history. Refused when something else is waiting by now,
    or when the content is not what was handed in.
    """
    held, at = begin("approve", version, by), at or clock.now()
    if not seen_sha256 or seen_sha256 != held.sha256:
        raise PlanError(CHANGED)
    if sha256_of(held.snapshot) != held.sha256 or differs(held.snapshot, snapshot_of(held)):
        raise PlanError(TAMPERED)
    named = _named(held, comments or {})
    review = _decide(
        held, PlanReview.Decision.APPROVE, by=by, at=at, note=note, section_comments=named
    )
    audit.record(verb="plan.approved", target=held, by=by, reason=note)
    _supersede(held, by)
    go("approve", held, version, PlanState.APPROVED, approved_by=by, approved_at=at)
    return review


def _supersede(held: PlanVersion, by: User) -> None:
    standing = (PlanState.APPROVED, PlanState.IN_EXECUTION)
    for old in PlanVersion.objects.filter(plan=held.plan, state__in=standing).exclude(pk=held.pk):
        PlanVersion.objects.filter(pk=old.pk, state=old.state).update(state=PlanState.SUPERSEDED)
        audit.record(verb="plan.superseded", target=old, by=by)


@transaction.atomic
def return_(
    *,
    version: PlanVersion,
    comments: Mapping[str, str],
    note: str = "",
    by: User,
    at: datetime | None = None,
) -> PlanReview:
    """In review → returned. `comments` is {code of a section: what is to be changed}, at least one.

    The approved version before it, if there is one, counts again. To hand it in once more is a duty
    of the author: that is how the author hears of it.
    """
    held, at = begin("return_", version, by), at or clock.now()
    named = _named(held, comments)
    if not named:
        raise PlanError("退回时请至少指出一个章节，写明要改什么。")
    review = _decide(
        held, PlanReview.Decision.RETURN, by=by, at=at, note=note, section_comments=named
    )
    changes = {
        f"{code} {section_of(held.plan.kind, code).title}": ["", text]
        for code, text in named.items()
    }
    audit.record(verb="plan.returned", target=held, by=by, reason=note, changes=changes)
    owe_again(held.plan, at=at, by=by, workdays=rules.REWORK_WORKDAYS)
    go("return_", held, version, PlanState.RETURNED)
    return review


def _named(held: PlanVersion, comments: Mapping[str, str]) -> dict[str, str]:
    known = tuple(section.code for section in OUTLINES[held.plan.kind])
    return rules.named_sections(dict(comments), known)


def _decide(held: PlanVersion, decision: str, *, by: User, at: datetime, **fields) -> PlanReview:
    review = PlanReview.objects.create(
        version=held,
        step=level_of(held),
        decision=decision,
        reviewer=by,
        sha256=held.sha256,
        at=at,
        **fields,
    )
    _answered(held, review, by)
    return review


def _answered(held: PlanVersion, review: PlanReview, by: User) -> None:
    evidence = {"text": str(review)}
    fulfil_duty(kind=DutyKind.PLAN_REVIEW, subject=held, at=review.at, evidence=evidence, by=by)


# --- after it -------------------------------------------------------------------------------------
@transaction.atomic
def discard(*, version: PlanVersion, by: User, reason: str) -> None:
    """A version that is being written is given up; the one before it stays, and none is owed."""
    held = begin("discard", version, by)
    if not reason.strip():
        raise PlanError("请写明为什么作废这一版。")
    audit.record(verb="plan.discarded", target=held, by=by, reason=reason)
    go("discard", held, version, PlanState.DISCARDED)
    if held.plan.counted_id:
        reason = "修订作废，原来的版本继续有效。"
        cancel_duty(kind=DutyKind.PLAN_SUBMISSION, subject=held.plan, reason=reason, by=by)


@transaction.atomic
def begin_execution(*, version: PlanVersion, by: User) -> None:
    """approved → in_execution."""
    _on(version, "begin_execution", "plan.in_execution", by)


@transaction.atomic
def close(*, version: PlanVersion, by: User, note: str = "") -> None:
    """in_execution → closed, unless a next version is still being worked on."""
    newer = PlanVersion.objects.filter(plan=version.plan_id, number__gt=version.number)
    if newer.exclude(state=PlanState.DISCARDED).exists():
        raise PlanError("这份计划还有一个新版本没有批准，请先办完或作废，再结束执行。")
    _on(version, "close", "plan.closed", by, note)


@transaction.atomic
def archive(*, version: PlanVersion, by: User) -> None:
    """closed → archived."""
    _on(version, "archive", "plan.archived", by)


def _on(version: PlanVersion, verb: str, event: str, by: User, note: str = "") -> None:
    held = begin(verb, version, by)
    audit.record(verb=event, target=held, by=by, reason=note)
    go(verb, held, version, rules.MOVES[verb].target)
