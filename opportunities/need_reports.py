"""Needs by industry, layer and status (R18)."""

from dataclasses import dataclass, field

from django.db.models import Count, QuerySet

from accounts.models import CustomerNeed

Layer, Status = CustomerNeed.Layer, CustomerNeed.Status
OPEN = (Status.CAPTURED, Status.VALIDATED)
"""Those that may still become an opportunity."""


@dataclass
class Line:
    """One industry: how many needs of each layer, and of each status."""

    industry: int
    name: str
    layers: dict[str, int] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)

    @property
    def cells(self) -> list[tuple[str, str, int]]:
        """(name of the filter, its value, count) in the order of the columns."""
        layers = [("layer", code, self.layers.get(code, 0)) for code in Layer.values]
        return layers + [("status", code, self.statuses.get(code, 0)) for code in Status.values]

    @property
    def total(self) -> int:
        return sum(self.layers.values())


def by_industry(needs: QuerySet[CustomerNeed]) -> list[Line]:
    """The industry with the most needs first. One query whatever their number."""
    by = ("customer__industry", "customer__industry__name", "layer", "status")
    found: dict[int, Line] = {}
    for pk, name, layer, status, count in needs.order_by().values_list(*by).annotate(n=Count("pk")):
        line = found.setdefault(pk, Line(pk, name))
        line.layers[layer] = line.layers.get(layer, 0) + count
        line.statuses[status] = line.statuses.get(status, 0) + count
    return sorted(found.values(), key=lambda line: (-line.total, line.name))
