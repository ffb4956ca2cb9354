"""Databases of products under test: made once for each state of the code, then copied.

`bootstrap` on nothing takes a while, and every product of a fault test
paid for it; the demo data takes as long again. What is copied was made by the product's own
commands. On nothing they still run in tests/test_product.py (SQLite) and in
tests/faults/test_outages.py (PostgreSQL).
"""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from tests.copies import MIGRATED, READY, ROOT, alone, fingerprint, of_migrations

SUFFIXES = {".py", ".csv", ".json", ".html", ".txt"}
KEPT = ("crm.sqlite3", "files")  # of a product's VAR_DIR: rows, and the files that they name


def state() -> str:
    """Of all that could have a part in the rows: the apps without their tests, the letters."""
    folders = [ROOT / "crm", ROOT / "templates", *(p.parent for p in ROOT.glob("*/migrations"))]
    found = [p for folder in folders for p in folder.rglob("*.*") if p.suffix in SUFFIXES]
    ours = [p for p in found if "tests" not in p.relative_to(ROOT).parts]
    return fingerprint([*ours, ROOT / "requirements.txt"])


def put(var_dir: Path, *, demo: bool, make: Callable[[Path], None]) -> None:
    """A SQLite product's rows and files in `var_dir`; `make(folder)` bootstraps one there."""
    # The demo is told from the moment of loading: an hour later it is another one.
    kind = "demo" if demo else "empty"
    moment = f"-{datetime.now():%Y%m%d%H}" if demo else ""
    kept = READY / f"{kind}-{state()}{moment}"
    with alone(READY):
        if not kept.exists():
            _make(kept, kind, make)
        for name in KEPT:
            source = kept / name
            if source.is_dir():
                shutil.copytree(source, var_dir / name, dirs_exist_ok=True)
            elif source.exists():
                shutil.copyfile(source, var_dir / name)


def _make(kept: Path, kind: str, make: Callable[[Path], None]) -> None:
    for old in READY.glob(f"{kind}-*"):
        shutil.rmtree(old)
    part = READY / f"{kind}-part"
    part.mkdir()
    copy = MIGRATED / f"{of_migrations()}.sqlite3"
    if copy.exists():  # then `bootstrap` finds nothing left to migrate
        shutil.copyfile(copy, part / "crm.sqlite3")
    make(part)
    part.rename(kept)
