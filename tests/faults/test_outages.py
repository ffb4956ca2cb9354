"""Everything around the sweep fails for a while. Time is moved by moving rows, never by mocking."""

import time
from functools import partial

import pytest

from tests.faults.field import LOOP, numbers_in
from tests.product import Product
from tests.sizes import size

pytestmark = pytest.mark.faults
LEASE_SECONDS = 120  # as in delivering.py: so long waits what a process had in hand when it died


def test_redis_flushed_stopped_and_restarted_loses_nothing(
    field_at, fresh_postgres, private_redis, write_down
):
    """The worker and beat are not restarted: the next tick finds the rows."""
    env = {"REDIS_URL": private_redis.url, "SWEEP_SECONDS": "1"}
    field = field_at(fresh_postgres, env=env, people=20)
    field.product.start("worker")
    field.product.start("beat")
    field.call("seed", count=1, hours_ago=0)
    wait_for_messages(field.sink, 1)  # both have started: what fails now, fails under them
    field.call("seed", count=300, hours_ago=0, spread_seconds=12)
    for _ in range(6):
        time.sleep(0.7)
        private_redis.flush()
    private_redis.stop()
    time.sleep(3)
    private_redis.start()
    seconds = said_by(field, lambda: field.wait_for_all(301, LEASE_SECONDS + 120))

    mentions = field.mentions()
    write_down(f"{len(mentions)} of 301 sent, drained {seconds:.0f} s after the restart")
    assert len(mentions) == mentions.total() == 301


def test_redis_lost_under_a_running_sweep_leaves_worker_and_beat_alive(
    field_at, fresh_postgres, private_redis, write_down
):
    """The broker goes while the worker has a message in hand that it cannot give back."""
    env = {"REDIS_URL": private_redis.url, "SWEEP_SECONDS": "1"}
    field = field_at(fresh_postgres, env=env, people=20)
    field.sink.delay = 0.05  # a sweep lasts longer than the fall
    field.product.start("worker")
    field.product.start("beat")
    due, rounds = 60, size(2, 5)
    for number in range(rounds):
        field.call("seed", count=due)
        wait_for_messages(field.sink, due * number + 5)
        private_redis.stop()
        time.sleep(2)
        private_redis.start()
        wait = partial(field.wait_for_all, due * (number + 1), LEASE_SECONDS + 120)
        said_by(field, wait)
        assert field.product.is_running("worker")
        assert field.product.is_running("beat")

    copies = field.mentions().total() - due * rounds
    write_down(f"{rounds} falls of the broker under a sweep, {copies} copies")
    assert copies == 0


def said_by(field, wait):
    """What `wait` gives; when it fails, with what worker and beat said last."""
    try:
        return wait()
    except AssertionError as error:
        said = [f"{name}: {field.product.log(name)[-3000:]}" for name in ("worker", "beat")]
        raise AssertionError("\n".join([str(error), *said])) from error


@pytest.mark.alone
def test_postgresql_crashing_again_and_again_loses_nothing(
    field_at, private_postgres, tmp_path, sink, write_down
):
    sweepers, crashes, due = 4, size(2, 5), size(600, 1500)
    Product(tmp_path / "setup", {"DATABASE_URL": private_postgres.url}).manage("bootstrap")
    field = field_at(private_postgres.url, people=50)
    field.call("seed", count=due)
    sink.delay = 0.005
    for _ in range(sweepers):
        field.start_sweeper(*LOOP)
    for number in range(crashes):
        goal = due * (number + 1) // (crashes + 2)
        wait_for_messages(sink, goal)
        private_postgres.crash()
        private_postgres.start()
    field.wait_for_all(due)

    mentions = field.mentions()
    copies = mentions.total() - len(mentions)
    write_down(f"{due - len(mentions)} lost, {copies} copies of at most {sweepers * crashes}")
    assert len(mentions) == due
    assert copies <= sweepers * crashes


def wait_for_messages(sink, count, timeout=90):
    until = time.monotonic() + timeout
    while len(sink.raw) < count:
        assert time.monotonic() < until, f"{len(sink.raw)} of {count} messages"
        time.sleep(0.01)


def test_a_server_that_refuses_connections_opens_the_breaker(sqlite_field, sink, write_down):
    field = sqlite_field(people=3)
    field.call("seed", count=30)
    sink.down()
    field.call("sweep_once")
    burned = sum(field.call("attempts"))
    assert field.call("channel")["is_open"]
    assert burned <= 4  # the fifth error opens the breaker and burns nothing
    assert field.call("sweep_once") == {"sent": 0, "errors": 0}

    sink.up()
    all_arrive(field, 30)
    write_down(f"{burned} attempts burned, 30 of 30 after it")
    assert not field.call("channel")["is_open"]


