"""A standing plan is changed by a next version, never in place (R46)."""

from django.db import transaction
from django.db.models import Max

from core import audit
from planning.actions.counting import recount
from planning.actions.errors import PlanError
from planning.actions.stepping import begin
from planning.models import (
    PlanRow,
    PlanSection,
    PlanState,
    PlanTargetLine,
    PlanVersion,
    SectionText,
)
from staff.models import User

BATCH = 500
NO_REASON = "请写明为什么要修订。"
NOT_NEWEST = "这份计划已有更新的版本，请从最新的版本修订。"
ROW_FIELDS = ("table", "position", "cells", "source", "updated_by_id", "updated_at")
TARGET_FIELDS = (
    "kind", "business_line", "from_operator", "is_adjustment", "reason", "q1", "q2", "q3", "q4",
    "updated_by_id", "updated_at",
)  # fmt: skip


@transaction.atomic
def amend(*, version: PlanVersion, reason: str, by: User) -> PlanVersion:
    """The next version with the same content, in drafting; the old one stands until it is approved.

    The words keep their writers: who wrote them reviews the next version as little as this one.
    """
    held = begin("amend", version, by)
    if not reason.strip():
        raise PlanError(NO_REASON)
    others = held.plan.versions.exclude(state=PlanState.DISCARDED)
    if others.filter(number__gt=held.number).exists():
        raise PlanError("这份计划已有一个版本正在编写或审核，请在那一版里修改。")
    if held.pk != held.plan.current_id:
        raise PlanError(NOT_NEWEST)
    newest = held.plan.versions.aggregate(newest=Max("number"))["newest"]
    made = PlanVersion.objects.create(
        plan=held.plan,
        number=newest + 1,
        state=PlanState.DRAFTING,
        change_reason=reason.strip(),
        outline=held.outline,
        created_by=by,
    )
    _copy_texts(held, made)
    _copy(PlanRow, ROW_FIELDS, held, made)
    _copy(PlanTargetLine, TARGET_FIELDS, held, made)
    audit.record(verb="plan.amended", target=made, by=by, reason=reason)
    recount(held.plan)
    version.refresh_from_db()
    return made


def _copy_texts(held: PlanVersion, made: PlanVersion) -> None:
    """Sections, and the text that they start with: what a later conflict is compared with."""
    old = list(held.sections.all())
    sections = PlanSection.objects.bulk_create(
        PlanSection(
            version=made,
            code=one.code,
            text=one.text,
            none_reason=one.none_reason,
            updated_by_id=one.updated_by_id,
            updated_at=one.updated_at,
        )
        for one in old
    )
    SectionText.objects.bulk_create(
        SectionText(
            section=one,
            edit=0,
            text=one.text,
            none_reason=one.none_reason,
            by_id=one.updated_by_id or held.created_by_id,
            at=one.updated_at or held.created_at,
        )
        for one in sections
        if one.text or one.none_reason
    )


def _copy(model, names: tuple[str, ...], held: PlanVersion, made: PlanVersion) -> None:
    rows = model.objects.filter(version=held).order_by("pk")
    model.objects.bulk_create(
        (model(version=made, **{name: getattr(row, name) for name in names}) for row in rows),
        batch_size=BATCH,
    )
