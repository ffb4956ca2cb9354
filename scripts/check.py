"""Runs the gate and every test: `check.py`, `check.py quick`, `check.py deep` or `check.py lint`.

Always on SQLite without any service. With DATABASE_URL and REDIS_URL the fast tests run a second
time on those; under CRM_REQUIRE_SERVICES=1 (.ci/run) both engines are found, started or demanded.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import psycopg2  # noqa: E402
import redis  # noqa: E402

from tests.servers import running_postgres, running_redis  # noqa: E402
from tests.services import scratch_database  # noqa: E402

USUAL_POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
USUAL_REDIS = "redis://127.0.0.1:6379/5"
FAST = ["-n", "2", "--dist", "worksteal", "-m", "not faults and not browser"]
FAULTS = ["-n", "2", "--dist", "worksteal", "-m", "faults and not alone"]
ALONE = ["-m", "faults and alone"]
BROWSER = ["-n", "2", "--dist", "loadgroup", "-m", "browser"]  # tests/shares.py makes the groups
COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)")


class Missing(Exception):
    """An engine that this run demands does not answer. The message is Chinese."""


def main(what: str = "all") -> None:
    environment = base_environment() | ({"CRM_DEEP": "1"} if what == "deep" else {})
    failed = gate(environment)
    if what == "lint":
        sys.exit(1 if failed else 0)
    try:
        with servers(environment) as (postgres, redis_url):
            report = Report(failed)
            report.run("快速测试（SQLite）", FAST, environment)
            if what != "quick":
                thorough(report, environment, postgres, redis_url)
    except Missing as error:
        sys.exit(f"\n{error}")
    sys.exit(report.close())


def thorough(report: "Report", environment: dict, postgres: str, redis_url: str) -> None:
    named = environment | {"CRM_TEST_POSTGRES_URL": postgres, "CRM_TEST_REDIS_URL": redis_url}
    if postgres or redis_url:
        with ExitStack() as stack:
            url = stack.enter_context(scratch_database(postgres)) if postgres else ""
            both = {"DATABASE_URL": url, "REDIS_URL": redis_url}
            report.run("快速测试（PostgreSQL、Redis）", FAST, named | both)
    report.run("故障测试", FAULTS, named)
    report.run("故障测试（独占机器）", ALONE, named)
    report.run("浏览器测试", BROWSER, named)


def base_environment() -> dict[str, str]:
    """The caller's environment without the engines: each pass says which it runs on."""
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return kept | {"PATH": path, "DJANGO_SETTINGS_MODULE": "crm.settings_test"}


# --- the gate -----------------------------------------------------------------------------------
def gate(environment: dict[str, str]) -> list[str]:
    """Names of the checks that failed."""
    rules = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("*/*rules.py"))
    checks = {
        "ruff check": ["ruff", "check", "."],
        "ruff format": ["ruff", "format", "--check", "."],
        "mypy": ["mypy", "--strict", *rules],
        "manage.py check": ["python", "manage.py", "check", "--fail-level", "WARNING"],
        "makemigrations": ["python", "manage.py", "makemigrations", "--check", "--dry-run"],
    }
    failed = []
    for name, command in checks.items():
        print(f"── {name}", flush=True)
        if subprocess.run(command, cwd=ROOT, env=environment).returncode:
            failed.append(name)
    return failed


# --- engines ------------------------------------------------------------------------------------
@contextmanager
def servers(environment: dict[str, str]) -> Iterator[tuple[str, str]]:
    """(PostgreSQL URL, Redis URL) of servers that answer; empty where none is needed."""
    given_postgres = os.environ.get("DATABASE_URL", "")
    given_redis = os.environ.get("REDIS_URL", "")
    is_required = os.environ.get("CRM_REQUIRE_SERVICES") == "1"
    with ExitStack() as stack:
        postgres = demand(given_postgres, "DATABASE_URL", postgres_answers)
        redis_url = demand(given_redis, "REDIS_URL", redis_answers)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="crm-servers-")))
        folder.chmod(0o711)
        if is_required and not postgres:
            postgres = USUAL_POSTGRES
            if not postgres_answers(postgres):
                postgres = stack.enter_context(running_postgres(folder / "postgres")).url
        if is_required and not redis_url:
            redis_url = USUAL_REDIS
            if not redis_answers(redis_url):
                redis_url = stack.enter_context(running_redis(folder / "redis")).url
        yield postgres, redis_url


def demand(url: str, name: str, answers) -> str:
    if url and not answers(url):
        raise Missing(f"{name} 指向的服务没有应答：{url}")
    return url


def postgres_answers(url: str) -> bool:
    try:
        psycopg2.connect(url, connect_timeout=5).close()
    except psycopg2.Error:
        return False
    return True


def redis_answers(url: str) -> bool:
    try:
        return bool(redis.Redis.from_url(url, socket_connect_timeout=5).ping())
    except (redis.RedisError, ValueError):
        return False


# --- passes and their closing lines ---------------------------------------------------------------
class Report:
    def __init__(self, failed_checks: list[str]):
        self.failed_checks = failed_checks
        self.lines: list[str] = []
        self.counts: Counter[str] = Counter()
        self.is_red = bool(failed_checks)

    def run(self, title: str, arguments: list[str], environment: dict[str, str]) -> None:
        print(f"\n── {title}", flush=True)
        started = time.monotonic()
        process = subprocess.Popen(
            ["python", "-m", "pytest", "-q", "--durations=5", *arguments],
            cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        last = ""
        for line in process.stdout:
            print(line, end="", flush=True)
            last = line.strip() or last
        self.is_red |= bool(
            process.wait()
        )  # also "no tests ran": a pass without tests proves nothing
        for number, kind in COUNT.findall(last):
            self.counts["failed" if kind.startswith("error") else kind] += int(number)
        self.lines.append(f"{title}：{last}（{time.monotonic() - started:.0f} 秒）")

    def close(self) -> int:
        """Prints what every pass ended with, then the sums; the exit code."""
        print("\n══ 结果")
        for check in self.failed_checks:
            print(f"未通过：{check}")
        print("\n".join(self.lines))
        total = self.counts
        print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
        return 1 if self.is_red else 0


if __name__ == "__main__":
    main(*sys.argv[1:])
