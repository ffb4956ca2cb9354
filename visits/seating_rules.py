"""Who sits where at a meeting (R40). Standard library only.

Guests face the door, hosts sit with their back to it. On either side the most senior sits in the
middle, the second at the right hand of the first, the third at the left hand, and so on outwards.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

GUESTS, HOSTS = "guests", "hosts"
MOST = 12
"""As many as a side of the table is drawn for."""

RANKS = (
    (1, "单位主要领导"),
    (2, "单位分管领导"),
    (3, "部门正职"),
    (4, "部门副职"),
    (5, "主管、经理"),
    (6, "其他人员"),
)
"""From the highest. People of one rank keep the order in which they were named."""
LOWEST = RANKS[-1][0]

CHIEFS = "董事长 总经理 行长 局长 院长 校长 市长 书记 总裁 台长 馆长 厂长".split()
HEADS = "主任 处长 科长 部长 部门经理 总监 所长 队长".split()
STAFF = "经理 主管 工程师".split()


@dataclass(frozen=True)
class Guest:
    """Somebody at the table. `rank`: 1 is the highest (RANKS)."""

    name: str
    rank: int = LOWEST


@dataclass(frozen=True)
class Seat:
    """`number` counts from the most senior; `place`: 0 the middle, -1 the next to the left in
    the picture (guests above, hosts below), 1 the next to the right."""

    number: int
    place: int
    person: Guest
    words: str


def by_rank(people: Iterable[Guest]) -> list[Guest]:
    """The most senior first; equals as they were named."""
    return sorted(people, key=lambda person: person.rank)


def hand(number: int) -> int:
    """0 for the first, then 1 (right), -1 (left), 2, -2 … as the first of that side sees it."""
    step = number // 2
    return step if number % 2 == 0 else -step


def seats(people: Iterable[Guest], side: str) -> list[Seat]:
    """The seats of one side, from the most senior on: centre, right, left, right …

    Guests look down the picture: their right hand is on its left.
    """
    turn = -1 if side == GUESTS else 1
    return [
        Seat(number, turn * hand(number), person, _words(number))
        for number, person in enumerate(by_rank(people), 1)
    ]


def as_drawn(row: Sequence[Seat]) -> list[Seat]:
    """The same seats from left to right in the picture."""
    return sorted(row, key=lambda seat: seat.place)


def _words(number: int) -> str:
    offset = hand(number)
    if offset == 0:
        return "居中"
    return f"主座{'右' if offset > 0 else '左'}手第 {abs(offset)} 位"


def rank_of(title: str) -> int:
    """A first guess from a title like 「副局长」; the reader may choose another."""
    is_deputy = "副" in title or "助理" in title
    if any(word in title for word in CHIEFS) and "客户经理" not in title:
        return 2 if is_deputy else 1
    if any(word in title for word in HEADS):
        return 4 if is_deputy else 3
    return 5 if any(word in title for word in STAFF) else LOWEST
