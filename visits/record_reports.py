"""What the pages about a record show: versions, differences, who answers for them (R11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import CustomerAssignment, CustomerViewRevision, seen_through
from accounts.reports import history
from staff.models import Attestation, User
from visits.actions import versions
from visits.models import RecordVersion, Visit, VisitRecord

Proposal = CustomerViewRevision.State


@dataclass(frozen=True)
class Difference:
    """One field that two versions of a record have differently; empty text: it was left out."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Submission:
    """One version as it was handed in, and in what it differs from the one before."""

    version: RecordVersion
    differences: list[Difference]
    is_first: bool


def differences(old: dict[str, str], new: dict[str, str]) -> list[Difference]:
    """In the order of the record; fields that neither version knows are left out."""
    return [
        Difference(str(field.verbose_name), old.get(field.name, ""), new.get(field.name, ""))
        for field in versions.content_fields()
        if old.get(field.name, "") != new.get(field.name, "")
    ]


def submissions(record: VisitRecord) -> list[Submission]:
    """Every version of `record`, the newest first. One query."""
    rows = list(record.versions.select_related("written_by").order_by("number"))
    first = [Submission(row, [], True) for row in rows[:1]]
    later = [
        Submission(new, differences(old.content, new.content), False) for old, new in pairwise(rows)
    ]
    return [*first, *later][::-1]


def attestations(record: VisitRecord) -> list[Attestation]:
    """Who answers for which version, the latest first (R25)."""
    rows = Attestation.objects.about(record).select_related("user")
    return list(rows.order_by("-revision", "pk"))


@dataclass(frozen=True)
class Proposals:
    """The changes of the customer view that came from one visit (R9)."""

    waiting: list[history.Waiting]
    decided: list[CustomerViewRevision]


def proposals_of(visit: Visit) -> Proposals:
    """Those that wait for a decision, and what became of the others."""
    rows = visit.customer.revisions.filter(visit_ref=visit.pk).exclude(decided_by=None)
    decided = rows.select_related("decided_by", "changed_by").order_by("decided_at", "pk")
    waiting = [one for one in history.waiting(visit.customer) if _is_from(one.revision, visit)]
    return Proposals(waiting, list(decided))


def _is_from(revision: CustomerViewRevision, visit: Visit) -> bool:
    return revision.visit_ref == visit.pk


def returned_records(user: User, most: int) -> Iterable[VisitRecord]:
    """Records that came back to be changed by `user`, or by those `user` stands in for.

    The visit stays whose it was, like every visit that is over; but the record of somebody who is
    not, or no more, assigned to the customer is its manager's of today as well (R1). One query.
    """
    people = user.acting_for()
    serving = CustomerAssignment.objects.active(timezone.localdate()).filter(
        customer=OuterRef("visit__customer"), user=OuterRef("visit__owner")
    )
    is_left = Q(visit__owner__state=User.State.LEFT) | ~Exists(serving)
    rows = VisitRecord.objects.filter(
        Q(visit__owner__in=people) | Q(visit__customer__manager__in=people) & is_left,
        seen_through("visit__customer", user),
        state=VisitRecord.State.RETURNED,
    )
    rows = rows.select_related("visit__customer").only("review_note", "visit__customer__name")
    return rows.order_by("reviewed_at", "pk")[:most]
