"""`make run` before anything is installed: what it says when it cannot go on."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.faults
LACKING = """
import sys; sys.path.insert(0, "scripts")
import system
from steps import Step, run_steps
system.os.geteuid = lambda: 1000  # somebody who is not root
lacking = [system.Package("libfancy-9", lambda: False), system.Package("fontconfig", lambda: True)]
run_steps([
    Step("已有的一步", lambda: True, lambda: None),
    Step("系统组件", lambda: not system.missing(lacking), lambda: system.install(lacking)),
    Step("后面的一步", lambda: False, lambda: print("不应该到这里")),
])
"""


def test_a_taken_port_is_refused_before_anything_is_done():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        command = ["make", "run", f"PORT={port}"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.returncode != 0
    assert f"端口 {port} 已被占用" in done.stderr
    assert "[1/" not in done.stdout


@pytest.mark.parametrize("port", ["80", "70000", "abc"])
def test_a_port_that_cannot_be_is_refused(port):
    command = ["make", "run", f"PORT={port}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.returncode != 0
    assert "不能使用" in done.stderr


def test_without_rights_it_prints_the_exact_line_and_stops():
    done = subprocess.run(
        [sys.executable, "-B", "-c", LACKING], cwd=ROOT, env={"PATH": "/nowhere"},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "[1/3] 已有的一步 …… 已就绪" in done.stdout
    assert "apt-get install -y --no-install-recommends libfancy-9\n" in done.stdout
    assert "fontconfig" not in done.stdout
    assert "不应该到这里" not in done.stdout


def test_a_venv_without_pip_is_made_again(tmp_path):
    """Interrupted between its python and its pip."""
    ask = 'import sys; sys.path.insert(0, "scripts"); import prepare; from pathlib import Path; '
    ask += "print(prepare.has_venv(Path(sys.argv[1])))"
    said = []
    for more in (["--without-pip"], []):
        subprocess.run([sys.executable, "-m", "venv", *more, tmp_path / "v"], check=True)
        command = [sys.executable, "-B", "-c", ask, str(tmp_path / "v")]
        said.append(subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout)
    assert said == ["False\n", "True\n"]


def test_make_help_names_the_commands():
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True).stdout
    assert all(f"make {name} " in said for name in ("run", "test", "lint", "lock", "demo-reset"))
