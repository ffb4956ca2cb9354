"""A product with its database, its mail sink and the processes that a test starts and kills."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from tests.faults.sink import FastSink
from tests.product import ROOT, Product

LOOP = ("--loop", "--interval", "0.1", "--lease-seconds", "2")

POLL_SECONDS = 0.3  # each look forks a process; more often would compete with the sweepers


class Field:
    def __init__(self, folder: Path, sink: FastSink, **env: str):
        self.sink = sink
        self.product = Product(folder, sink.env() | env)
        self.log = (folder / "nursery.log").open("w")
        self.nursery: subprocess.Popen | None = None
        self.pids: list[int] = []

    def open(self, **prepare) -> "Field":
        """Expects a database with all tables, see conftest.templates."""
        self.nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=ROOT,
            env=self.product.env | {"DJANGO_SETTINGS_MODULE": "crm.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            start_new_session=True,
        )
        self.call("prepare", **prepare)
        return self

    def close(self) -> None:
        for pid in self.pids:
            kill(pid)
        for name in list(self.product.processes):
            self.product.kill(name)
        if self.nursery:
            self.nursery.stdin.close()
            self.nursery.wait(10)
        self.log.close()

    # --- asking -----------------------------------------------------------------------------------
    def _ask(self, **request):
        print(json.dumps(request), file=self.nursery.stdin, flush=True)
        return json.loads(self.nursery.stdout.readline())

    def call(self, name: str, **kwargs):
        """The result of tests.faults.scenes.<name>, run inside the product."""
        answer = self._ask(call=name, kwargs=kwargs)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    # --- workers ----------------------------------------------------------------------------------
    def start_sweeper(self, *arguments: str) -> int:
        pid = self._ask(sweep=list(arguments or LOOP))["pid"]
        self.pids.append(pid)
        return pid

    def kill_sweeper(self, pid: int) -> bool:
        """SIGKILL to the whole process group. False when it had ended by itself."""
        self.pids.remove(pid)
        return kill(pid)

    def wait_until_drained(self, timeout: float = 60) -> float:
        """Seconds until no duty waits and no message is unsent."""
        start = time.monotonic()
        while True:
            counts = self.call("counts")
            if not counts["unsent"] and not counts["to_look_at"]:
                return time.monotonic() - start
            assert time.monotonic() - start < timeout, f"not drained: {counts}"
            time.sleep(POLL_SECONDS)

    def wait_for_all(self, count: int, timeout: float = 120) -> float:
        """Seconds until `count` duties were told to someone and nothing more waits."""
        start = time.monotonic()
        # looking into messages costs time that the sweepers need: only when there may be enough
        while len(self.sink.raw) < count or len(self.mentions()) < count:
            told = len(self.sink.raw)
            assert time.monotonic() - start < timeout, f"{told} messages about {count} duties"
            time.sleep(POLL_SECONDS)
        self.wait_until_drained(timeout)
        return time.monotonic() - start

    # --- the truth, as the recipients see it ------------------------------------------------------
    def mentions(self) -> Counter:
        """{number of the duty: how many accepted messages speak of it}."""
        return Counter(n for raw in list(self.sink.raw) for n in numbers_in(raw))


def numbers_in(raw: bytes) -> set[int]:
    return {int(n) for n in re.findall(rb"/t/(\d+)/", raw)}


def kill(pid: int) -> bool:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
