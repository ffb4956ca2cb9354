"""What a test asks of a URL: which row of an estate, and a payload that would succeed."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from accounts.models import Customer
from staff.models import User
from tests.authz.world import Estate, World

# In a payload: whoever asks; whoever asks, or for a head one of the people.
ME, ONE_OF_MINE = "me", "one of mine"
ONE_OF = {"dept_head": "owner", "other_head": "delegate"}
MOMENT, SECOND = "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"


@dataclass(frozen=True)
class Ask:
    """`pk` names a row of the estate ("" for a page without one), `kwargs` what else the URL has.

    `data` makes the payload of a POST. `also` are further arguments and the rows that they name.
    """

    pk: str = ""
    data: object = None
    query: str = ""
    kwargs: dict = field(default_factory=dict)
    argument: str = "pk"
    also: dict = field(default_factory=dict)

    def url(self, name: str, estate: Estate) -> str:
        known = self.kwargs | {name: estate.pks[row] for name, row in self.also.items()}
        if self.pk:
            known[self.argument] = estate.pks[self.pk]
        # "accounts:item_create#bill" is one of several ways to ask the same URL
        return reverse(name.partition("#")[0], kwargs=known) + self.query.format(**estate.pks)

    def payload(self, world: World, estate: Estate, who: str) -> dict:
        named = {ME: world.people.get(who), ONE_OF_MINE: world.people.get(ONE_OF.get(who, who))}
        fields = self.data(world, estate) if self.data else {}
        filled = {name: named.get(str(value), value) for name, value in fields.items()}
        return {name: "" if value is None else value for name, value in filled.items()}


def ago(**span) -> str:
    return (timezone.localtime() - timedelta(**span)).strftime(SECOND)


def ahead(**span) -> str:
    return (timezone.localtime() + timedelta(**span)).strftime(MOMENT)


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def new_owner(world, estate):
    """The colleague in the same department; for the near estate one of its own department."""
    row = Customer.objects.get(pk=estate.pks["customer"])
    others = User.objects.active().filter(department=row.department, role="account_manager")
    return others.exclude(pk=row.manager_id).exclude(must_change_password=True).first().pk