def all_arrive(field, count):
    """After the outage: what waits for its retry is brought forward, and nothing comes twice."""
    for _ in range(2):  # the first sweep may be the probe of the breaker
        field.call("hurry")
        field.call("sweep_once")
    mentions = field.mentions()
    assert len(mentions) == count, f"{count - len(mentions)} lost"
    assert mentions.total() == count
    assert field.call("counts")["unsent"] == 0


@pytest.mark.alone
def test_a_server_that_hangs_costs_ten_seconds_and_the_others_go_on(sqlite_field, sink, write_down):
    field = sqlite_field(people=3)
    field.call("seed", count=30)
    sink.silent = True
    greetings = []

    def recover_on_the_second_greeting(verb):
        greetings.append(verb) if verb == "EHLO" else None
        sink.silent = len(greetings) < 2

    sink.on_line = recover_on_the_second_greeting
    start = time.monotonic()
    run = field.call("sweep_once")
    seconds = time.monotonic() - start

    write_down(f"{seconds:.1f} s, {run['sent']} of the other 29 sent")
    assert run == {"sent": 29, "errors": 1}
    assert 10 <= seconds < 25
    all_arrive(field, 30)


@pytest.mark.parametrize("where", ["RCPT", "MESSAGE"])
def test_4xx_is_tried_again(sqlite_field, sink, where):
    field = sqlite_field(people=3)
    field.call("seed", count=10)
    sink.replies[where] = "451 4.3.0 try again later"
    assert field.call("sweep_once") == {"sent": 0, "errors": 10}
    assert field.call("sweep_once") == {"sent": 0, "errors": 0}  # not before a minute has passed
    assert not field.call("channel")["is_open"]

    sink.replies.clear()
    all_arrive(field, 10)


def test_5xx_of_a_recipient_fails_that_message_only(sqlite_field, sink):
    field = sqlite_field(people=1)
    field.call("seed", count=1)
    sink.replies["RCPT"] = "550 5.1.1 no such user"
    field.call("sweep_once")
    sink.replies.clear()
    field.call("seed", count=5)
    field.call("hurry")
    field.call("sweep_once")

    assert field.call("counts")["failed"] == 1
    assert sorted(field.mentions()) == [1, 2, 3, 4, 5]


def test_a_refused_login_stops_the_channel_at_once_and_burns_nothing(field_at, fresh_sqlite, sink):
    env = {"EMAIL_USER": "crm", "EMAIL_PASSWORD": "wrong"}
    sink.wants_login = True
    field = field_at(fresh_sqlite, env=env, people=3)
    field.call("seed", count=30)
    sink.replies["AUTH"] = "535 5.7.8 authentication failed"
    field.call("sweep_once")
    field.call("sweep_once")
    assert sink.connections == 1
    assert set(field.call("attempts")) == {0}
    assert field.call("channel")["is_open"]

    sink.replies.clear()
    all_arrive(field, 30)


def test_after_72_hours_each_person_gets_one_digest_with_each_duty_once(
    any_field, sink, write_down
):
    """Four stages of every ladder went by unseen; only the newest is told, and as it is now.

    Ten messages were packed before the stop, five of them in the hands of a worker that died.
    """
    field = any_field(people=5, digest_over=5, with_head=True)
    field.call("seed", count=10, hours_ago=72 + 44, kind="thank_you_letter")
    assert field.call("pack_before_the_stop", hours_ago=72) == 10
    field.call("seed", count=50, hours_ago=72 + 44, kind="thank_you_letter")
    for _ in range(4):
        field.start_sweeper("--loop", "--interval", "0.1")
    field.wait_until_drained(60)

    mails = {str(m["To"]): numbers_in(m.as_bytes()) for m in sink.messages()}
    write_down(f"{len(sink.raw)} digests to {len(mails)} people")
    assert len(sink.raw) == len(mails) == 6
    assert all(len(mails[f"f{n}@example.com"]) == 12 for n in range(5))
    assert field.mentions().total() == 60 + 60  # each once to its owner, and once to the head
    assert mails["head@example.com"] == set(range(60))
    text = sink.messages()[0].get_body(("plain",)).get_content()
    assert "已逾期" in text and "还剩" not in text
