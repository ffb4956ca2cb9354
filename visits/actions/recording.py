"""Write a visit down and close it (R7, R11, R12)."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db import transaction

from accounts.actions import proposals, revisions
from accounts.actions.contacts import note_contacted
from accounts.models import Customer
from core import audit, clock
from reminders.actions import fulfil_duty
from reminders.models import DutyKind
from staff.models import User
from visits import rules
from visits.actions import handover, promises, telling, visiting
from visits.actions.errors import VisitError
from visits.actions.moves import move
from visits.models import ThankYouLetter, Visit, VisitRecord


@transaction.atomic
def record_visit(
    *,
    visit: Visit,
    outcomes: Mapping[int, str],
    by: User,
    commitments: Iterable[tuple[str, date]] = (),
    view_changes: Iterable[proposals.Change] = (),
    at=None,
    **fields,
) -> VisitRecord:
    """held → recorded: the record, what became of every key point, and the promises made.

    `outcomes`: {key point pk: outcome}; `commitments`: (content, due_on) pairs; `view_changes`
    wait for a decision on the customer's page (R9); `fields`: those of VisitRecord (R7, R11). Ends
    the record duty and raises the customer's stage (R2).
    """
    speaker = fields.get("opinion_speaker")
    if speaker and not visit.contacts.filter(pk=speaker.pk).exists():
        raise VisitError("看法必须由本次拜访的对象提出。")
    move(visit, "record", by=by)
    _note_outcomes(visit, outcomes)
    record = VisitRecord.objects.create(visit=visit, written_by=by, **fields)
    _make_promises(visit, commitments, by=by)
    _raise_stage(visit, by=by)
    note_contacted(contacts=visit.contacts.all(), at=visit.ended_at)
    telling.tell_visit(visit, by=by)
    if view_changes:
        proposals.propose(customer=visit.customer, changes=view_changes, visit_ref=visit.pk, by=by)
    at, evidence = at or clock.now(), {"record": record.pk}
    fulfil_duty(kind=DutyKind.VISIT_RECORD, subject=visit, at=at, evidence=evidence, by=by)
    return record


def _make_promises(visit: Visit, commitments: Iterable[tuple[str, date]], *, by: User) -> None:
    for content, due_on in commitments:
        promises.make_promise(
            customer=visit.customer,
            content=content,
            due_on=due_on,
            owner=handover.who_answers(visit.customer, visit.owner),
            visit=visit,
            by=by,
        )


def _note_outcomes(visit: Visit, outcomes: Mapping[int, str]) -> None:
    for point in visit.key_points.all():
        if not outcomes.get(point.pk):
            raise VisitError(f"请选择「{point.content}」的结果。")
        visit.key_points.filter(pk=point.pk).update(outcome=outcomes[point.pk])


def _raise_stage(visit: Visit, *, by: User) -> None:
    """The customer has now reached at least the stage of this visit; never lowered here (R2)."""
    below = rules.stages_below(visit.stage)
    old = visit.customer.get_relationship_stage_display()
    raised = Customer.objects.filter(pk=visit.customer_id, relationship_stage__in=below).update(
        relationship_stage=visit.stage
    )
    if raised:
        stages = revisions.Difference(
            "relationship_stage", "关系阶段", old, visit.get_stage_display()
        )
        revisions.revise(
            customer=visit.customer,
            section="file",
            row=visit.customer,
            found=[stages],
            by=by,
            reason="拜访后提升",
            visit_ref=visit.pk,
        )
        changes = {"relationship_stage": [old, visit.get_stage_display()]}
        audit.record(verb="customer.stage_raised", target=visit.customer, by=by, changes=changes)


@transaction.atomic
def close_visit(*, visit: Visit, by: User) -> None:
    """recorded → closed, once nothing is missing any more (R8). VisitError says what is."""
    missing = missing_for_close(visit)
    if visit.state == Visit.State.RECORDED and missing:
        raise VisitError("还不能办结：" + "；".join(missing) + "。")
    move(visit, "close", by=by)
    telling.tell_visit(visit, by=by)


def missing_for_close(visit: Visit) -> list[str]:
    """What keeps a recorded visit from being closed, in words."""
    letter = ThankYouLetter.objects.filter(visit=visit).first()
    if letter is None:
        # A phone visit without one ended before the setting asked for it.
        is_owed = visit.mode == Visit.Mode.ON_SITE and visiting.owes_letter(visit)
        return ["感谢函还没有开始办理"] if is_owed else []
    if letter.state in (ThankYouLetter.State.SENT, ThankYouLetter.State.WAIVED):
        return []
    return ["感谢函还没有送出，也没有豁免"]
