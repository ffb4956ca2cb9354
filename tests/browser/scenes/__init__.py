"""Places in the demo data by topic: each module has `places_of(places)` (see scene.py)."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules


def add_places(places) -> None:
    for _, name, _ in iter_modules([str(Path(__file__).parent)]):
        import_module(f"{__name__}.{name}").places_of(places)
