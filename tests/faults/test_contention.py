"""Many sweepers at once: every duty is told once, and the seconds are written down."""

import sys
import time

import pytest

from tests.sizes import size

pytestmark = [pytest.mark.faults, pytest.mark.alone]

DUE = size(2_000, 10_000)


def test_two_beats_and_four_sweepers_send_thousands_once(
    field_at, fresh_postgres, private_redis, write_down
):
    env = {"REDIS_URL": private_redis.url, "SWEEP_SECONDS": "1"}
    field = field_at(fresh_postgres, env=env, people=200)
    field.call("seed", count=DUE)
    crm = field.product
    for name in ("worker-1", "worker-2"):  # two processes each: four sweepers
        crm.start(name, line="worker")
    for name in ("beat-1", "beat-2"):
        schedule = str(crm.var_dir / name)
        crm.spawn(
            name, [sys.executable, "-m", "celery", "-A", "crm", "beat", "--schedule", schedule]
        )
    start = time.monotonic()
    while len(field.sink.raw) == 0:
        assert time.monotonic() - start < 60, crm.log("worker-1")[-2000:]
        time.sleep(0.02)
    first = time.monotonic()
    field.wait_for_all(DUE, 240)
    seconds = time.monotonic() - first

    mentions = field.mentions()
    twice = sum(1 for copies in mentions.values() if copies > 1)
    write_down(f"{len(mentions)} sent in {seconds:.1f} s, {twice} twice")
    assert len(mentions) == DUE
    assert twice == 0
    assert set(field.sink.copies().values()) == {1}


def test_four_sweepers_on_sqlite_send_each_once(sqlite_field, write_down):
    field = sqlite_field(people=20)
    field.call("seed", count=400)
    start = time.monotonic()
    for _ in range(4):
        field.start_sweeper("--loop", "--interval", "0.1")
    field.wait_until_drained(120)

    mentions = field.mentions()
    write_down(f"{len(mentions)} sent in {time.monotonic() - start:.1f} s")
    assert len(mentions) == mentions.total() == 400
