import shutil
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests.copies import PREFIX, of_migrations
from tests.faults.field import Field
from tests.faults.sink import FastSink
from tests.product import Product
from tests.services import postgres_server, run_sql, scratch_database


@pytest.fixture
def sink():
    sink = FastSink().up()
    yield sink
    sink.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """An empty product database, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("template")
    Product(folder, {"DATABASE_URL": ""}).prepare(demo=False)
    return folder / "crm.sqlite3"


@pytest.fixture(scope="session")
def postgres_template(tmp_path_factory):
    """Like it on PostgreSQL: from the tables that the fast pass has left there, if it has."""
    with scratch_database(postgres_server(), template=migrated_template()) as url:
        folder = tmp_path_factory.mktemp("template-pg")
        Product(folder, {"DATABASE_URL": url}).manage("bootstrap")
        yield url


def migrated_template() -> str:
    name = PREFIX + of_migrations()
    asked = f"SELECT 1 FROM pg_database WHERE datname = '{name}'"
    return name if run_sql(postgres_server(), asked) else ""


@pytest.fixture
def fresh_sqlite(sqlite_template, tmp_path):
    """URL of a database file of this test's own."""
    copy = tmp_path / "crm.sqlite3"
    shutil.copy(sqlite_template, copy)
    return f"sqlite:///{copy}"


@pytest.fixture
def fresh_postgres(postgres_template):
    """URL of a database of this test's own; dropped at the end."""
    parts = urlsplit(postgres_template)
    name = f"{parts.path[1:]}_copy"
    run_sql(postgres_server(), f'CREATE DATABASE "{name}" TEMPLATE "{parts.path[1:]}"')
    yield urlunsplit(parts._replace(path=f"/{name}"))
    run_sql(postgres_server(), f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def field_at(tmp_path, sink):
    """Factory of fields on a database that has its tables; everything ends with the test."""
    made = []

    def make(database_url: str, *, env=None, to=sink, **prepare) -> Field:
        settings = {"DATABASE_URL": database_url, "REDIS_URL": ""} | (env or {})
        field = Field(tmp_path / f"field-{len(made)}", to, **settings)
        made.append(field)
        return field.open(**prepare)

    yield make
    for field in made:
        field.close()


@pytest.fixture
def pg_field(field_at, fresh_postgres):
    return lambda **prepare: field_at(fresh_postgres, **prepare)


@pytest.fixture
def sqlite_field(field_at, fresh_sqlite):
    return lambda **prepare: field_at(fresh_sqlite, **prepare)


@pytest.fixture(params=["postgresql", "sqlite"])
def any_field(request):
    """The same test on both engines."""
    name = "pg_field" if request.param == "postgresql" else "sqlite_field"
    return request.getfixturevalue(name)
