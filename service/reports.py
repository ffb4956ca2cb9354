"""Unmet demand by service and area (R15): what the product department should open next."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min, Q

from core.rules import local_date
from service.models import ServiceWatch

GRADES = ("A", "B", "C", "D")
HEADER = ["业务", "区域", "等待的客户", "A 级", "B 级", "C 级", "D 级", "未评级",
          "最早登记", "预计开办"]  # fmt: skip


@dataclass(frozen=True)
class Unmet:
    """One service in one area: `grades` are the numbers of customers A to D and without grade."""

    availability_id: int
    item_id: int
    service: str
    area: str
    customers: int
    grades: tuple[int, ...]
    since: date
    expected_on: date | None

    def cells(self) -> list:
        return [self.service, self.area, self.customers, *self.grades, self.since, self.expected_on]


def unmet(user) -> list[Unmet]:
    """Who still waits, of the customers that `user` sees; most wanted first. One query.

    A customer waits for a service in an area once at a time, so watches are customers.
    """
    counts = {f"n_{g}": Count("pk", Q(customer__grade=g)) for g in GRADES}
    rows = (
        ServiceWatch.objects.visible_to(user)
        .watching()
        .order_by()
        .values(
            "availability", "availability__item", "availability__item__name",
            "availability__area", "availability__expected_on",
        )
        .annotate(n=Count("pk"), since=Min("registered_at"), **counts)
    )  # fmt: skip
    found = [_line(row) for row in rows]
    return sorted(found, key=lambda line: (-line.customers, line.service, line.area))


def _line(row: dict) -> Unmet:
    grades = [row[f"n_{grade}"] for grade in GRADES]
    return Unmet(
        availability_id=row["availability"],
        item_id=row["availability__item"],
        service=row["availability__item__name"],
        area=row["availability__area"],
        customers=row["n"],
        grades=(*grades, row["n"] - sum(grades)),
        since=local_date(row["since"]),
        expected_on=row["availability__expected_on"],
    )
