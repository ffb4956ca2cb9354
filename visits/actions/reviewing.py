"""The head reads a record: accepted and locked, or sent back with what to change (R11, D16)."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.actions import proposals
from accounts.actions.above import is_director_of, is_head_of
from accounts.models import seen_through
from core import audit, clock
from staff.actions.attesting import attest
from staff.models import User
from visits.actions import asking, recording, telling, versions
from visits.actions.errors import STALE, VisitError
from visits.models import RecordVersion, VisitRecord
from visits.step_rules import Step

State = VisitRecord.State
HEAD, DIRECTOR = User.Role.DEPT_HEAD, User.Role.BRANCH_DIRECTOR
LOCKED = "拜访记录已采纳并锁定，不能再改；有新情况请写补充说明。"


def may_review(record: VisitRecord, by: User) -> bool:
    """The head of the customer's department, or who stands in; never who wrote the record.

    The record of a head, or of a head's visit, goes to the director of the branch (D16). Whoever
    wrote an earlier version has written it too, though somebody else handed in the last.
    """
    visit = record.visit
    wrote = Q(pk__in=record.versions.values("written_by")) | Q(pk=record.written_by_id)
    authors = User.objects.filter(wrote | Q(pk=visit.owner_id)).in_bulk()
    if by.pk in authors:
        return False
    others = [person for person in by.acting_for() if person.pk not in authors]
    if any(author.role == HEAD for author in authors.values()):
        return any(is_director_of(person, visit.customer) for person in others)
    return any(is_head_of(person, visit.customer) for person in others)


def to_review(by: User) -> QuerySet[VisitRecord]:
    """The submitted records that `by` may decide: `may_review` as a query."""
    rows = VisitRecord.objects.filter(state=State.SUBMITTED)
    rows = rows.filter(seen_through("visit__customer", by))
    # Their few keys and not their role: no record has to be joined with its people for it.
    heads = list(User.objects.filter(role=HEAD).values_list("pk", flat=True))
    scope = Q(pk__in=[])
    for person in by.acting_for():
        branch = Q(visit__customer__branch=person.branch_id)
        if person.role == HEAD and person.department_id:
            below = Q(visit__customer__department__in=person.departments_below())
            # What is the head's own is a head's, too.
            scope |= branch & below & ~_of({*heads, by.pk})
        elif person.role == DIRECTOR:
            # Keys of three index reads: an OR would look at every record that waits.
            scope |= branch & Q(pk__in=_keys_of(heads)) & ~_of({person.pk, by.pk})
    return rows.filter(scope)


def _keys_of(people: list[int]) -> QuerySet:
    """`_of` as keys of the records that wait."""
    waiting = VisitRecord.objects.filter(state=State.SUBMITTED).order_by()
    earlier = RecordVersion.objects.filter(written_by__in=people).order_by()
    own = waiting.filter(visit__owner__in=people).values("pk")
    return own.union(waiting.filter(written_by__in=people).values("pk"), earlier.values("record"))


def _of(people: Iterable[int]) -> Q:
    """Records of a visit of one of `people`, or of which they wrote the last or any version."""
    earlier = RecordVersion.objects.filter(record=OuterRef("pk"), written_by__in=people)
    return Q(visit__owner__in=people) | Q(written_by__in=people) | Q(Exists(earlier))


@transaction.atomic
def accept_record(
    *, record: VisitRecord, version: int, by: User, note: str = "", at: datetime | None = None
) -> None:
    """submitted → accepted: from now on nothing of it ever changes. `version` is what was read."""
    _decide(record, State.ACCEPTED, version, note, by=by, at=at or clock.now())
    audit.record(verb="visit_record.accepted", target=record, by=by, reason=note)


@transaction.atomic
def return_record(
    *, record: VisitRecord, version: int, note: str, by: User, at: datetime | None = None
) -> None:
    """submitted → returned, with what to change; the writer hands it in again."""
    if not note:
        raise VisitError("退回时请写明要改什么。")
    _decide(record, State.RETURNED, version, note, by=by, at=at or clock.now())
    audit.record(verb="visit_record.returned", target=record, by=by, reason=note)


def _decide(record, state: str, version: int, note: str, *, by: User, at: datetime) -> None:
    if not may_review(record, by):
        raise VisitError("由客户所在部门的负责人审阅，本人不能审阅自己的记录。")
    waiting = VisitRecord.objects.filter(pk=record.pk, state=State.SUBMITTED, version=version)
    if not waiting.update(state=state, reviewed_by=by, reviewed_at=at, review_note=note):
        record.refresh_from_db()
        raise VisitError(f"该记录现在是「{record.get_state_display()}」，{STALE}")
    record.refresh_from_db()


@transaction.atomic
def resubmit_record(
    *,
    record: VisitRecord,
    version: int,
    by: User,
    address: str | None = None,
    at: datetime | None = None,
    outcomes: dict[int, str] | None = None,
    commitments: list[tuple[str, date]] = (),
    view_changes: list[proposals.Change] = (),
    next_steps: list[Step] = (),
    **fields,
) -> None:
    """returned → submitted, as the next version; the earlier one is kept as it was (R11).

    `version` is the one that the form was filled from. Further arguments as of `record_visit`.
    """
    visit, at = record.visit, at or clock.now()
    asking.lock(visit)
    recording.check_people(visit, fields)
    _check_returned(record, version)
    versions.keep_version(record, at=record.written_at)  # one from before versions were kept
    before = versions.content_of(record)
    fields |= recording.note_steps(visit, next_steps, fields.get("next_step", ""))
    _write(record, version, fields, by=by, at=at)
    changes = {
        name: [before[name], now]
        for name, now in versions.content_of(record).items()
        if before[name] != now
    }
    audit.record(verb="visit_record.resubmitted", target=record, by=by, changes=changes)
    versions.keep_version(record, at=at)
    attest(by=by, target=record, revision=record.version, address=address, at=at)
    recording.add_to_record(
        visit, outcomes=outcomes, commitments=commitments, view_changes=view_changes, by=by
    )
    telling.tell_visit(visit, by=by)


def _check_returned(record: VisitRecord, version: int) -> None:
    record.refresh_from_db()
    if record.state == State.ACCEPTED:
        raise VisitError(LOCKED)
    if record.state != State.RETURNED or record.version != version:
        raise VisitError(f"该记录现在是「{record.get_state_display()}」，{STALE}")


def _write(record: VisitRecord, version: int, fields: dict, *, by: User, at: datetime) -> None:
    """Compare-and-set: of two tabs one wins, and an accepted record is never written."""
    returned = VisitRecord.objects.filter(pk=record.pk, state=State.RETURNED, version=version)
    values = {"state": State.SUBMITTED, "version": version + 1, "written_by": by, "written_at": at}
    if not returned.update(reviewed_by=None, reviewed_at=None, **values, **fields):
        raise VisitError(f"该记录{STALE}")
    record.refresh_from_db()
