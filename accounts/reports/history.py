"""What happened with a customer and who changed what, page by page (R9, R17)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.actions import proposals, revisions, timeline
from accounts.models import Customer, CustomerViewRevision, TimelineEntry
from accounts.rules import LABELS
from core.paging import keyset_page
from staff.access import HEADS

PAGE = 20
PERIODS = (("30", "近 30 天"), ("90", "近 90 天"), ("365", "近一年"))
State = CustomerViewRevision.State


@dataclass(frozen=True)
class Choice:
    """One filter link: its value, its words, whether it is the chosen one."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Story:
    page: object  # KeysetPage of TimelineEntry
    kinds: tuple[Choice, ...]
    periods: tuple[Choice, ...]


def story(customer: Customer, request) -> Story:
    """20 entries, newest first; `?kind=` and `?days=` filter. One query, by index."""
    kind, days = request.GET.get("kind", ""), request.GET.get("days", "")
    rows = TimelineEntry.objects.filter(customer=customer).select_related("actor")
    if kind in TimelineEntry.Kind.values:
        rows = rows.filter(kind=kind)
    if days in dict(PERIODS):
        rows = rows.filter(at__gte=timezone.now() - timedelta(days=int(days)))
    page = keyset_page(rows, request, keys=("-at", "-pk"), size=PAGE)
    return Story(page, _choices(TimelineEntry.Kind.choices, kind), _choices(PERIODS, days))


def _choices(pairs, chosen: str) -> tuple[Choice, ...]:
    known = chosen if chosen in dict(pairs) else ""
    every = [("", "全部"), *pairs]
    return tuple(Choice(value, label, value == known) for value, label in every)


@dataclass(frozen=True)
class Writing:
    """One act of saving: the changes of one object that were written together."""

    first: CustomerViewRevision
    changes: tuple[CustomerViewRevision, ...]


TOGETHER = timedelta(seconds=2)


def writings(rows: Iterable[CustomerViewRevision]) -> list[Writing]:
    """Neighbouring rows of the same object, author, reason and moment, as one writing."""
    found: list[list[CustomerViewRevision]] = []
    for row in rows:
        if found and _is_together(found[-1][-1], row):
            found[-1].append(row)
        else:
            found.append([row])
    return [Writing(group[0], tuple(reversed(group))) for group in found]


def _is_together(one, other) -> bool:
    same = ("target", "changed_by_id", "reason", "state", "visit_ref")
    near = abs(one.changed_at - other.changed_at) <= TOGETHER
    return near and all(getattr(one, name) == getattr(other, name) for name in same)


def revision_page(customer: Customer, request):
    """What was written and what was refused, newest first; `?section=`, `?target=` and `?field=`
    filter. A proposal that was taken shows as the writing that it became."""
    written = Q(state=State.APPLIED, decided_by=None)
    rows = customer.revisions.filter(written | Q(state=State.REJECTED))
    for name in ("section", "target", "field"):
        wanted = request.GET.get(name, "").replace("\0", "")  # which PostgreSQL refuses
        if wanted:
            rows = rows.filter(**{name: wanted})
    rows = rows.select_related("changed_by", "decided_by")
    return keyset_page(rows, request, keys=("-changed_at", "-pk"), size=50)


@dataclass(frozen=True)
class Waiting:
    """A proposal beside what is stored now; `seen` is the mark that goes back with the decision."""

    revision: CustomerViewRevision
    seen: str
    now: str
    is_new: bool
    is_gone: bool
    is_conflict: bool


def waiting(customer: Customer) -> list[Waiting]:
    """Proposals that wait for a decision, oldest first. Two queries for any number."""
    rows = customer.revisions.filter(state=State.PROPOSED).select_related("changed_by")
    rows = list(rows.order_by("changed_at", "pk"))
    contacts = {timeline.source_of(one): one for one in customer.contacts.all()} if rows else {}
    return [_waiting(row, {timeline.source_of(customer): customer} | contacts) for row in rows]


def _waiting(revision, known) -> Waiting:
    row, is_new = known.get(revision.target), revision.target in proposals.NEW
    value = getattr(row, revision.field) if row else None
    plain = "" if value is None else str(value)
    now = revisions.shown(row._meta.get_field(revision.field), value) if row else ""
    is_gone = row is None and not is_new
    is_conflict = row is not None and plain != revision.raw.get("old", "")
    return Waiting(revision, proposals.mark_of(plain), now, is_new, is_gone, is_conflict)


def may_decide(user, customer: Customer) -> bool:
    """The account manager (or who stands in) and the heads look at proposals (R9)."""
    people = user.acting_for()
    return any(p.pk == customer.manager_id or p.role in HEADS for p in people)


def section_choices(request) -> tuple[Choice, ...]:
    return _choices(tuple(LABELS.items()), request.GET.get("section", ""))
