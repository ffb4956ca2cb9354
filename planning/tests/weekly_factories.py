"""The Monday of a weekly file, its rows, and two departments whose numbers must not mix."""

from datetime import date, datetime

from accounts.tests.factories import make_customer
from core.rules import SHANGHAI
from planning.actions import exporting
from planning.models import PlanExport
from planning.tests import reviewing
from staff.tests.factories import make_user

MONDAY = date(2026, 11, 30)
AT = datetime(2026, 11, 30, 7, 30, 5, tzinfo=SHANGHAI)


def world():
    """The world of a review, and a customer of the other department."""
    scene = reviewing.world()
    scene.foreign = make_customer(
        manager=make_user(department=scene.there), name="别部门的客户单位"
    )
    return scene


def opened(now=AT):
    exporting.open_week(now=now)
    return PlanExport.objects.filter(monday=MONDAY)
