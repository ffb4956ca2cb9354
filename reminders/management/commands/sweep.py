"""The sweep without Celery: once from cron, or as a loop under a supervisor."""

import logging
import signal
import time

from django.core.management.base import BaseCommand
from django.db import close_old_connections, connection

from reminders.actions.delivering import LEASE_SECONDS
from reminders.actions.sweeping import BUDGET_SECONDS, sweep

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "巡检时限并发送提醒；--loop 表示一直运行，收到 SIGTERM 后发完手上的一封再退出。"

    # A worker needs no URLs; the web process and `make run` check the whole product.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--loop", action="store_true", help="一直运行")
        parser.add_argument("--interval", type=float, default=60, help="两次巡检之间的秒数")
        parser.add_argument("--lease-seconds", type=float, default=LEASE_SECONDS, help="租约秒数")

    def handle(self, *args, **options):
        self.is_stopping = False
        if not options["loop"]:
            run = self._sweep(options)
            self.stdout.write(f"检查 {run.looked} 项，发送 {run.sent} 封，错误 {run.errors} 个。")
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while not self.is_stopping:
            self._sweep_through_outage(options)
            self._wait(options["interval"])

    def _stop(self, *_):
        self.is_stopping = True

    def _sweep(self, options):
        return sweep(
            budget_seconds=BUDGET_SECONDS,
            lease_seconds=options["lease_seconds"],
            is_stopping=lambda: self.is_stopping,
        )

    def _sweep_through_outage(self, options):
        """The database may crash and come back: the loop stays, and so do the rows."""
        close_old_connections()
        try:
            self._sweep(options)
        except Exception:
            log.exception("this sweep failed; the next one looks at the same rows")
            connection.close()

    def _wait(self, seconds):
        until = time.monotonic() + seconds
        while not self.is_stopping and time.monotonic() < until:
            time.sleep(min(0.2, seconds))
