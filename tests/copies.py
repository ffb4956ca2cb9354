"""Where databases are kept that tests copy instead of making them; see migrated.py and ready.py."""

import fcntl
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MIGRATED = ROOT / ".pytest_cache" / "migrated"
READY = ROOT / ".pytest_cache" / "ready"
PREFIX = "crm_migrated_"  # of the templates on a PostgreSQL server


def fingerprint(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def of_migrations() -> str:
    return fingerprint([*ROOT.glob("*/migrations/*.py"), ROOT / "requirements.txt"])


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One worker makes, the others wait for its copy."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
