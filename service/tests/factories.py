"""Plain functions that make services, areas and watches for tests."""

import itertools

from accounts.tests.factories import make_customer
from service.actions import watching
from service.models import Availability, CatalogItem
from staff.tests.factories import make_user

_serial = itertools.count(1)


def make_item(*, branch=None, **fields):
    fields.setdefault("code", f"svc-{next(_serial)}")
    fields.setdefault("name", "万兆光网")
    return CatalogItem.objects.create(branch=branch or make_user().branch, **fields)


def make_area(item=None, area="嵊州", **fields):
    return Availability.objects.create(item=item or make_item(), area=area, **fields)


def make_watch(*, customer=None, area=None, **fields):
    """A customer who waits, as the action leaves it."""
    customer = customer or make_customer()
    area = area or make_area(make_item(branch=customer.branch))
    known = {
        "reason": "not_launched",
        "demand": "总部与两个车间互联",
        "alternatives": "千兆聚合",
        "no_alternative_reason": "",
        "contact": None,
        "by": customer.manager,
    }
    return watching.register_watch(
        customer=customer, item=area.item, area=area.area, **(known | fields)
    )
