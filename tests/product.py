"""The real product in processes of its own, on a directory of its own: for fault and browser tests.

    def test_x(product, smtp_sink):
        crm = product(run=("web", "worker", "beat"), env=smtp_sink.env() | {"SWEEP_SECONDS": "1"})
        crm.kill("worker")                 # SIGKILL, the whole process group
        crm.start("worker")
        crm.manage("shell", "-c", "…")     # its standard output

The processes are the lines of the Procfile, so what is tested is what `make run` runs.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from honcho.environ import parse_procfile

from crm.env import SCHEMA
from tests import ready
from tests.ports import free_port

ROOT = Path(__file__).resolve().parent.parent
# Which of our own variables a product under test must not inherit from the test run.
OURS = (*SCHEMA, "DJANGO_SETTINGS_MODULE")
STOP_SECONDS = 10


class Product:
    """One copy of the product. Nothing runs until `start`; `stop` ends what was started here."""

    def __init__(self, var_dir: Path, env: Mapping[str, str] | None = None):
        self.var_dir = var_dir
        self.var_dir.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = self._environment() | dict(env or {})
        self.processes: dict[str, subprocess.Popen] = {}

    def _environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if k not in OURS}
        return inherited | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "CRM_ENV_FILE": os.devnull,
            "SECRET_KEY": "only-for-this-test-" + "0123456789" * 5,
            "VAR_DIR": str(self.var_dir),
            "SITE_URL": self.url,
            "PORT": str(self.port),
            "MAILBOX_PORT": str(free_port()),
        }

    # --- one-off commands -----------------------------------------------------------------------
    def manage(self, *arguments: str, timeout: float = 300) -> str:
        """Standard output of `manage.py …`; AssertionError with its errors when it fails."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=timeout,
        )  # fmt: skip
        assert done.returncode == 0, f"manage.py {arguments}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def prepare(self, *, demo: bool, from_nothing: bool = False) -> None:
        """A database with all tables: a copy (tests.ready), or `from_nothing` by migrating."""
        if self.env["DATABASE_URL"] or from_nothing:
            self.manage("bootstrap", *(["--demo"] if demo else []))
        else:
            ready.put(self.var_dir, demo=demo, make=lambda folder: _bootstrapped(folder, demo))

    # --- processes ------------------------------------------------------------------------------
    def start(self, name: str, *, line: str = "", env: Mapping[str, str] | None = None) -> None:
        """Starts the Procfile's `line` (default: the one called `name`) in a process group."""
        command = parse_procfile((ROOT / "Procfile").read_text()).processes[line or name]
        self.spawn(name, ["sh", "-c", f"exec {command}"], env=env)
        if (line or name) == "web":
            self.wait_until_up()

    def spawn(
        self, name: str, command: Sequence[str], env: Mapping[str, str] | None = None
    ) -> None:
        """Starts any command under `name`; its output goes to <var_dir>/logs/<name>.log."""
        log = self.log_path(name)
        log.parent.mkdir(exist_ok=True)
        with log.open("ab") as output:
            self.processes[name] = subprocess.Popen(
                command, cwd=ROOT, env=self.env | dict(env or {}), stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def kill(self, name: str, sig: int = signal.SIGKILL) -> None:
        """Sends `sig` to the group of `name` and waits for its leader to end."""
        process = self.processes.pop(name)
        _signal_group(process, sig)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            _signal_group(process, signal.SIGKILL)
            process.wait(STOP_SECONDS)

    def terminate(self, name: str) -> None:
        """A polite stop (SIGTERM to the leader alone), then whatever is left of the group."""
        process = self.processes.pop(name)
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        _signal_group(process, signal.SIGKILL)
        process.wait(STOP_SECONDS)

    def stop(self) -> None:
        for name in reversed(list(self.processes)):
            self.terminate(name)

    def is_running(self, name: str) -> bool:
        return name in self.processes and self.processes[name].poll() is None

    # --- what it says -----------------------------------------------------------------------------
    def log_path(self, name: str) -> Path:
        return self.var_dir / "logs" / f"{name}.log"

    def log(self, name: str) -> str:
        return self.log_path(name).read_text(encoding="utf-8", errors="replace")

    def get(self, path: str) -> tuple[int, str]:
        """(status, body) of one anonymous request."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def wait_until_up(self, timeout: float = 60) -> None:
        deadline = time.monotonic() + timeout
        while True:
            assert self.is_running("web"), f"web ended:\n{self.log('web')[-3000:]}"
            try:
                status, _ = self.get("/healthz")
                assert status == 200, f"/healthz answered {status}:\n{self.log('web')[-3000:]}"
                return
            except OSError:
                assert time.monotonic() < deadline, f"web is silent:\n{self.log('web')[-3000:]}"
                time.sleep(0.1)


def _bootstrapped(folder: Path, demo: bool) -> None:
    Product(folder, {"DATABASE_URL": "", "REDIS_URL": ""}).prepare(demo=demo, from_nothing=True)


def _signal_group(process: subprocess.Popen, sig: int) -> None:
    try:
        os.killpg(process.pid, sig)
    except ProcessLookupError:
        pass


class ProductFactory:
    """Makes products under one directory; static files are collected once for all of them."""

    def __init__(self, base: Path):
        self.base = base
        self.made: list[Product] = []

    def __call__(
        self,
        *,
        database_url: str = "",
        redis_url: str = "",
        demo: bool = True,
        run: Sequence[str] = ("web",),
        env: Mapping[str, str] | None = None,
        from_nothing: bool = False,
    ) -> Product:
        """A product with its database ready and the processes of `run` started.

        Without `database_url` / `redis_url` it is the service-free default: SQLite, file broker.
        """
        extra = {"DATABASE_URL": database_url, "REDIS_URL": redis_url} | dict(env or {})
        crm = Product(self.base / f"crm-{len(self.made)}", extra)
        self.made.append(crm)
        crm.prepare(demo=demo, from_nothing=from_nothing)
        if "web" in run:
            self._static_for(crm)
        for name in run:
            crm.start(name)
        return crm

    def _static_for(self, crm: Product) -> None:
        shared = self.base / "static"
        if not shared.exists():
            crm.manage("collectstatic", "--noinput", "-v0")
            shutil.move(crm.var_dir / "static", shared)
        (crm.var_dir / "static").symlink_to(shared)

    def stop(self) -> None:
        for crm in self.made:
            crm.stop()
