"""What helps during a visit: the tips that fit it, what is still to be done, who sees the place."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from staff.models import User
from visits.actions.conduct import DURING, OPENING
from visits.actions.files import is_locked
from visits.models import (
    Tip,
    Visit,
    VisitFile,
    VisitLocation,
    VisitNextStep,
    visits_seen_through,
)
from visits.rules import STAGE_HINTS
from visits.step_rules import shown_days

Area = Tip.Area
ICONS = {
    Area.STAGE: "bi-signpost",
    Area.BEHAVIOUR: "bi-emoji-neutral",
    Area.PHONE: "bi-telephone",
    Area.HARD_CALL: "bi-telephone-x",
    Area.RECEPTION: "bi-door-open",
    Area.MEETING: "bi-people",
    Area.OPENING: "bi-chat-dots",
    Area.CLOSING: "bi-check2-square",
}
ON_SITE = (Area.STAGE, Area.OPENING, Area.MEETING, Area.CLOSING)
BY_PHONE = (Area.STAGE, Area.PHONE, Area.HARD_CALL, Area.CLOSING)
ORDER = (*ON_SITE[:2], Area.BEHAVIOUR, Area.MEETING, Area.CLOSING)
ORDER += (Area.PHONE, Area.HARD_CALL, Area.RECEPTION)
AHEAD = (Visit.State.DRAFT, Visit.State.PLANNED, Visit.State.BOOKED, *DURING)
MOST_STEPS = 20


@dataclass(frozen=True)
class TipGroup:
    """The tips of one area, in order."""

    area: str
    label: str
    icon: str
    tips: list[Tip]


@dataclass(frozen=True)
class Tick:
    """One point of the opening list."""

    name: str
    label: str
    is_done: bool


def groups(areas=ORDER, stage: str = "") -> list[TipGroup]:
    """Active tips by area. With `stage`, what is meant for another stage is left out (R2)."""
    rows = Tip.objects.filter(is_active=True, area__in=areas).order_by("order", "pk")
    if stage:
        rows = rows.filter(~Q(area=Area.STAGE) | Q(context__in=("", stage)))
    found = list(rows)
    made = [
        TipGroup(area, Area(area).label, ICONS[area], [t for t in found if t.area == area])
        for area in areas
    ]
    return [group for group in made if group.tips]


def tips_for(visit: Visit) -> list[TipGroup]:
    """What to bear in mind for this visit, until it is written down (R2, R5, R7, R37, R40)."""
    if visit.state not in AHEAD:
        return []
    areas = BY_PHONE if visit.mode == Visit.Mode.PHONE else ON_SITE
    return groups(areas, stage=visit.stage)


def stage_hints() -> dict[str, str]:
    """What each stage is for (R2), in the administrator's words where there are any."""
    rows = Tip.objects.filter(is_active=True, area=Area.STAGE).exclude(context="")
    return STAGE_HINTS | dict(rows.order_by("-order", "-pk").values_list("context", "text"))


def mood_tips(mood: str = "") -> list[Tip]:
    """How to meet a customer in `mood`; for every mood while none is chosen (R6)."""
    rows = Tip.objects.filter(is_active=True, area=Area.BEHAVIOUR)
    return list(rows.filter(context=mood) if mood else rows)


def opening(visit: Visit) -> list[Tick]:
    """The opening list while it can be ticked, and afterwards what of it was ticked (R5)."""
    ticks = [Tick(name, label, getattr(visit, name)) for name, label in OPENING.items()]
    return ticks if visit.state in DURING or any(tick.is_done for tick in ticks) else []


def place_for(visit: Visit, user: User) -> VisitLocation | None:
    """The point of arrival, for the one it is about and the head only (§2.9)."""
    place = VisitLocation.objects.filter(visit=visit).first()
    if place is None or user.pk == visit.owner_id:
        return place
    is_head = any(person.role == User.Role.DEPT_HEAD for person in user.acting_for())
    oversees = is_head and User.objects.overseen_by(user).filter(pk=visit.owner_id).exists()
    return place if oversees else None


def open_steps(user: User, today: date) -> list[VisitNextStep]:
    """Open next steps of own visits due within a week, or late by up to a month. One query."""
    first, last = shown_days(today)
    rows = VisitNextStep.objects.filter(
        done_at=None,
        due_on__gte=first,
        due_on__lte=last,
        visit__owner__in=user.acting_for(),
    )
    rows = rows.filter(visits_seen_through("visit", user))
    rows = rows.select_related("visit__customer").only(
        *("content", "side", "person", "due_on", "done_at", "done_by", "visit__customer__name")
    )
    return list(rows.order_by("due_on", "pk")[:MOST_STEPS])


def steps_of(visit: Visit) -> list[VisitNextStep]:
    """Every next step of one visit, what is open first. One query."""
    rows = visit.next_steps.select_related("visit__customer", "visit__owner", "done_by")
    return sorted(rows, key=lambda step: (step.done_at is not None, step.pk))


@dataclass(frozen=True)
class FileRow:
    """A photo or paper; `may_delete`: it is the reader's own and nothing rests on it yet."""

    file: VisitFile
    is_picture: bool
    may_delete: bool


def files_of(visit: Visit, user: User) -> list[FileRow]:
    """What was taken along and brought back. Two queries."""
    rows = list(visit.files.select_related("file", "added_by"))
    is_open = bool(rows) and not is_locked(visit)
    return [
        FileRow(
            row,
            is_picture=bool(row.file and row.file.content_type.startswith("image/")),
            may_delete=is_open and row.added_by_id == user.pk,
        )
        for row in rows
    ]


def about(visit: Visit, user: User, *, may_change: bool) -> dict:
    """What the page of a visit shows of all this, by the names its templates use."""
    return {
        "ticks": opening(visit),
        "may_tick": may_change and visit.state in DURING,
        "tip_groups": tips_for(visit),
        "next_steps": steps_of(visit),
        "steps_list": "visit",
        "files": files_of(visit, user),
        "place": place_for(visit, user),
    }
