"""Makes the database ready. Safe to repeat: a second run changes nothing."""

from pathlib import Path

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from accounts.models import Customer, SearchKey

TOO_OLD = (
    "这个数据库由 2026-11-30 之前的试用版本建立，表结构不能接续升级，未做任何改动。"
    "自带的演示数据库请运行 make demo-reset 重建；其他数据库请换一个空库。"
)


class Command(BaseCommand):
    help = "建立或更新数据库结构；--demo 在还没有客户时载入演示数据"

    def add_arguments(self, parser):
        parser.add_argument("--demo", action="store_true", help="还没有客户时载入演示数据")
        parser.add_argument("--reset", action="store_true", help="先删除自带的 SQLite 数据库")

    def handle(self, *, demo, reset, **options):
        if reset:
            self._reset()
        try:
            self._check_age()
            call_command("migrate", interactive=False, verbosity=0)
        except OperationalError as error:
            raise CommandError(f"无法使用数据库，请检查 DATABASE_URL：{error}") from error
        if connection.vendor == "sqlite":
            # Stays in the file. Several processes that switch at once lock each other out, so it is
            # done here, once, and not when a connection opens.
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA journal_mode=WAL")
        if Customer.objects.exists() and not SearchKey.objects.exists():
            call_command("reindex_search")
        if demo and "demo" in get_commands() and not Customer.objects.exists():
            call_command("demo")
        self.stdout.write("数据库已就绪。")

    def _check_age(self):
        """The first migrations replace older ones and take over only what had them all (ADR 0011);
        of a database that stopped halfway Django would say nothing that helps anybody."""
        applied = MigrationRecorder(connection).applied_migrations()
        loader = MigrationLoader(None)
        for key, migration in loader.disk_migrations.items():
            known = [name in applied for name in migration.replaces]
            if any(known) and not all(known) and key not in applied:
                raise CommandError(TOO_OLD)

    def _reset(self):
        if connection.vendor != "sqlite":
            raise CommandError(
                "只能清空自带的 SQLite 数据库；当前 DATABASE_URL 指向别处，未做任何改动。"
            )
        connection.close()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{connection.settings_dict['NAME']}{suffix}").unlink(missing_ok=True)
