"""A joint visit that has ended, for the tests of its findings and of its record."""

from datetime import datetime

from core.rules import SHANGHAI
from staff.tests.factories import make_user
from visits.actions import joint
from visits.tests.factories import make_participant, make_record, make_visit

WORDS = "客户明年三月前要完成机房搬迁"


def moment(text: str) -> datetime:
    """「2026-11-24 11:00」 in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def joint_visit(*, state="recorded", record="accepted", engineer=None, **fields):
    """The owner and a solution engineer were there; by telephone, so that no letter is owed."""
    fields = {"mode": "phone", "is_formal": False} | fields
    visit = make_visit(state=state, **fields)
    make_participant(visit, engineer)
    if state != "held" and record:
        make_record(visit, state=record, review_note="写全")
    return visit


def engineer_of(visit):
    return visit.participants.get().user


def add(visit, by=None, content=WORDS, at=None, **fields):
    fields = {"category": "need", "confidence": 2} | fields
    return joint.add_finding(visit=visit, content=content, by=by or visit.owner, at=at, **fields)


def answer(finding, by, verdict="confirmed", comment="", at=None):
    finding.refresh_from_db()
    return joint.answer_finding(
        finding=finding, verdict=verdict, comment=comment, seen=finding.worded_at, by=by, at=at
    )


def third_person(visit):
    user = make_user("back_office")
    make_participant(visit, user, role="recorder")
    return user
