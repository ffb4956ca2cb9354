"""Answers to one kind of request: their times, and whether they keep within the budget."""

import statistics
from dataclasses import dataclass, field


@dataclass
class Series:
    """The answers to one kind of request. `most` is the budget as a multiple of the floor."""

    name: str
    most: float = 0.0
    most_ms: float = 0.0
    most_queries: int = 0
    times: list[float] = field(default_factory=list)
    queries: int = 0
    size: int = 0

    def add(self, milliseconds: float, queries: int, size: int) -> None:
        self.times.append(milliseconds)
        self.queries, self.size = max(self.queries, queries), max(self.size, size)

    @property
    def p50(self) -> float:
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.times, n=20, method="inclusive")[-1]

    def faults(self, floor: float) -> list[str]:
        found = []
        if self.most and self.p50 > self.most * floor:
            found.append(f"p50 above {self.most:g}× floor")
        if self.most_ms and self.p95 > self.most_ms:
            found.append(f"p95 above {self.most_ms:g} ms")
        if self.most_queries and self.queries > self.most_queries:
            found.append(f"more than {self.most_queries} queries")
        return found
