"""Service watch and the quick log without a network, in the tests of the whole product."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import Customer
from service.actions import launching
from service.tests.factories import make_area, make_item, make_watch
from tests.authz.asking import Ask, ago


def make(customer, word, manager, participant, pks):
    """A watch that waits and one whose service has opened; the catalogue itself is no secret."""
    item = make_item(branch=customer.branch)
    waiting, opened = make_area(item, "嵊州"), make_area(item, "新昌")
    said = {"customer": customer, "demand": word, "alternatives": word}
    watch = make_watch(area=waiting, **said)
    untold = make_watch(area=opened, **said)
    launching.set_availability(
        availability=opened, seen="not_launched", state="available", expected_on=None,
        by=manager, at=timezone.now() - timedelta(hours=1),
    )  # fmt: skip
    known = make_watch(area=make_area(item, "诸暨"), **said)
    type(known).objects.filter(pk=known.pk).update(state="notified", notified_how="电话告知")
    return {
        "item": item.pk, "area": waiting.pk, "watch": watch.pk, "untold": untold.pk,
        "told": known.pk,
    }  # fmt: skip


def item(world, estate):
    return {"name": "万兆光网", "description": "到桌面的万兆", "is_active": "on"}


def new_item(world, estate):
    return {"name": "千兆聚合", "description": "", "code": "qianzhao"}


def area(world, estate):
    return {"area": "柯桥", "expected_on": "2027-03-01"}


def availability(world, estate):
    return {"seen": "not_launched", "state": "available", "expected_on": ""}


def watch(world, estate):
    return {
        "item": estate.pks["item"],
        "area": "上虞",
        "reason": "not_launched",
        "demand": "总部与车间互联",
        "alternatives": "千兆聚合",
        "no_alternative_reason": "",
    }


def told(world, estate):
    return {"how": "电话告知王主任", "at": ago(minutes=5)[:16]}


def end(world, estate):
    return {"state": "customer_lost_interest", "reason": "改用别的办法"}


def convert(world, estate):
    contact = Customer.objects.get(pk=estate.pks["customer"]).contacts.first()
    return {"name": "万兆光网接入", "kind": "network_line", "contact": contact.pk}


OF_CUSTOMER = "?customer={customer}"
ASKS = {
    "crm:offline": {"GET": Ask()},
    "crm:offline_customers": {"GET": Ask()},
    "crm:offline_state": {"GET": Ask()},
    "crm:service_worker": {"GET": Ask()},
    "crm:watch_convert": {"GET": Ask("told"), "POST": Ask("told", convert)},
    "service:availability_create": {"GET": Ask("item"), "POST": Ask("item", area)},
    "service:availability_edit": {"GET": Ask("area"), "POST": Ask("area", availability)},
    "service:catalog_create": {"GET": Ask(), "POST": Ask(data=new_item)},
    "service:catalog_edit": {"GET": Ask("item"), "POST": Ask("item", item)},
    "service:catalog_list": {"GET": Ask()},
    "service:customer_watches": {"GET": Ask("customer")},
    "service:unmet": {"GET": Ask()},
    "service:unmet_export": {"POST": Ask()},
    "service:watch_create": {
        "GET": Ask("", query=OF_CUSTOMER),
        "POST": Ask("", watch, query=OF_CUSTOMER),
    },
    "service:watch_detail": {"GET": Ask("watch")},
    "service:watch_end": {"GET": Ask("watch"), "POST": Ask("watch", end)},
    "service:watch_list": {"GET": Ask()},
    "service:watch_notify": {"GET": Ask("untold"), "POST": Ask("untold", told)},
}
FORMS = {
    "crm.forms.watches.ConvertForm": ("crm:watch_convert", "owner"),
    "service.forms.catalog.AreaForm": ("service:availability_create", "branch_director"),
    "service.forms.catalog.AvailabilityForm": ("service:availability_edit", "branch_director"),
    "service.forms.catalog.ItemForm": ("service:catalog_edit", "branch_director"),
    "service.forms.catalog.NewItemForm": ("service:catalog_create", "branch_director"),
    "service.forms.watches.EndForm": ("service:watch_end", "owner"),
    "service.forms.watches.ToldForm": ("service:watch_notify", "owner"),
    "service.forms.watches.WatchForm": ("service:watch_create", "owner"),
}
MANY_ROWS = {"service:customer_watches", "service:catalog_edit"}
NO_ROWS = {"crm:offline", "crm:offline_state", "crm:service_worker"}
QUERIES = {
    "service:watch_list": ("", "?q=金", "?state=watching", "?area=嵊州"),
}
NO_PAGES = {
    "crm:offline",  # answers instead of a page; looked at in tests/browser/test_offline.py
    "crm:offline_customers",
    "crm:offline_state",
    "crm:service_worker",
    "service:customer_watches",
    "service:unmet_export",
}
