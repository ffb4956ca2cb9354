"""A wrong or missing setting stops every entry point with one sentence that a person can act on."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crm.env import SCHEMA

ROOT = Path(__file__).resolve().parent.parent
GOOD_SECRET = "SECRET_KEY=" + "0123456789" * 6
ENTRIES = {
    "manage.py": ["manage.py", "check"],
    "gunicorn": ["-m", "gunicorn", "crm.wsgi", "--preload", "--bind", "127.0.0.1:0"],
    "celery": ["-m", "celery", "-A", "crm", "beat"],
    "make run": ["scripts/serve.py", "8000"],
}
WRONG = {
    "": "SECRET_KEY",
    "SECRET_KEY=short": "SECRET_KEY",
    f"{GOOD_SECRET}\nDEBUG=perhaps": "DEBUG",
    f"{GOOD_SECRET}\nEMAIL_PORT=twenty-five": "EMAIL_PORT",
    f"{GOOD_SECRET}\nEMAIL_PORT=99999": "EMAIL_PORT",
    f"{GOOD_SECRET}\nSWEEP_SECONDS=0": "SWEEP_SECONDS",
    f"{GOOD_SECRET}\nDATABASE_URL=mysql://root@localhost/crm": "DATABASE_URL",
    f"{GOOD_SECRET}\nREDIS_URL=localhost:6379": "REDIS_URL",
    f"{GOOD_SECRET}\nSITE_URL=crm.example.com": "SITE_URL",
    f"{GOOD_SECRET}\nVAR_DIR=/proc/nowhere": "VAR_DIR",
    f"{GOOD_SECRET}\nEMAIL_HSOT=mail": "EMAIL_HSOT",
}
real_processes = pytest.mark.faults  # once is enough: no database is asked


def start(tmp_path, content, entry="manage.py"):
    """The finished process of one entry point under an .env with `content` and nothing else."""
    env_file = tmp_path / "env"
    env_file.write_text(content, encoding="utf-8")
    kept = {k: v for k, v in os.environ.items() if k not in SCHEMA}
    kept |= {"CRM_ENV_FILE": str(env_file), "DJANGO_SETTINGS_MODULE": "crm.settings"}
    if "VAR_DIR" not in content:
        kept["VAR_DIR"] = str(tmp_path / "var")
    command = [sys.executable, *ENTRIES[entry]]
    return subprocess.run(command, cwd=ROOT, env=kept, capture_output=True, text=True, timeout=60)


def test_the_example_lists_exactly_the_settings():
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    names = [line.split("=", 1)[0] for line in lines if line and not line.startswith("#")]
    assert sorted(names) == sorted(SCHEMA)


def test_every_setting_in_the_example_stands_under_a_comment():
    blocks = (ROOT / ".env.example").read_text(encoding="utf-8").split("\n\n")
    assert all(block.lstrip().startswith("#") for block in blocks)


@real_processes
@pytest.mark.parametrize(("content", "name"), WRONG.items())
def test_a_bad_setting_stops_the_start_and_is_named(tmp_path, content, name):
    done = start(tmp_path, content)
    assert done.returncode == 2
    assert name in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stderr.startswith("无法启动：")


@real_processes
@pytest.mark.parametrize("entry", ENTRIES)
def test_no_entry_point_answers_with_a_traceback(tmp_path, entry):
    done = start(tmp_path, "SECRET_KEY=short", entry)
    assert done.returncode == 2
    assert "SECRET_KEY" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


@real_processes
def test_the_example_with_a_key_is_good(tmp_path):
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    done = start(tmp_path, example.replace("SECRET_KEY=", GOOD_SECRET, 1))
    assert done.returncode == 0, done.stderr
