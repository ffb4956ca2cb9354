"""Plugin: on PostgreSQL only what depends on the engine is proven a second time.

The pass on SQLite runs every fast test. The one on PostgreSQL and Redis leaves out

- tests that ask no database: rules, texts, forms alone;
- tests marked `once`: what they prove is decided in Python before or after any query, or is told
  by the number of queries alone, and the same queries are asked on PostgreSQL by other tests.

`make deep` leaves out nothing.
"""

from django.db import connection
from django.test import TransactionTestCase

from tests.sizes import IS_DEEP

# A fixture of these, and the test asks a database, Redis or another process.
ENGINES = {
    "db",
    "transactional_db",
    "django_db_reset_sequences",
    "live_server",
    "needs_postgres",
    "needs_redis",
    "private_postgres",
    "private_redis",
    "product",
    "shared_products",
}


def pytest_configure(config):
    config.addinivalue_line(
        "markers",
        "once: fast, and decided in Python whatever the engine; runs in the SQLite pass only",
    )


def asks_an_engine(item) -> bool:
    is_case = item.cls is not None and issubclass(item.cls, TransactionTestCase)
    return bool(
        is_case
        or item.get_closest_marker("django_db")
        or ENGINES & set(getattr(item, "fixturenames", ()))
    )


def pytest_collection_modifyitems(config, items):
    if connection.vendor == "sqlite" or IS_DEEP:
        return
    left_out = [i for i in items if i.get_closest_marker("once") or not asks_an_engine(i)]
    # Named on the command line it is run all the same: somebody wants to see it.
    if left_out and not any("::" in argument for argument in config.args):
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]
