"""Runs web, worker, beat and the demo mailbox under one supervisor until Ctrl-C.

The processes are the lines of the Procfile. One that ends takes the others with it.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

from honcho.environ import parse_procfile
from honcho.manager import Manager

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from crm.env import or_stop, read_settings  # noqa: E402

PATIENCE_SECONDS = 60
STOPPED_ON_PURPOSE = (0, 130, 143)  # honcho's code for SIGINT and SIGTERM


def main(port: str) -> None:
    environment = environment_for(port)
    processes = parse_procfile((ROOT / "Procfile").read_text()).processes
    if environment["EMAIL_HOST"] != "127.0.0.1" or "MAILBOX_PORT" not in environment:
        processes.pop("mailbox")
    manager = Manager()
    for name, command in processes.items():
        manager.add_process(name, f"exec {command}", env=environment, cwd=str(ROOT), quiet=False)
    # A closed terminal is a Ctrl-C too: nothing may stay behind.
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    threading.Thread(target=watch_parent, args=(Parent(),), daemon=True).start()
    threading.Thread(target=announce, args=(environment,), daemon=True).start()
    manager.loop()
    print("已全部停止。", flush=True)
    sys.exit(0 if manager.returncode in STOPPED_ON_PURPOSE else 1)


def environment_for(port: str) -> dict[str, str]:
    """This process's environment and what the supervised processes need on top."""
    given = or_stop(read_settings)
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PORT": port,
        "EMAIL_HOST": str(given["EMAIL_HOST"]),
        "PYTHONUNBUFFERED": "1",
        # Celery's advice against root; a demo on a fresh machine is often just that.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
    }
    if not os.environ.get("SITE_URL"):
        environment["SITE_URL"] = f"http://127.0.0.1:{port}"
    if not given["EMAIL_HOST"]:
        mailbox = str(free_port())
        environment |= {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": mailbox, "MAILBOX_PORT": mailbox}
    return environment


class Parent:
    """The make that started this. It passes SIGTERM on, but not a SIGINT sent to it alone."""

    def __init__(self):
        self.pid = os.getppid()
        self.catches_at_start = self.catches_interrupt()

    def catches_interrupt(self) -> bool:
        """make handles SIGINT until the first one comes, and only waits from then on."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        caught = int(status.split("SigCgt:")[1].split()[0], 16)
        return bool(caught & 1 << signal.SIGINT - 1)

    def wants_the_end(self) -> bool:
        if os.getppid() != self.pid:
            return True
        return self.catches_at_start and not self.catches_interrupt()


def watch_parent(parent: Parent) -> None:
    """Nothing may go on running when whoever started it has gone or was told to stop."""
    while not parent.wants_the_end():
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def announce(environment: dict[str, str]) -> None:
    """Waits for the first answer, then says where the product is and who may sign in."""
    url = f"http://127.0.0.1:{environment['PORT']}"
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not answers(f"{url}/healthz"):
        if time.monotonic() > deadline:
            print("网页服务没有应答，请查看上面的输出。", flush=True)
            return
        time.sleep(0.2)
    accounts = subprocess.run(
        [sys.executable, "manage.py", "demo", "--accounts"],
        cwd=ROOT, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    lines = [f"\n已启动：{url}（按 Ctrl-C 停止）"]
    if "MAILBOX_PORT" in environment:
        lines.append("提醒邮件存放在 var/mailbox/（演示邮箱，不会发往外部）")
    if accounts.returncode == 0:
        lines.append(accounts.stdout.rstrip())
    print("\n".join(lines) + "\n", flush=True)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


if __name__ == "__main__":
    main(sys.argv[1])
