"""Groups of customers for tests."""

from accounts.models import Customer
from accounts.tests.factories import make_customer, make_industry


def make_group(sizes, *, manager):
    """[[root], [level 2…], …]: rows of each level hang evenly under the level above."""
    root = make_customer(manager=manager, name="总行", code="G0")
    levels = [[root]]
    for depth, size in enumerate(sizes, start=1):
        above = levels[-1]
        rows = [
            bare_customer(f"G{depth}x{n}", manager, above[n * len(above) // size])
            for n in range(size)
        ]
        Customer.objects.bulk_create(rows, batch_size=500)
        levels.append(list(Customer.objects.filter(code__startswith=f"G{depth}x").order_by("pk")))
    return levels


def bare_customer(code, manager, parent):
    """Not stored yet."""
    return Customer(
        code=code,
        name=f"机构{code}",
        manager=manager,
        branch=manager.branch,
        department=manager.department,
        industry=make_industry(),
        parent=parent,
    )


def wrong_paths():
    """[(stored, right)] of all customers whose path is not what their parents say."""
    parents = dict(Customer.objects.values_list("pk", "parent"))
    found = []
    for pk, stored in Customer.objects.values_list("pk", "tree_path"):
        line, at = [], pk
        while at is not None:
            assert at not in line, f"cycle at {pk}"
            line.append(at)
            at = parents[at]
        right = f"/{'/'.join(map(str, reversed(line)))}/"
        if stored != right:
            found.append((stored, right))
    return found
