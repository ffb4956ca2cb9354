"""Plugin: the longest tests start first, so that no worker ends a run alone with one of them."""

LONGEST = (
    "test_page_cost.py",
    "test_untouched.py",
    "BadQueries",
    "MassAssignment",
    "test_demo.py",
)


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: not any(name in item.nodeid for name in LONGEST))
