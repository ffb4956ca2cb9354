"""Plugin: how the workers of the browser pass (--dist loadgroup) share the tests.

The tests of one file stay on one worker, for they go on with what the one before has written.
Those of test_accessible.py only look at pages, and would keep one worker busy alone: each goes to
whoever is free.
"""

import pytest

LOOKING_ONLY = "test_accessible.py"


def pytest_itemcollected(item):  # xdist reads the groups before any plugin modifies the collection
    if item.get_closest_marker("browser"):
        share = item.name if item.path.name == LOOKING_ONLY else item.path.stem
        item.add_marker(pytest.mark.xdist_group(share.replace("[", "-").replace("]", "")))
