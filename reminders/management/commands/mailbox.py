"""A mail server for the demo: takes every message on the loopback and keeps it as a file."""

import itertools
import signal
import threading
import time
from pathlib import Path

from aiosmtpd.controller import Controller
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Keeper:
    """Writes each message under a name that sorts by arrival; a half-written one never shows."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.serial = itertools.count(1)

    async def handle_DATA(self, server, session, envelope):
        name = f"{time.strftime('%Y%m%d-%H%M%S')}-{next(self.serial):04d}.eml"
        partial = self.folder / f".{name}"
        partial.write_bytes(envelope.original_content)
        partial.rename(self.folder / name)
        return "250 OK"


class Command(BaseCommand):
    help = "演示用的本机邮箱：收下所有邮件，存为 .eml 文件"

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, required=True)

    def handle(self, *, port, **options):
        folder = settings.VAR_DIR / "mailbox"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        controller = Controller(Keeper(folder), "127.0.0.1", port)
        try:
            controller.start()
        except OSError as error:
            raise CommandError(f"演示邮箱不能使用端口 {port}：{error}") from error
        stopped = threading.Event()
        for sig in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sig, lambda *_: stopped.set())
        stopped.wait()
        controller.stop()
