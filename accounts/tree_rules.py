"""The group tree as one person may see it. Standard library only: no ORM, no settings, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class Member:
    """One customer that the reader may see. `path` is "/12/45/"; `revenue` 元 of the last bill."""

    pk: int
    name: str
    path: str
    grade: str = ""
    manager: str = ""
    revenue: Decimal = Decimal(0)


@dataclass
class Branch:
    """A member and what hangs below it; `count` and `revenue` include the member itself.

    `is_remote`: a customer of somebody else stands between it and the branch above.
    """

    member: Member
    is_remote: bool = False
    children: list["Branch"] = field(default_factory=list)
    count: int = 1
    revenue: Decimal = Decimal(0)

    @property
    def below(self) -> int:
        return self.count - 1


def ids(path: str) -> list[int]:
    """[12, 45] of "/12/45/", from the root down."""
    return [int(part) for part in path.split("/") if part]


def grow(members: Iterable[Member]) -> list[Branch]:
    """The top branches. A member hangs below the nearest one above it that is there too.

    What is not among `members` leaves no trace but `is_remote`: no name, no number, no depth.
    """
    branches = {one.pk: Branch(one, revenue=one.revenue) for one in members}
    tops: list[Branch] = []
    # Deepest first, so that a branch is complete when it is added to the one above.
    order = sorted(
        branches.values(), key=lambda one: (-one.member.path.count("/"), one.member.name)
    )
    for branch in order:
        line = ids(branch.member.path)[:-1]
        above = next((branches[pk] for pk in reversed(line) if pk in branches), None)
        branch.is_remote = bool(line) and (above is None or above.member.pk != line[-1])
        if above is None:
            tops.append(branch)
            continue
        above.children.append(branch)
        above.count += branch.count
        above.revenue += branch.revenue
    _arrange(tops)
    return tops


def _arrange(tops: list[Branch]) -> None:
    """By revenue, then by name; without recursion, for a tree may be deep."""
    waiting = [tops]
    while waiting:
        row = waiting.pop()
        row.sort(key=lambda one: (-one.revenue, one.member.name, one.member.pk))
        waiting.extend(branch.children for branch in row if branch.children)


def find(tops: Iterable[Branch], pk: int) -> Branch | None:
    waiting = list(tops)
    while waiting:
        branch = waiting.pop()
        if branch.member.pk == pk:
            return branch
        waiting.extend(branch.children)
    return None


def lead(tops: list[Branch], wanted: set[int]) -> None:
    """Put the branches of `wanted` first among their siblings, so that a long level shows them."""
    waiting = [tops]
    while waiting:
        row = waiting.pop()
        row.sort(key=lambda one: one.member.pk not in wanted)
        waiting += [one.children for one in row if one.member.pk in wanted]


def is_below(path: str, own: str) -> bool:
    """Whether the row of `path` is the row of `own` or hangs below it: no place for `own`."""
    return bool(own) and path.startswith(own)
