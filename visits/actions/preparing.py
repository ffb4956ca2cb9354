"""What is taken along to a visit: named first, the file when there is one (R3)."""

from collections.abc import Iterable

from django.db import transaction

from core import audit, uploads
from staff.models import User
from visits import rules
from visits.actions.errors import VisitError
from visits.models import Visit, VisitFile

MOST_MATERIALS = 30


def materials_of(visit: Visit):
    return visit.files.filter(kind=VisitFile.Kind.MATERIAL)


def shown_outside(visit: Visit) -> tuple:
    """What a calendar of somebody else shows of the plan, apart from its time."""
    contacts = visit.contacts.order_by("pk").values_list("pk", "email")
    return visit.mode, visit.location, tuple(contacts)


def name_materials(*, visit: Visit, titles: Iterable[str], by: User) -> None:
    """Keep one row for each title. What is not named any more goes, unless its file is here."""
    wanted = list(dict.fromkeys(titles))
    kept = materials_of(visit)
    kept.filter(file=None).exclude(title__in=wanted).delete()
    known = set(kept.values_list("title", flat=True))
    VisitFile.objects.bulk_create(
        VisitFile(visit=visit, kind=VisitFile.Kind.MATERIAL, title=title, added_by=by)
        for title in wanted
        if title not in known
    )


def copy_materials(old: Visit, new: Visit) -> None:
    """A rescheduled visit takes the same things along; a file is shared, not stored again."""
    VisitFile.objects.bulk_create(
        VisitFile(
            visit=new,
            kind=row.kind,
            title=row.title,
            file_id=row.file_id,
            confidentiality=row.confidentiality,
            added_by_id=row.added_by_id,
        )
        for row in materials_of(old)
    )


@transaction.atomic
def add_material(
    *, visit: Visit, title: str, confidentiality: str, by: User, file=None
) -> VisitFile:
    """Name a thing to take along, or give a named one its file. `file`: a cleaned upload."""
    _check_open(visit)
    row = materials_of(visit).filter(title=title).first()
    if row is None:
        if materials_of(visit).count() >= MOST_MATERIALS:
            raise VisitError(f"一次拜访最多列 {MOST_MATERIALS} 项资料。")
        row = VisitFile(visit=visit, kind=VisitFile.Kind.MATERIAL, title=title, added_by=by)
    row.confidentiality = confidentiality
    if file is not None:
        row.file = uploads.store(file, by=by)
    row.save()
    audit.record(verb="visit.material_added", target=visit, by=by, changes={"material": title})
    return row


def _check_open(visit: Visit) -> None:
    # The row is locked, so that the visit cannot begin in between.
    now = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    if now.state not in rules.EDITABLE:
        raise VisitError(f"该拜访现在是「{now.get_state_display()}」，携带资料不能再改。")
