"""The measuring itself; `python -m bench.run` prepares the database and then calls this."""

import os
import time

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Customer
from bench.requests import requests
from bench.series import Series
from bench.server import Gunicorn

WARM_UP = 5


class Command(BaseCommand):
    help = "测量页面耗时，与同一次运行中的最简页面比较"

    def add_arguments(self, parser):
        parser.add_argument("--requests", type=int, default=60)
        parser.add_argument("--port", type=int, default=0)
        parser.add_argument("--only", default="")

    def handle(self, *args, **options):
        with Gunicorn(options["port"]) as server:
            all_series = _measure(server, options["requests"], options["only"])
        self._report(all_series, options["requests"])

    def _report(self, all_series: list[Series], count: int) -> None:
        floor = all_series[0].p50
        moment, load = time.strftime("%Y-%m-%d %H:%M"), os.getloadavg()[0]
        customers = Customer.objects.count()
        self.stdout.write(f"{customers:,} customers, {count} requests of each kind, two workers, "
                          f"one client, load {load:.1f}, {moment}")  # fmt: skip
        head = f"{'':34}{'p50 ms':>8}{'p95 ms':>8}{'floor':>7}{'queries':>9}{'kB':>6}  budget"
        self.stdout.write(head + "\n" + "-" * len(head))
        failed = [self._line(series, floor) for series in all_series]
        if any(failed):
            raise CommandError(f"{sum(failed)} of {len(failed)} over budget")

    def _line(self, series: Series, floor: float) -> bool:
        faults = series.faults(floor)
        budget = "; ".join(faults) or ("ok" if series.most else "")
        self.stdout.write(f"{series.name:34}{series.p50:8.1f}{series.p95:8.1f}"
                          f"{series.p50 / floor:6.2f}×{series.queries:9}{series.size / 1000:6.0f}"
                          f"  {budget}")  # fmt: skip
        return bool(faults)


def _measure(server: Gunicorn, count: int, only: str) -> list[Series]:
    """Floor and pages take turns, so that whatever else the machine does falls on all of them."""
    floor, *pages = requests()
    kinds = [floor, *(kind for kind in pages if only in kind[0].name)]
    for number in range(WARM_UP + count):
        for series, make in kinds:
            answer = server.ask(make(number))
            if number >= WARM_UP:
                series.add(*answer)
    return [series for series, _ in kinds]
