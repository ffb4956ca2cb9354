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
    threading.Thread(target=announce, args=(environment,), daemon=True).start()
    manager.loop()
    print("已全部停止。", flush=True)
    sys.exit(0 if manager.returncode in (0, -signal.SIGINT, -signal.SIGTERM, None) else 1)


def environment_for(port: str) -> dict[str, str]:
    """This process's environment and what the supervised processes need on top."""
    given = or_stop(read_settings)
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PORT": port,
        "EMAIL_HOST": str(given["EMAIL_HOST"]),
        "PYTHONUNBUFFERED": "1",
    }
    if not os.environ.get("SITE_URL"):
        environment["SITE_URL"] = f"http://127.0.0.1:{port}"
    if not given["EMAIL_HOST"]:
        mailbox = str(free_port())
        environment |= {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": mailbox, "MAILBOX_PORT": mailbox}
    return environment


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
