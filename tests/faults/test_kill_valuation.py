"""SIGKILL in the middle of a run: nothing half published, and the next attempt says the same."""

import hashlib
import os
import random
import subprocess
import sys
import time

import psycopg2
import pytest

from bench import valuation_fill
from tests.product import ROOT, Product
from tests.sizes import size

pytestmark = pytest.mark.faults

CUSTOMERS = 1_500
KILLS = size(2, 4)
DRAFT = """
    INSERT INTO valuation_valuationrun (scope, model_snapshot, as_of, cut_method, state, cuts,
        total, done, error, attempt, created_at, review_note, branch_id, model_id)
    SELECT 'local_network', '{}', '2026-11-01', 'median', 'draft', '{}', 0, 0, '', 0, now(), '',
        b.id, m.id
    FROM staff_branch b, valuation_valuemodel m WHERE b.code = 'BULK' AND m.state = 'active'
    RETURNING id"""
COLUMNS = """customer_id, current, potential, loyalty, social, composite, combined, revenue, profit,
    rank, revenue_rank, profit_rank, grade, quadrant, loyalty_cell, has_missing, indicators"""


class Bench:
    """Customers in a database of their own, and processes that compute."""

    def __init__(self, url: str, folder):
        self.product = Product(folder, {"DATABASE_URL": url, "REDIS_URL": ""})
        self.product.manage("bulk_demo", "--customers", str(CUSTOMERS), "--months", "24")
        self.db = psycopg2.connect(url)
        self.db.autocommit = True
        self.cursor = self.db.cursor()
        valuation_fill.fill(self.cursor)

    def one(self, sql: str, *values):
        self.cursor.execute(sql, values)
        return self.cursor.fetchone()

    def worker(self, run: int) -> subprocess.Popen:
        env = {**os.environ, **self.product.env, "DJANGO_SETTINGS_MODULE": "crm.settings"}
        command = [sys.executable, "-m", "tests.faults.compute_once", str(run)]
        return subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL)

    def state(self, run: int) -> tuple:
        return self.one(
            "SELECT state, done, attempt FROM valuation_valuationrun WHERE id = %s", run
        )

    def expire(self, run: int) -> None:
        """The lease of a dead worker ends; a test does not wait five minutes for it."""
        sql = "UPDATE valuation_valuationrun SET lease_until = now() - interval '1 s' WHERE id = %s"
        self.cursor.execute(sql, [run])

    def numbers(self, run: int) -> tuple[int, str]:
        self.cursor.execute(
            f"SELECT {COLUMNS} FROM valuation_customervaluation WHERE run_id = %s"
            " ORDER BY customer_id", [run],
        )  # fmt: skip
        rows = self.cursor.fetchall()
        return len(rows), hashlib.sha256(repr(rows).encode()).hexdigest()

    def close(self) -> None:
        self.db.close()


@pytest.fixture
def field(fresh_postgres, tmp_path):
    field = Bench(fresh_postgres, tmp_path / "product")
    yield field
    field.close()


def test_a_killed_run_leaves_nothing_half_done_and_is_computed_again(field, write_down):
    [whole] = field.one(DRAFT)
    assert field.worker(whole).wait(120) == 0
    right = field.numbers(whole)
    [run] = field.one(DRAFT)
    chance, seen = random.Random(20261129), []
    for attempt in range(1, KILLS + 1):
        stop_at = chance.randrange(100, 1_100)
        worker = field.worker(run)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            state, done, number = field.state(run)
            if (number, state) == (attempt, "computing") and done >= stop_at:
                break
            assert worker.poll() is None, "it was done before it could be killed"
        worker.kill()
        worker.wait()
        state, done, _ = field.state(run)
        seen.append(done)
        assert state == "computing"
        assert field.numbers(run)[0] == done  # every row that is there belongs to a whole chunk
        assert field.worker(run).wait(60) == 3, "nobody takes a run whose lease still holds"
        field.expire(run)
    assert field.worker(run).wait(120) == 0
    state, _, attempts = field.state(run)
    write_down(f"{KILLS} kills at {seen} of {right[0]}; attempt {attempts} gave the same numbers")
    assert (state, attempts) == ("computed", KILLS + 1)
    assert field.numbers(run) == right
    published = field.one("SELECT count(*) FROM valuation_valuationrun WHERE state = 'published'")
    assert published == (0,)


def test_of_two_workers_at_once_one_computes(field, write_down):
    [run] = field.one(DRAFT)
    workers = [field.worker(run) for _ in range(3)]
    codes = sorted(worker.wait(120) for worker in workers)
    write_down(f"codes {codes}, state {field.state(run)}")
    assert codes == [0, 3, 3]
    assert field.state(run)[2] == 1


def test_a_worker_that_was_only_frozen_adds_nothing_to_the_next_attempt(field, write_down):
    """Its lease ends while it sleeps; when it wakes up, another one has done the work."""
    [run] = field.one(DRAFT)
    sleeper = field.worker(run)
    while field.state(run)[1] < 200:
        assert sleeper.poll() is None
    sleeper.send_signal(19)  # SIGSTOP
    field.cursor.execute(  # whatever it held open ends with its connection, as on a lost host
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
    )
    field.expire(run)
    assert field.worker(run).wait(120) == 0
    right = field.numbers(run)
    sleeper.send_signal(18)  # SIGCONT
    code = sleeper.wait(60)
    write_down(f"the sleeper ended with {code}")
    assert field.state(run) == ("computed", right[0], 2)
    assert field.numbers(run) == right
