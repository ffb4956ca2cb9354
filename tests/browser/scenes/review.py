"""Places of the review of records in the demo data."""

from visits.models import Visit


def places_of(places):
    waiting = Visit.objects.filter(record__state="submitted", record__version=2)
    visit = waiting.select_related("owner").order_by("pk").first()
    head = visit.owner.dept_head().username
    returned = Visit.objects.filter(record__state="returned").order_by("pk").first()
    places.add(head, "visits:record_queue")
    places.add(head, "visits:record_review", visit.pk)
    places.add(returned.owner.username, "visits:record_resubmit", returned.pk)
