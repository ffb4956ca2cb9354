"""A set-up in numbered steps: what is done is skipped, what fails says what to do."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOG = ROOT / ".setup-stamps" / "setup.log"
TAIL_LINES = 15


class Stop(Exception):
    """The set-up cannot go on. The message is Chinese and says what to do."""


@dataclass(frozen=True)
class Step:
    label: str
    is_done: Callable[[], bool]
    do: Callable[[], None]


def run_steps(steps: Iterable[Step]) -> None:
    """Runs what is not done yet, one progress line a step. A Stop ends the process with code 1."""
    steps = list(steps)
    for number, step in enumerate(steps, 1):
        print(f"[{number}/{len(steps)}] {step.label} …… ", end="", flush=True)
        try:
            print(_take(step), flush=True)
        except Stop as stop:
            print(f"失败\n\n{stop}", flush=True)
            sys.exit(1)


def _take(step: Step) -> str:
    if step.is_done():
        return "已就绪"
    started = time.monotonic()
    step.do()
    return f"完成 {time.monotonic() - started:.0f} 秒"


def run(*command: str | Path, what: str, env: dict[str, str] | None = None) -> None:
    """Runs a command with its output in the log; raises Stop with the last lines when it fails."""
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"\n$ {' '.join(map(str, command))}\n")
        log.flush()
        start = log.tell()
        done = subprocess.run(
            [str(part) for part in command], cwd=ROOT, env=os.environ | (env or {}),
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    if done.returncode:
        said = LOG.read_bytes()[start:].decode("utf-8", "replace").strip().splitlines()
        tail = "\n".join(f"  {line}" for line in said[-TAIL_LINES:])
        raise Stop(f"{what}失败（完整输出见 {LOG}）：\n{tail}")


def fingerprint(*paths: Path) -> str:
    """One hash over the content of files, and of all files below folders."""
    digest = hashlib.sha256()
    for path in sorted(f for p in paths for f in (p.rglob("*") if p.is_dir() else [p])):
        if path.is_file():
            digest.update(str(path.relative_to(ROOT)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def is_stamped(stamp: Path, *sources: Path) -> bool:
    """Whether `stamp` was written for exactly this content of `sources`."""
    return stamp.is_file() and stamp.read_text() == fingerprint(*sources)


def write_stamp(stamp: Path, *sources: Path) -> None:
    stamp.write_text(fingerprint(*sources))
