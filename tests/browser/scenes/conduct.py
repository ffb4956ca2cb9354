"""Places of ticks, photos and tips in the demo data."""

from visits.models import Tip, Visit


def places_of(places) -> None:
    held = Visit.objects.filter(files__kind="photo", owner__username="heqiong")
    visit = held.order_by("pk").first()
    places.add("heqiong", "visits:visit_detail", visit.pk)
    places.add("heqiong", "visits:visit_files", visit.pk)
    places.add("heqiong", "visits:tips")
    places.add("heqiong", "visits:tips", query=f"?visit={visit.pk}")
    places.add("admin", "visits:tip_list")
    places.add("admin", "visits:tip_edit", Tip.objects.first().pk)
