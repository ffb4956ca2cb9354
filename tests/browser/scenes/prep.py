"""Pages before a visit: its brief, what is taken along, and the calendar of a user."""

from visits.models import Visit


def places_of(places):
    visits = Visit.objects.filter(state="booked", owner__username="heqiong").order_by("pk")
    visit = visits.first() or Visit.objects.filter(state="booked").order_by("pk").first()
    places.add(visit.owner.username, "visits:visit_brief", visit.pk)
    places.add(visit.owner.username, "visits:visit_materials", visit.pk)
    places.each("heqiong", "visits:feed_settings")
