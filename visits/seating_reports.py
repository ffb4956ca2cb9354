"""The picture of a meeting table: who sits where (R40)."""

from dataclasses import dataclass

from staff.models import User
from visits import seating_rules
from visits.models import Visit

SIDES = {seating_rules.GUESTS: "客人（面对门）", seating_rules.HOSTS: "我方（背对门）"}
SEAT_WIDTH, SEAT_HEIGHT, GAP = 112, 46, 10
TABLE_HEIGHT, DOOR = 64, 34


@dataclass(frozen=True)
class DrawnSeat:
    """A seat with its place in the picture (units of the picture)."""

    seat: seating_rules.Seat
    x: float
    y: float

    @property
    def middle(self) -> float:
        return self.x + SEAT_WIDTH / 2

    @property
    def name_y(self) -> float:
        return self.y + 20

    @property
    def words_y(self) -> float:
        return self.y + 37


@dataclass(frozen=True)
class Table:
    """The picture of a table: guests above, hosts below, the door at the bottom."""

    seats: list[DrawnSeat]
    orders: list[tuple[str, list[seating_rules.Seat]]]
    width: float
    height: float
    table_y: float
    seat_width: int = SEAT_WIDTH
    seat_height: int = SEAT_HEIGHT
    table_height: int = TABLE_HEIGHT

    @property
    def centre(self) -> float:
        return self.width / 2

    @property
    def table_width(self) -> float:
        return self.width - 2 * GAP

    @property
    def table_middle(self) -> float:
        return self.table_y + TABLE_HEIGHT / 2 + 5

    @property
    def door_x(self) -> float:
        return self.centre - 40

    @property
    def door_y(self) -> float:
        return self.height - DOOR + 8

    @property
    def door_text_y(self) -> float:
        return self.height - 8


def table(sides: dict[str, list[seating_rules.Guest]]) -> Table:
    """Where everybody sits (R40): the most senior in the middle, on either side."""
    rows = {side: seating_rules.seats(people, side) for side, people in sides.items()}
    reach = max(abs(seat.place) for row in rows.values() for seat in row)
    width = (2 * reach + 1) * (SEAT_WIDTH + GAP) + GAP
    table_y = GAP + SEAT_HEIGHT + GAP
    tops = {seating_rules.GUESTS: GAP, seating_rules.HOSTS: table_y + TABLE_HEIGHT + GAP}
    drawn = [
        DrawnSeat(seat, width / 2 + seat.place * (SEAT_WIDTH + GAP) - SEAT_WIDTH / 2, tops[side])
        for side, row in rows.items()
        for seat in seating_rules.as_drawn(row)
    ]
    height = tops[seating_rules.HOSTS] + SEAT_HEIGHT + GAP + DOOR
    orders = [(SIDES[side], row) for side, row in rows.items()]
    return Table(drawn, orders, width, height, table_y)


def people_at(visit: Visit) -> dict[str, list[seating_rules.Guest]]:
    """Both sides of a visit with a first guess of their ranks, the visit's owner included."""
    rank_of, most = seating_rules.rank_of, seating_rules.MOST
    guests = [seating_rules.Guest(c.name, rank_of(c.title)) for c in visit.contacts.all()[:most]]
    colleagues = [p.user for p in visit.participants.select_related("user")[: most - 1]]
    hosts = [_host(user) for user in (visit.owner, *colleagues)]
    return {seating_rules.GUESTS: guests, seating_rules.HOSTS: hosts}


RANK_OF_ROLE = {User.Role.BRANCH_DIRECTOR: 1, User.Role.DEPT_HEAD: 3}


def _host(user: User) -> seating_rules.Guest:
    known = seating_rules.rank_of(user.title) if user.title else seating_rules.LOWEST - 1
    return seating_rules.Guest(user.name, RANK_OF_ROLE.get(user.role, known))
