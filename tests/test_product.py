"""The processes of `make run`: all of them start, and none of them outlives the supervisor."""

import os
import signal
import smtplib
import sys
import time
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.ports import free_port

pytestmark = pytest.mark.faults


def left_over(crm) -> list[str]:
    """Command lines of living processes that carry this product's VAR_DIR in their environment."""
    mark = f"VAR_DIR={crm.var_dir}".encode()
    found = []
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and mark in (folder / "environ").read_bytes().split(b"\0"):
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            pass  # ended while we looked
    return [line for line in found if line]


def wait(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.1)


@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_end_of_the_supervisor_is_the_end_of_all(product, sig):
    crm = product(demo=False, run=())
    crm.spawn("serve", [sys.executable, "scripts/serve.py", str(crm.port)])
    wait(lambda: "已启动" in crm.log("serve"), 120)
    assert all(word in "\n".join(left_over(crm)) for word in ("gunicorn", "worker", "beat"))
    os.kill(crm.processes["serve"].pid, sig)
    wait(lambda: left_over(crm) == [])


def test_a_process_that_ends_takes_the_others_with_it(product):
    crm = product(demo=False, run=())
    crm.spawn("serve", [sys.executable, "scripts/serve.py", str(crm.port)])
    wait(lambda: "已启动" in crm.log("serve"), 120)
    beat = next(p for p in Path("/proc").iterdir() if is_beat_of(crm, p))
    os.kill(int(beat.name), signal.SIGKILL)
    wait(lambda: left_over(crm) == [])
    assert crm.processes["serve"].wait(5) == 1


def is_beat_of(crm, folder) -> bool:
    try:
        mark = f"VAR_DIR={crm.var_dir}".encode() in (folder / "environ").read_bytes()
        return mark and b"\0beat\0" in (folder / "cmdline").read_bytes()
    except OSError:
        return False


def test_two_products_run_beside_each_other(product):
    first, second = product(demo=False), product(demo=False)
    assert first.get("/healthz") == second.get("/healthz") == (200, "ok\n")


def test_the_demo_mailbox_keeps_every_message(product):
    crm = product(demo=False, run=("mailbox",))
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@b.cn", "c@d.cn", "提醒"
    wait(lambda: has_sent(message, int(crm.env["MAILBOX_PORT"])))
    kept = list((crm.var_dir / "mailbox").glob("*.eml"))
    assert len(kept) == 1
    assert b"Subject: =?utf-8?" in kept[0].read_bytes()


def has_sent(message, port) -> bool:
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=5) as server:
            server.send_message(message)
    except OSError:
        return False
    return True


def test_a_database_that_does_not_answer_is_named(product):
    with pytest.raises(AssertionError, match="无法使用数据库"):
        product(database_url=f"postgres://postgres@127.0.0.1:{free_port()}/x", demo=False, run=())


def test_bootstrap_makes_a_database_from_nothing_and_a_second_one_changes_nothing(product):
    crm = product(demo=False, run=(), from_nothing=True)
    before = (crm.var_dir / "crm.sqlite3").stat().st_size
    assert "数据库已就绪" in crm.manage("bootstrap")
    assert (crm.var_dir / "crm.sqlite3").stat().st_size == before
