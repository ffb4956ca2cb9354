"""The table as rows, the browsers that ask, and the comparison of the database before and after."""

import csv
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver

from staff.models import User
from tests.authz.world import World
from tests.topics import TABLES

OWN_TABLE = Path(__file__).with_name("matrix.csv")
OURS = ("core", "staff", "reminders", "accounts", "visits", "service", "opportunities")
OURS += ("valuation", "planning")


@dataclass(frozen=True)
class Row:
    """One line of matrix.csv: who gets which status. `where` is "-" for pages without a row.

    `told` are those whose cell ends with "!": led on with a refusal in words; nothing changes.
    """

    url: str
    method: str
    where: str
    cells: dict[str, int]
    told: frozenset[str]


@cache
def rows() -> tuple[Row, ...]:
    return tuple(row for table in (OWN_TABLE, *TABLES) for row in _read(table))


def _read(table: Path) -> list[Row]:
    with open(table, encoding="utf-8", newline="") as file:
        return [_row(line) for line in csv.DictReader(file)]


def _row(line: dict[str, str]) -> Row:
    url, method, where = line.pop("url"), line.pop("method"), line.pop("object")
    told = frozenset(who for who, status in line.items() if status.endswith("!"))
    cells = {who: int(status.rstrip("!")) for who, status in line.items()}
    return Row(url, method, where, cells, told)


def every_url(patterns=None, namespace=""):
    """(full name, view) of each URL that the product answers."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", entry.callback
        else:
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from every_url(entry.url_patterns, inner)


def browsers(world: World) -> dict[str, Client]:
    """A signed-in browser for each column of the table; nobody is signed in for `anonymous`."""
    made = {who: Client() for who in ("anonymous", *world.people)}
    for who, pk in world.people.items():
        user = User.objects.get(pk=pk)
        user.state = "active"  # the one who has left signed in before that
        made[who].force_login(user)
    User.objects.filter(pk=world.people["left"]).exclude(state="left").update(state="left")
    return made


def sessions(world: World) -> dict[str, str]:
    """The session key of each column, for tests that share one world; "" is nobody."""
    made = browsers(world).items()
    return {who: c.cookies["sessionid"].value if c.cookies else "" for who, c in made}


def browser(session: str) -> Client:
    client = Client()
    client.cookies["sessionid"] = session
    return client


@contextmanager
def undone():
    """Whatever happens inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def business_tables() -> list:
    """Every model of the product, with the tables of its many-to-many fields."""
    models = [model for app in OURS for model in apps.get_app_config(app).get_models()]
    return models + [f.remote_field.through for m in models for f in m._meta.local_many_to_many]


def dump(leave_out=()) -> dict[str, set]:
    """All business rows. Two dumps are equal when nothing was added, changed or removed."""
    return {
        model._meta.label: set(map(repr, model.objects.order_by().values_list()))
        for model in business_tables()
        if model._meta.label not in leave_out
    }


def difference(before: dict[str, set], after: dict[str, set]) -> dict[str, set]:
    return {name: after[name] ^ rows for name, rows in before.items() if after[name] != rows}
