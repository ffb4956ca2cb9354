"""Makes the database ready. Safe to repeat: a second run changes nothing."""

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection


class Command(BaseCommand):
    help = "建立或更新数据库结构"

    def handle(self, *args, **options):
        call_command("migrate", interactive=False, verbosity=0)
        if connection.vendor == "sqlite":
            # Stays in the file. Several processes that switch at once lock each other out, so it is
            # done here, once, and not when a connection opens.
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA journal_mode=WAL")
        self.stdout.write("数据库已就绪。")
