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
from staff.actions.attesting import attest
from staff.models import User
from visits import rules, step_rules
from visits.actions import (
    asking,
    authority,
    conduct,
    handover,
    joint,
    promises,
    telling,
    versions,
    visiting,
)
from visits.actions.errors import VisitError
from visits.actions.moves import move
from visits.models import ThankYouLetter, Visit, VisitRecord
from visits.step_rules import Step


@transaction.atomic
def record_visit(
    *,
    visit: Visit,
    outcomes: Mapping[int, str],
    by: User,
    commitments: Iterable[tuple[str, date]] = (),
    view_changes: Iterable[proposals.Change] = (),
    next_steps: Iterable[Step] = (),
    address: str | None = None,
    at=None,
    **fields,
) -> VisitRecord:
    """held → recorded: the record, what became of every key point, and the promises made.

    `outcomes`: {key point pk: outcome}; `commitments`: (content, due_on) pairs; `view_changes`
    wait for a decision on the customer's page (R9); `next_steps` of both sides (R7), or else the
    lines of `next_step`; `fields`: those of VisitRecord (R7, R11). `by` answers for its truth, from
    `address` (R25). Ends the record duty and raises the customer's stage (R2).
    """
    at = at or clock.now()
    check_people(visit, fields)
    move(visit, "record", by=by)
    fields |= note_steps(visit, next_steps, fields.get("next_step", ""))
    record = VisitRecord.objects.create(visit=visit, written_by=by, **fields)
    versions.keep_version(record, at=at)
    attest(by=by, target=record, revision=record.version, address=address, at=at)
    add_to_record(
        visit, outcomes=outcomes, commitments=commitments, view_changes=view_changes, by=by
    )
    _raise_stage(visit, by=by)
    note_contacted(contacts=visit.contacts.all(), at=visit.ended_at)
    telling.tell_visit(visit, by=by)
    evidence = {"record": record.pk}
    fulfil_duty(kind=DutyKind.VISIT_RECORD, subject=visit, at=at, evidence=evidence, by=by)
    return record


def add_to_record(visit: Visit, *, outcomes, commitments, view_changes, by: User) -> None:
    """What a record brings along, at the first and at every later submission (R3, R9, R12).

    `outcomes` None: those of the key points stay as they are.
    """
    record = VisitRecord.objects.get(visit=visit)
    agreed = f"{record.summary_points}\n{record.next_step}\n{record.improvement_measures}"
    authority.check_record(visit, by=by, text=agreed)
    if not view_changes and not record.has_no_view_change:
        raise VisitError("请写明客户视图的变化，或勾选「客户视图没有变化」。")
    if outcomes is not None:
        _note_outcomes(visit, outcomes)
    _make_promises(visit, commitments, by=by)
    if view_changes:
        proposals.propose(customer=visit.customer, changes=view_changes, visit_ref=visit.pk, by=by)


def check_people(visit: Visit, fields: Mapping) -> None:
    """VisitError unless whoever said or confirmed something was there."""
    there = set(visit.contacts.values_list("pk", flat=True))
    speaker, confirmer = fields.get("opinion_speaker"), fields.get("confirmed_with")
    if speaker and speaker.pk not in there:
        raise VisitError("看法必须由本次拜访的对象提出。")
    if confirmer and confirmer.pk not in there:
        raise VisitError("要点必须与本次拜访的对象核实。")


def note_steps(visit: Visit, next_steps: Iterable[Step], text: str) -> dict[str, str]:
    """Keep the next steps as rows that can be ticked off; returns the record's `next_step`."""
    steps = list(next_steps)
    conduct.write_steps(visit=visit, steps=steps or step_rules.steps_of_text(text))
    return {"next_step": step_rules.steps_text(steps) if steps else text}


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
    """recorded → closed, once nothing is missing any more (R8, R10, R11). VisitError says what is.

    The visit is locked first, so that a dispute of this instant is either seen or refused.
    """
    asking.lock(visit)
    missing = missing_for_close(visit)
    if visit.state == Visit.State.RECORDED and missing:
        raise VisitError("还不能办结：" + "；".join(missing) + "。")
    move(visit, "close", by=by)
    telling.tell_visit(visit, by=by)


def missing_for_close(visit: Visit) -> list[str]:
    """What keeps a recorded visit from being closed, in words."""
    return [words for _, words in missing_parts(visit)]


def missing_parts(visit: Visit) -> list[tuple[str, str]]:
    """(「letter」, 「record」 or 「findings」, what it lacks): all that keeps it open."""
    found = {"letter": _missing_letter, "record": _missing_review, "findings": joint.missing}
    return [(part, words) for part, look in found.items() for words in look(visit)]


def _missing_letter(visit: Visit) -> list[str]:
    letter = ThankYouLetter.objects.filter(visit=visit).first()
    if letter is None:
        # A phone visit without one ended before the setting asked for it.
        is_owed = visit.mode == Visit.Mode.ON_SITE and visiting.owes_letter(visit)
        return ["感谢函还没有开始办理"] if is_owed else []
    if letter.state in (ThankYouLetter.State.SENT, ThankYouLetter.State.WAIVED):
        return []
    return ["感谢函还没有送出，也没有豁免"]


def _missing_review(visit: Visit) -> list[str]:
    state = VisitRecord.objects.filter(visit=visit).values_list("state", flat=True).first()
    if state == VisitRecord.State.RETURNED:
        return ["记录被退回，请修改后重新提交"]
    return ["记录还没有经负责人审阅采纳"] if state == VisitRecord.State.SUBMITTED else []
