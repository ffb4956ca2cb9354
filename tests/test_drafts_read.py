"""「已保存」 under a form is true only when the form reads its draft when it is opened again."""

import ast
import re
from functools import cache
from pathlib import Path

from tests.test_house import ROOT, sources

TEMPLATES = ROOT / "templates"
KEPT = re.compile(r'data-draft(?:-key)?="([^"]+)"')
DRAWS = re.compile(r'{% (?:include|extends) "([^"]+)"')
READS = ("drafts.load(", "steps.started(")
DEVICE = "crm/offline.html"
"""A form without a network: what is in it is sent as soon as there is one, static/js/offline.js."""


@cache
def words_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def templates() -> dict[str, str]:
    return {str(path.relative_to(TEMPLATES)): words_of(path) for path in TEMPLATES.rglob("*.html")}


def with_it(name: str) -> set[str]:
    """A template and all that include or extend it."""
    found, new = set(), {name}
    while new:
        found |= new
        new = {one for one, words in templates().items() if found & {*DRAWS.findall(words)}} - found
    return found


def named_in(path: Path) -> list[re.Pattern]:
    """The templates that a module names, also as f"planning/six_step_{code}.html"; what is named
    by nothing but a variable may be any."""
    found = []
    for node in ast.walk(ast.parse(words_of(ROOT / path))):
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        words = [one.value if isinstance(one, ast.Constant) else None for one in parts]
        if not words or not isinstance(words[-1], str) or not words[-1].endswith(".html"):
            continue
        if words[0] and not words[0].endswith("/"):
            pattern = "".join(re.escape(word) if word else "[a-z0-9_]+" for word in words)
            found.append(re.compile(pattern))
    return found


def test_every_form_with_a_draft_is_drawn_by_a_module_that_loads_it():
    kept = [name for name, words in templates().items() if KEPT.search(words) and name != DEVICE]
    views = {path: named_in(path) for path in sources() if "views" in path.parts}
    unread = [
        f"{name} drawn by {path}"
        for name in kept
        for one in with_it(name)
        for path, patterns in views.items()
        if any(pattern.fullmatch(one) for pattern in patterns)
        and not any(read in words_of(ROOT / path) for read in READS)
    ]
    drawn = {
        name
        for name in kept
        for patterns in views.values()
        for pattern in patterns
        if any(pattern.fullmatch(one) for one in with_it(name))
    }
    assert unread == []
    assert set(kept) - drawn == set()
    assert len(kept) > 10  # the names are still found


def test_a_key_is_given_by_the_view_that_reads_it():
    literal = {
        name: key
        for name, words in templates().items()
        for key in KEPT.findall(words)
        if not key.startswith("{{") and name != DEVICE
    }
    assert literal == {}
