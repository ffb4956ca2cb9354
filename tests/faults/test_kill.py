"""SIGKILL of sweepers: at random moments, and at exact points of one message."""

import random
import threading
import time

import pytest

from tests.faults.field import kill
from tests.sizes import size

pytestmark = pytest.mark.faults

DUE = size(1_000, 3_000)
KILLS = size(50, 200)
WORKERS = 4


@pytest.mark.alone
def test_kills_lose_nothing_and_copy_no_more_than_once_a_kill(pg_field, sink, write_down):
    """Duties keep coming due while workers die in every step: materialise, pack, claim, send."""
    field = pg_field(people=60)
    sink.delay = 0.002
    field.call("seed", count=DUE, hours_ago=0, spread_seconds=size(10, 30))
    chance = random.Random(20261129)
    workers = [field.start_sweeper() for _ in range(WORKERS)]
    start, kills = time.monotonic(), 0
    while kills < KILLS:
        time.sleep(chance.uniform(0.02, 0.25))
        victim = workers.pop(chance.randrange(WORKERS))
        kills += field.kill_sweeper(victim)
        workers.append(field.start_sweeper())
    killing = time.monotonic() - start
    tail = field.wait_for_all(DUE)

    mentions = field.mentions()
    lost = DUE - len(mentions)
    copies = mentions.total() - len(mentions)
    write_down(f"{kills} kills in {killing:.0f} s, +{tail:.0f} s: {lost} lost, {copies} copies")
    assert lost == 0
    assert copies <= kills
    assert field.call("counts")["sent"] == DUE


@pytest.mark.parametrize(
    ("point", "copies"), [("claimed", 0), ("accepted", 1), ("marked", 0)], ids=str
)
def test_a_kill_at_an_exact_point_costs_what_it_must(any_field, sink, write_down, point, copies):
    """claimed: before the message was taken. accepted: taken, not marked. marked: the next one."""
    field = any_field(people=1)
    field.call("seed", count=3)
    died = threading.Event()

    def die():
        if not died.is_set():
            died.set()
            kill(pid)

    def at_line(verb):
        taken = len(sink.raw)
        if verb == "MAIL" and taken == {"claimed": 0, "marked": 1}.get(point):
            die()

    if point == "accepted":
        sink.on_message = lambda raw: die()
    sink.on_line = at_line
    pid = field.start_sweeper()
    assert died.wait(30), "the worker never came to this point"
    before = field.mentions().total()
    field.start_sweeper()
    field.wait_until_drained(60)

    mentions = field.mentions()
    write_down(f"accepted before the kill {before}, copies {mentions.total() - 3}")
    assert sorted(mentions) == [0, 1, 2]
    assert mentions.total() - 3 == copies
    assert max(sink.copies().values()) == 1 + copies  # the copy carries the same Message-ID
