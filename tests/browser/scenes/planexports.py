"""Where files of plans and weeks show real life in the demo."""

from planning.actions import exporting
from planning.models import MarketingPlan
from staff.models import User


def places_of(places):
    bank = MarketingPlan.objects.get(number="KP-2027-C0001")
    places.add("heqiong", "planning:exports", bank.pk)
    places.each("director", "planning:weekly_list")
    director = User.objects.get(username="director")
    export = exporting.request_export(branch=director.branch, department=None, by=director)
    places.add("director", "planning:weekly_detail", export.pk)
