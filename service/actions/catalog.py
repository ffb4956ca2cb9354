"""The catalogue: services, and the areas in which each is known (R15)."""

from datetime import date

from django.db import IntegrityError, transaction

from core import audit
from service.actions.errors import ServiceError
from service.models import Availability, CatalogItem
from staff.models import Branch, User

TAKEN = "已有这个业务代码，请换一个。"
KNOWN = "该业务在这个区域已有记录。"


@transaction.atomic
def create_item(*, branch: Branch, code: str, name: str, description: str, by: User) -> CatalogItem:
    """A new service of the branch; ServiceError when its code is taken."""
    try:
        with transaction.atomic():
            item = CatalogItem.objects.create(
                branch=branch, code=code, name=name, description=description
            )
    except IntegrityError as error:
        raise ServiceError(TAKEN) from error
    audit.record(verb="catalog.created", target=item, by=by)
    return item


@transaction.atomic
def edit_item(*, item: CatalogItem, name: str, description: str, is_active: bool, by: User) -> None:
    """Name and words; an item that is not in use takes no new watchers."""
    changes = {
        field: [str(getattr(item, field)), str(value)]
        for field, value in (("name", name), ("description", description), ("is_active", is_active))
        if getattr(item, field) != value
    }
    CatalogItem.objects.filter(pk=item.pk).update(
        name=name, description=description, is_active=is_active
    )
    if changes:
        audit.record(verb="catalog.edited", target=item, by=by, changes=changes)


@transaction.atomic
def add_area(*, item: CatalogItem, area: str, expected_on: date | None, by: User) -> Availability:
    """An area in which the service is not open yet. ServiceError when it is known."""
    if Availability.of_place(item, area):
        raise ServiceError(KNOWN)
    row, is_new = Availability.objects.get_or_create(
        item=item, area=area, defaults={"expected_on": expected_on, "changed_by": by}
    )
    if not is_new:
        raise ServiceError(KNOWN)
    audit.record(verb="availability.created", target=row, by=by)
    return row
