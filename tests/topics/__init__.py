"""What each topic adds to the tests that cover the whole product, one module and table a topic.

A module may name ASKS, FORMS, GIVEN, WITHOUT_PAGE, NOTHING_REQUIRED, MANY_ROWS, NO_ROWS, QUERIES,
NO_PAGES, WITHOUT_EVENT and `make(customer, word, manager, participant, pks) -> {name: pk}`;
`<topic>.csv` holds its lines of the table of tests/authz. See the tests that use them.
"""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

FOLDER = Path(__file__).parent
TABLES = sorted(FOLDER.glob("*.csv"))


def topics() -> list:
    return [import_module(f"{__name__}.{name}") for _, name, _ in iter_modules([str(FOLDER)])]


def merged(name: str) -> dict:
    """The dictionaries called `name` of all topics as one; no key may stand in two."""
    found: dict = {}
    for topic in topics():
        more = getattr(topic, name, {})
        assert not found.keys() & more.keys(), f"{topic.__name__}.{name}"
        found |= more
    return found


def united(name: str) -> set:
    return set().union(*(getattr(topic, name, ()) for topic in topics()))


def make_all(customer, word, manager, participant, pks) -> dict[str, int]:
    """A row of every kind that a topic knows: {name of the row: pk}."""
    made = dict(pks)
    for topic in topics():
        if hasattr(topic, "make"):
            made |= topic.make(customer, word, manager, participant, made)
    return made
