"""The law of the house (README): floors, order of modules, sizes. Breaches are listed by file."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLOORS = (
    *("core", "staff", "reminders", "accounts", "visits", "opportunities", "service"),
    *("valuation", "planning", "crm"),
)  # lowest first
SIBLINGS = ("visits", "opportunities", "service")  # of one floor: none may import another
# Bottom to top; what is not named here (core.htmx, visits.snippets, …) may stand anywhere.
MODULES = ("rules", "models", "actions", "reports", "tasks", "filters", "forms", "views", "urls")
FORBIDDEN = {"services", "selectors", "utils", "helpers", "managers", "mixins", "signals"}
MOST_LINES = 400
NOT_PRODUCT = {"tests", "migrations", "management"}


def sources() -> list[Path]:
    everything = (p.relative_to(ROOT) for app in FLOORS for p in (ROOT / app).rglob("*.py"))
    return sorted(path for path in everything if not NOT_PRODUCT & set(path.parts))


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))))


def imported(path: Path) -> list[tuple[int, str]]:
    """(line, dotted name) of everything that a file imports."""
    found = []
    for node in nodes(path):
        if isinstance(node, ast.ImportFrom):
            found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
    return found


def goes_up(path: Path, name: str) -> bool:
    app, module = path.with_suffix("").parts[:2]
    other_app, other_module = [*name.split("."), ""][:2]
    if other_app not in FLOORS:
        return False
    if other_app != app:
        if app in SIBLINGS and other_app in SIBLINGS:
            return True
        return FLOORS.index(other_app) > FLOORS.index(app)
    # letter_rules ranks with rules: the last word says what a module is.
    module, other_module = module.split("_")[-1], other_module.split("_")[-1]
    ranked = module in MODULES and other_module in MODULES
    return ranked and MODULES.index(other_module) > MODULES.index(module)


def test_imports_only_go_down():
    breaches = [
        f"{path}:{line} {name}"
        for path in sources()
        for line, name in imported(path)
        if goes_up(path, name)
    ]
    assert breaches == []


def test_rules_know_nothing_but_rules():
    ours = (*FLOORS, "django", "celery", "environ", "weasyprint")
    breaches = [
        f"{path}:{line} {name}"
        for path in sources()
        for line, name in imported(path)
        if path.stem.split("_")[-1] == "rules"
        and name.split(".")[0] in ours
        and not re.search(r"[._]rules\.", f"{name}.")
    ]
    assert breaches == []


def test_no_import_hides_in_a_function():
    breaches = [
        f"{path}:{inner.lineno}"
        for path in sources()
        for outer in nodes(path)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert breaches == []


def test_files_are_small_and_named_for_what_they_know():
    lengths = {str(p): len((ROOT / p).read_text(encoding="utf-8").splitlines()) for p in sources()}
    assert {p: n for p, n in lengths.items() if n > MOST_LINES} == {}
    assert [str(path) for path in sources() if path.stem in FORBIDDEN] == []
