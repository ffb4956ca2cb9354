"""Fixtures of tests that need processes, servers or a browser. See tests/product.py."""

import gc
import os
import tempfile
from pathlib import Path

import pytest

from tests.browser import launched, page_maker, shot
from tests.product import ProductFactory
from tests.servers import running_postgres, running_redis
from tests.services import chromium, postgres_server, redis_server, scratch_database
from tests.smtp_sink import running_sink

pytest_plugins = [
    "tests.migrated",
    "tests.flushing",
    "tests.slow_first",
    "tests.engines",
    "tests.figures",
    "tests.shares",
]


def pytest_collection_finish(session):
    """What is loaded by now stays: looking at it again and again took a tenth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.fixture
def needs_postgres() -> str:
    """URL of a new, empty PostgreSQL database; it is dropped after the test."""
    with scratch_database(postgres_server()) as url:
        yield url


@pytest.fixture
def needs_redis() -> str:
    return redis_server()


@pytest.fixture
def private_redis(tmp_path):
    """A Redis of this test's own: stop, start and flush it."""
    with running_redis(tmp_path / "redis") as server:
        yield server


@pytest.fixture
def private_postgres():
    """A PostgreSQL cluster of this test's own: crash and start it. Its path is short on purpose."""
    with tempfile.TemporaryDirectory(prefix="crm-pg-") as folder:
        os.chmod(folder, 0o711)
        with running_postgres(Path(folder) / "c") as server:
            yield server


@pytest.fixture
def smtp_sink():
    with running_sink() as sink:
        yield sink


@pytest.fixture
def product(tmp_path):
    """Factory of running products that end with the test."""
    factory = ProductFactory(tmp_path)
    yield factory
    factory.stop()


@pytest.fixture(scope="session")
def shared_products(tmp_path_factory):
    """Factory of products that live as long as the run: for browser tests that share demo data."""
    factory = ProductFactory(tmp_path_factory.mktemp("products"))
    yield factory
    factory.stop()


@pytest.fixture(scope="session")
def needs_chromium():
    with launched(chromium()) as browser:
        yield browser


@pytest.fixture
def browser_page(needs_chromium, request):
    """open_page(device, base_url): script errors, CSP breaches and 5xx fail the test at its end."""
    open_page, close_all = page_maker(needs_chromium)
    yield open_page
    for number, page in enumerate(p for c in needs_chromium.contexts for p in c.pages):
        shot(page, f"{request.node.name}-{number}", full_page=False)
    assert close_all() == []
