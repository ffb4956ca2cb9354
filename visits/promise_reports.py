"""What the pages of promises and requests show. Read-only."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from core.models import AuditEvent, Parameter
from reminders.models import DutyKind, Obligation
from staff.access import may
from staff.audit_words import say_verb
from staff.models import User
from visits import promise_rules
from visits.actions import authority, escalating, promises
from visits.authority_rules import say_all
from visits.models import Commitment, Escalation

State = Commitment.State


def duties_of(promises) -> dict[int, Obligation]:
    """{pk of a promise: its duty}. One query."""
    content_type = ContentType.objects.get_for_model(Commitment)
    found = Obligation.objects.filter(
        kind=DutyKind.COMMITMENT,
        content_type=content_type,
        object_id__in=[promise.pk for promise in promises],
    )
    return {duty.object_id: duty for duty in found}


@dataclass(frozen=True)
class Happening:
    at: datetime
    what: str
    who: str
    note: str


def history(target) -> list[Happening]:
    """What happened to it, oldest first, from the audit trail."""
    events = AuditEvent.objects.about(target).order_by("at", "pk")
    return [Happening(e.at, say_verb(e.verb), e.actor_name, _note(e)) for e in events]


def _note(event: AuditEvent) -> str:
    moved = event.changes.get("due_on", ())
    return "，".join(part for part in (" → ".join(moved), event.reason) if part)


def promise_context(promise: Commitment, user: User) -> dict:
    """Everything the page of one promise shows to `user`; `can` says which steps are open."""
    today = timezone.localdate()
    renegotiations = list(promise.renegotiations.select_related("consent_by", "by"))
    measured = promises.measured_day(promise)
    after_days = Parameter.objects.value("promise_broken_after_days")
    return {
        "promise": promise,
        "duty": duties_of([promise]).get(promise.pk),
        "figures": say_all(authority.typed(promise)),
        "renegotiations": [(row, row.consent_on <= row.old_due_on) for row in renegotiations],
        "first_due_on": renegotiations[0].old_due_on if renegotiations else promise.due_on,
        "measured_due_on": measured if measured != promise.due_on else None,
        "looks_broken": promise_rules.looks_broken(promise.state, measured, today, after_days),
        "days_overdue": promise_rules.days_overdue(measured, today),
        "history": history(promise),
        "can": _open_steps(promise, user),
    }


def _open_steps(promise: Commitment, user: User) -> dict[str, bool]:
    writes = may(user, "letters.write")
    is_running = promise.state in Commitment.RUNNING
    grant = promise.escalation
    outcome = grant.outcome if grant else ""
    is_blocked = promise.state == State.BLOCKED
    is_short = is_blocked and outcome in Escalation.GRANTED and not promises.is_granted(promise)
    return {
        "start": writes and promise.state == State.OPEN,
        "fulfil": writes and is_running,
        "accept": is_blocked
        and not is_short
        and outcome == Escalation.State.CONDITIONAL
        and promise.owner_id in {person.pk for person in user.acting_for()},
        "ask": writes and is_blocked and (is_short or _may_ask(grant)),
        "confirm_form": writes and promise.state == State.FULFILLED,
        "move_form": writes and is_running,
        "break_form": writes and is_running,
        "back_form": writes and promises.may_withdraw(promise),
    }


def _may_ask(grant: Escalation | None) -> bool:
    return grant is None or grant.state == Escalation.State.WITHDRAWN


# --- requests -----------------------------------------------------------------------------------
STEP_NAMES = {
    "submitted": "请示",
    "forwarded": "上报",
    "approved": "同意",
    "approved_with_conditions": "附条件同意",
    "rejected": "不同意",
    "withdrawn": "撤回",
    "communicated": "告知客户",
}


def to_decide(user: User):
    """Undecided requests that wait for `user`, or for whom `user` stands in. Oldest first."""
    rows = Escalation.objects.visible_to(user).undecided().exclude(requested_by=user)
    return rows.filter(approver__in=user.acting_for()).order_by("requested_at", "pk")


def of_tab(rows, tab: str, user: User):
    """The rows of one tab of the list."""
    if tab == "mine":
        return rows.filter(requested_by__in=user.acting_for())
    if tab == "to_decide":
        return rows.undecided().filter(approver__in=user.acting_for()).exclude(requested_by=user)
    if tab == "exceptions":
        return rows.filter(topic="out_of_policy", outcome__in=Escalation.GRANTED)
    return rows


TABS = {
    "mine": "我提出的",
    "to_decide": "待我决定",
    "all": "全部",
    "exceptions": "获准的例外",
}


def escalation_context(escalation: Escalation, user: User) -> dict:
    """Everything the page of one request shows to `user`."""
    person = escalating.acts_as(escalation, user) if _waits(escalation) else None
    level = authority.lowest_level(escalation.topic, authority.asked_for(escalation))
    steps = list(escalation.steps.select_related("by"))
    return {
        "escalation": escalation,
        "origin": origin_of(escalation, user),
        "figures": say_all(authority.asked_for(escalation)),
        "level": User.Role(level).label if level else "",
        "over": escalating.beyond(escalation, person) if person else "",
        "steps": [(STEP_NAMES.get(step.verb, step.verb), step) for step in steps],
        "duty": _duty_of(steps),
        "promises": escalation.commitments.select_related("owner"),
        "can": _open_request_steps(escalation, user, person),
    }


def _waits(escalation: Escalation) -> bool:
    return escalation.state in Escalation.UNDECIDED


def _duty_of(steps) -> Obligation | None:
    """The duty of whoever was asked last."""
    asked = [step for step in steps if step.verb in ("submitted", "forwarded")]
    if not asked:
        return None
    return Obligation.objects.of(DutyKind.ESCALATION_RESPONSE, asked[-1]).first()


def origin_of(escalation: Escalation, user: User):
    """What it is about, if `user` may see it."""
    if escalation.content_type_id is None:
        return None
    model = escalation.content_type.model_class()
    return model.objects.visible_to(user).filter(pk=escalation.object_id).first()


def _open_request_steps(escalation, user: User, person: User | None) -> dict[str, bool]:
    writes = may(user, "letters.write")
    decides = person is not None and may(user, "escalations.decide")
    is_first = escalation.state == Escalation.State.SUBMITTED
    is_letter = escalation.content_type_id is not None
    return {
        "decide_form": decides,
        "forward_form": decides and is_first and person.role != User.Role.BRANCH_DIRECTOR,
        "withdraw_form": writes
        and _waits(escalation)
        and escalating.may_withdraw(escalation, user),
        "communicate_form": writes and escalation.state in Escalation.DECIDED,
        "hold": writes and _waits(escalation) and is_letter,
    }


SHOWN_OF_CUSTOMER = (State.BROKEN, State.BLOCKED, *Commitment.RUNNING)


def shown_of(customer, limit: int = 20):
    """What its page shows: broken promises for good, and those that still run or wait (R12)."""
    rows = customer.commitments.filter(state__in=SHOWN_OF_CUSTOMER).select_related("owner")
    return rows.order_by("-due_on", "-pk")[:limit]
