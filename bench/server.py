"""The product under gunicorn on loopback, two sync workers, and one client that asks it."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UP_WITHIN = 30


@dataclass(frozen=True)
class Request:
    path: str
    cookie: str
    body: str = ""
    is_htmx: bool = False
    expected: int = 200


class Gunicorn:
    """Runs with the environment of this process."""

    def __init__(self, port: int = 0):
        self.port = port or _free_port()

    def __enter__(self):
        command = [
            sys.executable, "-m", "gunicorn", "crm.wsgi:application", "--workers", "2",
            "--worker-class", "sync", "--bind", f"127.0.0.1:{self.port}", "--log-level", "error",
        ]  # fmt: skip
        self.process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
        self._wait()
        return self

    def __exit__(self, *error):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(timeout=20)

    def _wait(self) -> None:
        for _ in range(UP_WITHIN * 10):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("gunicorn did not start")

    def ask(self, request: Request) -> tuple[float, int, int]:
        """(milliseconds, queries, bytes). Another status than the expected one ends the run."""
        headers = {"Cookie": request.cookie, "Host": f"127.0.0.1:{self.port}"}
        if request.is_htmx:
            headers["HX-Request"] = "true"
        if request.body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Referer"] = f"http://127.0.0.1:{self.port}/"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        started = time.perf_counter()
        method = "POST" if request.body else "GET"
        connection.request(method, request.path, request.body or None, headers)
        answer = connection.getresponse()
        content = answer.read()
        elapsed = (time.perf_counter() - started) * 1000
        connection.close()
        if answer.status != request.expected:
            text = content[:3000].decode(errors="replace")
            raise RuntimeError(f"{request.path}: {answer.status} {answer.headers}\n{text}")
        return elapsed, int(answer.headers.get("X-Queries", 0)), len(content)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
