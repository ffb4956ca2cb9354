"""Remarks at the sections of a version, and who is writing where just now."""

from datetime import timedelta

from django.db import transaction

from core import audit, clock
from planning.actions.errors import PlanError
from planning.models import PlanComment, PlanPresence, PlanVersion
from planning.outline_rules import section_of
from staff.models import User

LONGEST = 1000
PRESENT = timedelta(seconds=60)
"""Who has not been seen for this long is not shown any more."""


@transaction.atomic
def comment(*, version: PlanVersion, code: str, text: str, by: User) -> PlanComment:
    """A remark at a section; possible in every state, as reviewers remark too."""
    try:
        section_of(version.plan.kind, code)
    except KeyError as error:
        raise PlanError("这份计划没有这一节。") from error
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise PlanError(f"请写明意见，最多 {LONGEST} 个字。")
    made = PlanComment.objects.create(
        version=version, code=code, text=text, author=by, at=clock.now()
    )
    audit.record(verb="plan.commented", target=made, by=by, changes={"章节": ["", code]})
    return made


@transaction.atomic
def resolve(*, comment: PlanComment, by: User) -> None:
    """Dealt with, once."""
    rows = PlanComment.objects.filter(pk=comment.pk, resolved_at=None)
    if not rows.update(resolved_at=clock.now(), resolved_by=by):
        raise PlanError("这条意见已经处理过了。")
    comment.refresh_from_db()
    audit.record(verb="plan.comment_resolved", target=comment, by=by)


# --- presence: a hint, no lock --------------------------------------------------------------------
def seen(*, version: PlanVersion, code: str, user: User) -> None:
    """`user` has this place open to write in."""
    PlanPresence.objects.update_or_create(
        version=version, user=user, defaults={"code": code, "seen_at": clock.now()}
    )


def others_at(version: PlanVersion, code: str, user: User) -> list[User]:
    """Who else had this place open within the last minute."""
    rows = PlanPresence.objects.filter(
        version=version, code=code, seen_at__gte=clock.now() - PRESENT
    )
    return [row.user for row in rows.exclude(user=user).select_related("user").order_by("pk")]
