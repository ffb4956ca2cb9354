"""What Debian or Ubuntu has to bring: libraries, a Chinese font, programs."""

import ctypes
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from steps import Stop, run


@dataclass(frozen=True)
class Package:
    """A Debian package, and how to see without a network that what it brings is here."""

    name: str
    is_here: Callable[[], bool]


def _library(name: str) -> Callable[[], bool]:
    def loads() -> bool:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
        return True

    return loads


def _program(*names: str) -> Callable[[], bool]:
    return lambda: any(map(shutil.which, names))


def _font(pattern: str) -> Callable[[], bool]:
    def listed() -> bool:
        if not shutil.which("fc-list"):
            return False
        found = subprocess.run(["fc-list", pattern], capture_output=True, text=True)
        return bool(found.stdout.strip())

    return listed


def _venv_works() -> bool:
    return all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))


def _postgres_is_here() -> bool:
    return any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


TO_RUN = (
    Package("libpango-1.0-0", _library("libpango-1.0.so.0")),
    Package("libpangoft2-1.0-0", _library("libpangoft2-1.0.so.0")),
    # Without it WeasyPrint cuts fonts in Python: fourteen seconds for a letter instead of one.
    Package("libharfbuzz-subset0", _library("libharfbuzz-subset.so.0")),
    Package("fontconfig", _program("fc-list")),
    # The sans and the serif face: without them letters print boxes, and no error says so.
    Package("fonts-noto-cjk", lambda: all(map(lambda f: _font(f)(), NOTO))),
    Package("python3-venv", _venv_works),
)
NOTO = ("Noto Sans CJK SC", "Noto Serif CJK SC")
TO_TEST = (
    Package("chromium", _program("chromium", "chromium-browser")),
    Package("poppler-utils", _program("pdftotext")),
)
SERVERS = (
    Package("postgresql", _postgres_is_here),
    Package("redis-server", _program("redis-server")),
)


def missing(packages: Iterable[Package]) -> list[str]:
    return [package.name for package in packages if not package.is_here()]


def install(packages: Iterable[Package]) -> None:
    """apt-get as root or with sudo; raises Stop with the exact line when neither is possible."""
    names = missing(packages)
    prefix = _privilege()
    if prefix is None or not shutil.which("apt-get"):
        line = f"apt-get install -y --no-install-recommends {' '.join(names)}"
        raise Stop(
            f"缺少系统组件：{'、'.join(names)}。请以管理员身份执行下面一行，然后重新运行：\n\n"
            f"  sudo apt-get update && sudo {line}"
        )
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run(*prefix, "apt-get", "update", what="更新软件源", env=quiet)
    command = [*prefix, "apt-get", "install", "-y", "--no-install-recommends", *names]
    run(*command, what="安装系统组件", env=quiet)
    if still := missing(packages):
        raise Stop(f"已安装，但仍找不到：{'、'.join(still)}。")


def _privilege() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    asked = ["sudo", "-n", "true"]
    if shutil.which("sudo") and subprocess.run(asked, capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None
