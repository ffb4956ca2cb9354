"""Plain functions that make visits, letters and promises for tests."""

from datetime import timedelta

from django.utils import timezone

from accounts.tests.factories import make_contact, make_customer
from staff.tests.factories import make_user
from visits.models import (
    Commitment,
    InboundLetter,
    Visit,
    VisitKeyPoint,
    VisitParticipant,
    VisitRecord,
)

HELD_STATES = ("held", "recorded", "closed")


def make_visit(*, owner=None, customer=None, contact=None, ended_at=None, **fields):
    """A formal on-site visit, planned for the day after tomorrow, with one contact and key point.

    No duties: they belong to the actions. `ended_at` (or a held state) makes one that has ended.
    """
    customer = customer or make_customer(manager=owner or make_user())
    contact = contact or customer.contacts.first() or make_contact(customer)
    fields.setdefault("state", "held" if ended_at else "planned")
    if fields["state"] in HELD_STATES:
        ended_at = ended_at or timezone.now() - timedelta(hours=1)
        fields.setdefault("started_at", ended_at - timedelta(hours=1))
        fields.setdefault("scheduled_start", ended_at - timedelta(hours=1))
        fields.setdefault("logged_at", ended_at)
        fields["ended_at"] = ended_at
    start = fields.setdefault("scheduled_start", timezone.now() + timedelta(days=2))
    fields.setdefault("scheduled_end", start + timedelta(hours=1))
    fields.setdefault("stage", "general_contact")
    fields.setdefault("purpose", "了解专线使用情况和明年的扩容打算")
    owner = owner or customer.manager
    fields.setdefault("created_by", owner)
    key_points = fields.pop("key_points", 1)
    visit = Visit.objects.create(owner=owner, customer=customer, **fields)
    visit.contacts.add(contact)
    for number in range(key_points):
        VisitKeyPoint.objects.create(visit=visit, kind="ask", content=f"要点{number + 1}")
    return visit


def make_participant(visit, user=None, role="technical"):
    user = user or make_user("solution_engineer")
    return VisitParticipant.objects.create(visit=visit, user=user, role=role)


def make_record(visit, **fields):
    fields.setdefault("customer_opinions", "认为响应比去年快，但账单看不懂")
    fields.setdefault("summary_points", "双方同意扩容到 500M\n月底前提供方案")
    fields.setdefault("next_step", "下周三送方案")
    fields.setdefault("written_by", visit.owner)
    return VisitRecord.objects.create(visit=visit, **fields)


def make_letter(*, owner=None, customer=None, **fields):
    """A customer's letter received now, without its duty."""
    customer = customer or make_customer(manager=owner or make_user())
    owner = owner or customer.manager
    fields.setdefault("subject", "关于专线扩容的函")
    fields.setdefault("received_at", timezone.now())
    fields.setdefault("received_channel", "paper")
    fields.setdefault("category", "inquiry")
    fields.setdefault("registered_by", owner)
    return InboundLetter.objects.create(customer=customer, owner=owner, **fields)


def make_commitment(*, visit=None, letter=None, owner=None, **fields):
    """An open promise without its duty, from `visit`, `letter` or a fresh held visit."""
    if letter is None:
        visit = visit or make_visit(owner=owner, state="held")
    source = visit or letter
    owner = owner or source.owner
    fields.setdefault("content", "周五前送达新的组网图")
    fields.setdefault("due_on", timezone.localdate() + timedelta(days=3))
    fields.setdefault("created_by", owner)
    return Commitment.objects.create(
        customer=source.customer, visit=visit, letter=letter, owner=owner, **fields
    )
