from django.db.models import Q

from core.conditions import through


def test_every_part_is_said_of_the_other_rows():
    condition = Q(branch=1) & (Q(manager=2) | ~Q(department__path__startswith="/A/"))
    assert through("visit__customer", condition) == Q(visit__customer__branch=1) & (
        Q(visit__customer__manager=2) | ~Q(visit__customer__department__path__startswith="/A/")
    )
