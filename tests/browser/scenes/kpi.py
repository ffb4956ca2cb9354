"""Where the pages of 执行情况 are in the demo."""

from staff.models import User


def places_of(places):
    places.each("head_fin", "visits:kpi")
    places.each("director", "visits:kpi")
    places.each("heqiong", "visits:kpi")
    person = User.objects.get(username="heqiong").pk
    places.add("head_fin", "visits:kpi_rows", query=f"?metric=thanks&person={person}")
    places.add("head_fin", "visits:kpi", query=f"?metric=held&person={person}")
