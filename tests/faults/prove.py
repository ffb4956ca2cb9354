"""Proves that the proof works: breaks the product three ways and demands red each time.

    python -m tests.faults.prove

Each fault is made in a copy of the tree; the working tree is never touched.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = (".git", ".venv", "node_modules", "var", "__pycache__", ".ci", "screenshots")
DELIVERING = "reminders/actions/delivering.py"
CLAIM = "reminders/tests/test_claim.py::test_two_workers_that_saw_the_same_rows_do_not_both_win"
ONCE = "reminders/tests/test_materialise.py::test_looking_again_from_the_start_tells_nobody_twice"
KILL = "tests/faults/test_kill.py::test_a_kill_at_an_exact_point_costs_what_it_must"


@dataclass(frozen=True)
class Fault:
    """`edits`: (file, text, replacement). `test` must pass without them and fail with them."""

    name: str
    edits: tuple[tuple[str, str, str], ...]
    test: str


MIGRATION = "reminders/migrations/0001_schema.py"
CONSTRAINT = (
    "'constraints': [models.UniqueConstraint(fields=('obligation', 'stage', 'channel', "
    "'recipient'), name='reminders_reminder_once')],"
)
SEND, MARK = "        mailer.send(message)\n", "        mark_sent(delivery, reminders)\n"

FAULTS = (
    Fault(
        "the claim without its predicate",
        ((DELIVERING, "chosen.claimable(now).update(", "chosen.update("),),
        CLAIM,
    ),
    Fault(
        "the ledger without its unique constraint",
        ((MIGRATION, CONSTRAINT, ""),),
        ONCE,
    ),
    Fault(
        "mark, then send",
        ((DELIVERING, SEND + MARK, MARK + SEND),),
        f"{KILL}[sqlite-claimed-0]",
    ),
)


def red_or_green(tree: Path, tests: list[str]) -> tuple[int, str]:
    """pytest's exit code (0 green, 1 red; anything else is no answer) and what it printed."""
    inherited = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "VAR_DIR")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests],
        cwd=tree,
        env=inherited | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode in (0, 1), done.stdout[-3000:] + done.stderr[-2000:]
    return done.returncode, done.stdout


def copy_of_the_tree(folder: Path) -> Path:
    tree = folder / "tree"
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*LEFT_OUT))
    (tree / "node_modules").symlink_to(ROOT / "node_modules")
    return tree


def break_it(tree: Path, fault: Fault) -> None:
    for name, text, replacement in fault.edits:
        path = tree / name
        source = path.read_text(encoding="utf-8")
        assert source.count(text) == 1, f"{fault.name}: {name} no longer reads as expected"
        path.write_text(source.replace(text, replacement), encoding="utf-8")


def mend_it(tree: Path, fault: Fault) -> None:
    for name, *_ in fault.edits:
        shutil.copy(ROOT / name, tree / name)


def prove(say=print) -> None:
    """AssertionError when a test is not green before, or not red after a fault."""
    with tempfile.TemporaryDirectory(prefix="crm-prove-") as folder:
        tree = copy_of_the_tree(Path(folder))
        code, output = red_or_green(tree, [fault.test for fault in FAULTS])
        assert code == 0, f"not green to begin with: {output[-3000:]}"
        say("green as it is")
        for fault in FAULTS:
            break_it(tree, fault)
            code, output = red_or_green(tree, [fault.test])
            assert code == 1 and " failed" in output, f"still green: {fault.name}: {output[-2000:]}"
            say(f"red: {fault.name}")
            mend_it(tree, fault)


if __name__ == "__main__":
    prove()
