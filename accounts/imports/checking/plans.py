"""The verdict on one row, and what all kinds ask alike: which customers, what differs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import models

from accounts.actions.revisions import Difference, differences
from accounts.imports import cells
from accounts.imports.columns import Fault, Line
from accounts.imports.kinds import Kind
from accounts.models import Customer
from staff.models import User

NO_CUSTOMER = "没有这个客户，或者不在您的范围内。"
"""One sentence for both: a code must not tell whether somebody else has it."""


class Verdict(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    BAD = "bad"


@dataclass
class Plan:
    """What one line would do. `row`: the stored row, or the new one not yet saved."""

    line: Line
    verdict: Verdict
    row: Any = None
    customer: Customer | None = None
    values: dict[str, Any] = field(default_factory=dict)  # what is written
    found: list[Difference] = field(default_factory=list)
    lines: dict[str, Any] = field(default_factory=dict)  # of a bill: all of them, when any differs

    @property
    def writes(self) -> bool:
        return self.verdict in (Verdict.CREATED, Verdict.UPDATED)


@dataclass
class Request:
    """A batch of lines of one kind, on behalf of `user`; `lock` when it will be written."""

    kind: Kind
    lines: list[Line]
    user: User
    lock: bool = False

    def locked(self, rows: models.QuerySet) -> models.QuerySet:
        return rows.select_for_update(of=("self",)).order_by("pk") if self.lock else rows

    def column(self, name: str) -> set[Any]:
        return {line.values[name] for line in self.lines if name in line.values}

    def customers(self) -> dict[str, Customer]:
        """{code: customer} of the codes in the lines, in scope only."""
        mine = Customer.objects.visible_to(self.user)
        found = mine.filter(code__in=self.column("customer_code"))
        return {customer.code: customer for customer in found.order_by("pk")}

    def customer_of(self, line: Line, known: Mapping[str, Customer]) -> Customer | None:
        code = line.values.get("customer_code")
        if code and code not in known:
            self.blame(line, "customer_code", NO_CUSTOMER)
        return known.get(code) if code else None

    def blame(self, line: Line, name: str, message: str) -> None:
        """Name the fault of a cell by its field; once for each cell."""
        label = self.kind.label_of(name)
        if any(fault.column == label for fault in line.faults):
            return
        places = [c.field for c in self.kind.columns]
        value = line.values.get(name, "") if name in places else ""
        line.faults.append(Fault(line.number, label, cells.shown(_printed(value)), message))

    def demand(self, line: Line) -> None:
        """What a new row cannot be without."""
        for name in self.kind.needed:
            if name not in line.values:
                self.blame(line, name, f"新{self.kind.label.removeprefix('月')}必须填写。")


def judged(line: Line, *, stored, model, customer, values: Mapping, **more) -> Plan:
    """The plan for a line without faults; `stored` is None for a new row."""
    if line.faults:
        return Plan(line, Verdict.BAD)
    if stored is not None and stored is not customer:
        stored.customer = customer  # its text names the customer: not a query for each
    found = differences(stored, values, of=model)
    written = {one.field: values[one.field] for one in found}
    if stored is None:
        row = model(**values) if model is Customer else model(customer=customer, **values)
        return Plan(line, Verdict.CREATED, row, customer, dict(values), found, **more)
    verdict = Verdict.UPDATED if found else Verdict.UNCHANGED
    return Plan(line, verdict, stored, customer, written, found, **more)


def only(values: Mapping, names: Iterable[str]) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}


def _printed(value):
    return value if isinstance(value, cells.Cell) else str(value)
