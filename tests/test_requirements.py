"""What the product imports is named in requirements.in, not there by some other package's grace."""

import re
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.test_house import ROOT, imported, sources

# Pillow is WeasyPrint's own hard dependency and is pinned with it in requirements.txt.
BY_GRACE = {"pillow"}


def named() -> set[str]:
    lines = Path(ROOT, "requirements.in").read_text(encoding="utf-8").splitlines()
    return {re.split(r"[\[=]", line)[0].lower() for line in lines if "==" in line} | BY_GRACE


def test_every_package_that_is_imported_is_named():
    owners = packages_distributions()
    top = {name.split(".")[0] for path in sources() for _, name in imported(path)}
    distributions = {name: {o.lower() for o in owners[name]} for name in top if name in owners}
    assert {name: own for name, own in distributions.items() if not own & named()} == {}
