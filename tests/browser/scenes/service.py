"""A place to open each page of the service watch."""

from service.models import Availability, CatalogItem, ServiceWatch


def places_of(places):
    item = CatalogItem.objects.order_by("pk").first()
    places.each("heqiong", "service:watch_list", "service:unmet", "service:catalog_list")
    places.each("director", "service:catalog_create", "service:unmet")
    places.add("director", "service:catalog_edit", item.pk)
    places.add("director", "service:availability_create", item.pk)
    places.add("director", "service:availability_edit", Availability.objects.first().pk)
    for state in ("watching", "available", "notified"):
        watch = ServiceWatch.objects.filter(state=state).order_by("pk").first()
        places.add("director", "service:watch_detail", watch.pk)
    untold = ServiceWatch.objects.filter(state="available").select_related("customer__manager")
    watch = untold.order_by("pk").first()
    who = watch.customer.manager.username
    for name in ("watch_detail", "watch_notify", "watch_end"):
        places.add(who, f"service:{name}", watch.pk)
    # The manager chooses a password in a test: the head may do it too.
    known = ServiceWatch.objects.filter(state="notified").order_by("pk").first()
    places.add("head_ent", "crm:watch_convert", known.pk)
    places.add(who, "service:watch_create", query=f"?customer={watch.customer_id}")
