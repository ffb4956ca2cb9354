"""A PostgreSQL cluster and a Redis of a test's own: to crash, restart and flush without asking."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import redis

from tests.ports import free_port
from tests.services import missing

START_SECONDS = 30


class PrivateRedis:
    """`stop` and `start` keep the port; nothing is written to disk, so a restart is empty."""

    def __init__(self, folder: Path):
        self.binary = shutil.which("redis-server") or missing("redis-server")
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [self.binary, "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self.process = subprocess.Popen(
            [*command, "--dir", str(self.folder)], stdout=subprocess.DEVNULL, start_new_session=True
        )
        _wait(lambda: redis.Redis.from_url(self.url).ping(), redis.RedisError)

    def stop(self, sig: int = signal.SIGTERM) -> None:
        if self.process:
            self.process.send_signal(sig)
            self.process.wait(START_SECONDS)
            self.process = None

    def flush(self) -> None:
        redis.Redis.from_url(self.url).flushall()


class PrivatePostgres:
    """`crash` is `pg_ctl stop -m immediate`: no checkpoint, every connection cut."""

    def __init__(self, folder: Path):
        self.bin = _postgres_bin()
        self.folder, self.port = folder, free_port()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        self.user = "postgres" if os.geteuid() == 0 else None

    def create(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.user:
            record = pwd.getpwnam(self.user)
            os.chown(self.folder, record.pw_uid, record.pw_gid)
        self._run("initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "-E", "UTF8")

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def start(self) -> None:
        options = f"-p {self.port} -h 127.0.0.1 -k {self.folder} -c fsync=off"
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self.data), "-w", "-l", log, "-o", options, "start")
        _wait(lambda: psycopg2.connect(self.url).close(), psycopg2.OperationalError)

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "-D", str(self.data), "-m", mode, "stop")

    def crash(self) -> None:
        self.stop("immediate")

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self.bin / program), *arguments],
            cwd="/",
            user=self.user,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert done.returncode == 0, f"{program}: {done.stderr}"


def _postgres_bin() -> Path:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    if not versions:
        missing("PostgreSQL server programs (apt-get install postgresql)")
    return versions[-1]


def _wait(attempt: Callable[[], object], error: type[Exception]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            attempt()
            return
        except error:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


@contextmanager
def running_redis(folder: Path) -> Iterator[PrivateRedis]:
    server = PrivateRedis(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def running_postgres(folder: Path) -> Iterator[PrivatePostgres]:
    server = PrivatePostgres(folder)
    server.create()
    server.start()
    try:
        yield server
    finally:
        server.stop("immediate")
