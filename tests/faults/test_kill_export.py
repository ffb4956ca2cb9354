"""SIGKILL while a weekly file is made: one whole file a scope, week and version, never half of one.

The worker is killed again and again (twenty times in `make deep`), at any moment and above all
while it saves.
"""

import hashlib
import io
import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import date

import psycopg2
import pytest
from pypdf import PdfReader

from tests.product import ROOT, Product
from tests.sizes import size

pytestmark = pytest.mark.faults

KILLS, MOST_OF_ONE = size(6, 20), 5
MONDAY = date(2026, 11, 30)
ASKED = """
    INSERT INTO planning_planexport (scope, branch_id, monday, version, state, why,
        requested_by_id, done, failure, file, sha256, figures, sent_at, attempts, created_at)
    SELECT 'branch', b.id, %s, %s, 'waiting', 'on_demand', u.id, 0, '', '', '', '{}', now(), 0,
        now()
    FROM staff_branch b JOIN staff_user u ON u.branch_id = b.id AND u.role = 'branch_director'
    WHERE b.code = 'BULK' ORDER BY u.id LIMIT 1 RETURNING id"""
ROW = "SELECT state, done, attempts, file, sha256, pages FROM planning_planexport WHERE id = %s"


class Bench:
    def __init__(self, url: str, folder):
        self.product = Product(folder, {"DATABASE_URL": url, "REDIS_URL": ""})
        size = ("--customers", "30", "--months", "2", "--plans", "12")
        self.product.manage("bulk_demo", *size)
        self.db = psycopg2.connect(url)
        self.db.autocommit = True
        self.cursor = self.db.cursor()
        self.log = (folder / "nursery.log").open("w")
        env = {**self.product.env, "DJANGO_SETTINGS_MODULE": "crm.settings"}
        self.nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.export_nursery"], cwd=ROOT, env=env, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log,
        )  # fmt: skip

    def one(self, sql: str, *values):
        self.cursor.execute(sql, values)
        return self.cursor.fetchone()

    def ask(self, **request) -> dict:
        print(json.dumps(request), file=self.nursery.stdin, flush=True)
        return json.loads(self.nursery.stdout.readline())

    def asked_for(self, version: int) -> int:
        return self.one(ASKED, MONDAY, version)[0]

    def expire(self, pk: int) -> None:
        """The lease of a dead worker ends; a test does not wait three minutes for it."""
        sql = "UPDATE planning_planexport SET lease_until = now() - interval '1 s' WHERE id = %s"
        self.cursor.execute(sql, [pk])

    def made(self, pk: int) -> int:
        return self.ask(wait=self.ask(make=pk)["pid"])["code"]

    def files(self) -> dict[str, bytes]:
        folder = self.product.var_dir / "files" / "weekly"
        return {p.name: p.read_bytes() for p in folder.iterdir()} if folder.is_dir() else {}

    def close(self) -> None:
        self.nursery.stdin.close()
        self.nursery.wait(10)
        self.log.close()
        self.db.close()


@pytest.fixture
def field(fresh_postgres, tmp_path):
    field = Bench(fresh_postgres, tmp_path / "product")
    yield field
    field.close()


def kill_once(field: Bench, pk: int, at_step: int, delay: float) -> int | None:
    """Kill a worker `delay` seconds after it reached the step; the step it was at, or None when it
    was faster."""
    pid = field.ask(make=pk)["pid"]
    deadline = time.monotonic() + 60
    attempts = None
    while time.monotonic() < deadline:
        state, done, attempts, *_ = field.one(ROW, pk)
        if state == "done" or (done >= at_step and attempts):
            break
        time.sleep(0.005)
    time.sleep(delay)
    os.kill(pid, signal.SIGKILL)
    code = field.ask(wait=pid)["code"]
    state, done, _, name, sha256, _ = field.one(ROW, pk)
    if state == "done":  # its work was over
        return None
    assert code == -signal.SIGKILL
    assert (state, name, sha256) == ("waiting", "", ""), "half of a file can be seen"
    return done


def test_twenty_kills_leave_one_whole_file_of_each_version(field, write_down):
    began = time.monotonic()
    assert field.made(field.asked_for(1)) == 0
    length = time.monotonic() - began
    chance, seen, early, rows = random.Random(20261130), [], 0, []
    while len(seen) < KILLS:
        pk = field.asked_for(len(rows) + 2)
        rows.append(pk)
        for _ in range(min(MOST_OF_ONE, KILLS - len(seen))):
            is_saving = chance.random() < 0.5
            step = 3 if is_saving else chance.choice((1, 2))
            delay = chance.uniform(0, 0.6) if is_saving else chance.uniform(0, length / 3)
            step = kill_once(field, pk, step, delay)
            if step is None:
                early += 1
                break
            seen.append(step)
            assert field.made(pk) == 3, "nobody takes what a lease still holds"
            field.expire(pk)
        else:
            assert field.made(pk) == 0
    whole = field.files()
    for pk in rows:
        state, _, _, name, sha256, pages = field.one(ROW, pk)
        content = whole[name.removeprefix("weekly/")]
        assert state == "done" and hashlib.sha256(content).hexdigest() == sha256
        assert len(PdfReader(io.BytesIO(content)).pages) == pages
    [versions] = field.one("SELECT count(*) FROM planning_planexport WHERE state = 'done'")
    [names] = field.one("SELECT count(DISTINCT file) FROM planning_planexport WHERE file <> ''")
    write_down(
        f"{len(seen)} kills at steps {seen}, {early} were over before; {versions} versions, "
        f"{names} files, {len(whole) - names} left over on disk and on no row; "
        f"one took {length:.1f} s"
    )
    assert versions == names == len(rows) + 1


def test_of_three_workers_at_once_one_makes_the_file(field, write_down):
    pk = field.asked_for(1)
    pids = [field.ask(make=pk)["pid"] for _ in range(3)]
    codes = sorted(field.ask(wait=pid)["code"] for pid in pids)
    write_down(f"codes {codes}, {len(field.files())} file")
    assert codes == [0, 3, 3] and len(field.files()) == 1
