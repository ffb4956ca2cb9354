"""No fault may lose a duty: what should be owed and is not is opened again (R8, R9, R12, R13)."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, QuerySet

from accounts.models import Customer
from core import audit, clock
from core.models import Parameter
from reminders.models import DutyKind, Obligation
from staff.models import User
from visits.actions import asking, correspondence, handover, promises, thanks, visiting
from visits.actions.handover import OPEN_VISITS
from visits.joint_rules import OPEN_STATES
from visits.models import (
    Commitment,
    CustomerIssue,
    InboundLetter,
    KeyFinding,
    ThankYouLetter,
    Visit,
)

log = logging.getLogger(__name__)
SETTLE = timedelta(minutes=5)
"""Younger rows may still be in the middle of somebody's request."""
ENDED = (Visit.State.HELD, Visit.State.RECORDED, Visit.State.CLOSED)
OUT_OF_SIGHT = "原责任人已看不到该客户，由主责客户经理接手"


def heal_duties(*, now: datetime) -> int:
    """Open every missing duty, and give work that its owner lost sight of to the customer's manager
    (R1); the number of duties opened and batches moved. Safe to repeat and to overlap.

    A duty that was cancelled, waived or done is there and stays as it is. One bad row never stops
    the others.
    """
    healed = 0
    for rows, heal in _missing(now):
        healed += sum(_healed(row, heal) for row in rows)
    healed += sum(_given_back(*pair) for pair in _out_of_sight())
    if healed:
        log.warning("补建或转交了 %s 条时限任务", healed)
    return healed


def _missing(now: datetime) -> list[tuple[QuerySet, Callable[[Model], None]]]:
    ended = Visit.objects.filter(state__in=ENDED, logged_at__lte=now - SETTLE)
    ended = ended.select_related("customer", "owner")
    letters = ThankYouLetter.objects.filter(state__in=["pending", "drafted"])
    waiting = letters.exclude(pk__in=_with_duty(DutyKind.THANK_YOU_LETTER, ThankYouLetter))
    # Not phone visits: the setting that makes them owe a letter must not reach into the past.
    on_site = ended.filter(thank_you=None, mode=Visit.Mode.ON_SITE)
    owing = on_site | ended.filter(thank_you__in=waiting)
    held = ended.filter(state=Visit.State.HELD)
    unrecorded = held.exclude(pk__in=_with_duty(DutyKind.VISIT_RECORD, Visit))
    open_promises = Commitment.objects.running().select_related("customer", "owner")
    unwatched = open_promises.exclude(pk__in=_with_duty(DutyKind.COMMITMENT, Commitment))
    unanswered = InboundLetter.objects.exclude(state__in=_answered())
    unanswered = unanswered.exclude(pk__in=_with_duty(DutyKind.LETTER_REPLY, InboundLetter))
    return [
        (owing, _open_thanks),
        (unrecorded, _open_record),
        (unwatched, _open_promise),
        (unanswered.select_related("customer", "owner"), _open_reply),
        (_with_findings(), _ask_attendees),
    ]


def _with_findings() -> QuerySet:
    """Joint visits not closed yet: a new owner, or a lost request, is asked again (R10)."""
    found = KeyFinding.objects.filter(withdrawn_at=None).values("visit")
    visits = Visit.objects.filter(state__in=OPEN_STATES, pk__in=found)
    return visits.select_related("customer", "owner")


def _ask_attendees(visit: Visit) -> None:
    asking.lock(visit)
    asking.settle(visit, by=None, at=clock.now())


def _answered() -> list[str]:
    """States of a letter that owes no written answer any more (R13)."""
    states = [InboundLetter.State.REPLIED, InboundLetter.State.CLOSED]
    if Parameter.objects.value("interim_reply_counts"):
        states.append(InboundLetter.State.INTERIM_REPLIED)
    return states


def _with_duty(kind: str, model: type[Model]) -> QuerySet:
    content_type = ContentType.objects.get_for_model(model)
    return Obligation.objects.filter(kind=kind, content_type=content_type).values("object_id")


def _healed(row: Model, heal: Callable[[Model], None]) -> bool:
    try:
        with transaction.atomic():
            before = Obligation.objects.count()
            heal(row)
            if Obligation.objects.count() == before:
                return False
            audit.record(verb="duty.healed", target=row, by=None)
            return True
    except Exception:
        log.exception("补建时限任务失败：%s %s", row._meta.label, row.pk)
        return False


def _open_thanks(visit: Visit) -> None:
    if visiting.owes_letter(visit):
        thanks.open_letter(visit=visit, by=None)


def _open_record(visit: Visit) -> None:
    visiting.open_record_duty(visit, by=None)


def _open_promise(promise: Commitment) -> None:
    promises.open_promise_duty(promise, by=None)


def _open_reply(letter: InboundLetter) -> None:
    correspondence.open_reply_duty(letter, by=None)


# --- work whose owner may not see its customer any more -----------------------------------------
def _out_of_sight() -> list[tuple[User, int]]:
    """(owner, customer's pk) of open work whose owner left, or lost the customer: the backup ended,
    the role or the industry changed. One query for each owner."""
    found: dict[int, set[int]] = {}
    duties = Obligation.objects.open().exclude(customer_ref=None)
    for rows, customer in [
        (duties, "customer_ref"),
        (Visit.objects.filter(state__in=OPEN_VISITS), "customer_id"),
        (InboundLetter.objects.filter(state__in=correspondence.ANSWERABLE), "customer_id"),
        (Commitment.objects.running(), "customer_id"),
        (CustomerIssue.objects.unended(), "customer_id"),
    ]:
        for owner, pk in rows.order_by().values_list("owner", customer).distinct():
            found.setdefault(owner, set()).add(pk)
    owners = User.objects.filter(pk__in=found).order_by("pk")
    return [(owner, pk) for owner in owners for pk in sorted(_unseen(owner, found[owner.pk]))]


def _unseen(owner: User, customers: set[int]) -> set[int]:
    if not owner.is_active:
        return customers
    seen = Customer.objects.visible_to(owner).filter(pk__in=customers)
    return customers - set(seen.values_list("pk", flat=True))


def _given_back(owner: User, pk: int) -> bool:
    """False when there is nobody to give it to: no manager, or one who has left too."""
    try:
        customer = Customer.objects.select_related("manager").filter(pk=pk).first()
        if not customer or customer.manager == owner or not customer.manager.is_active:
            return False
        moved = handover.hand_over_work(
            customer=customer, old=owner, to=customer.manager, by=None, reason=OUT_OF_SIGHT
        )
        return bool(moved)
    except Exception:
        log.exception("转交看不到客户的任务失败：责任人 %s 客户 %s", owner.pk, pk)
        return False
