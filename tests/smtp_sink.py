"""A loopback SMTP server for tests: keeps what it accepted, and misbehaves when told to."""

import asyncio
import email
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default as modern

from aiosmtpd.controller import Controller

from tests.ports import free_port

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Accepted:
    """One message whose DATA the server has taken, whether or not the 250 reached the client."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    at: float = field(default_factory=time.monotonic)

    @property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.raw, policy=modern)

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])


class SmtpSink:
    """Behaviour is changed while it runs: assign `rcpt_reply`, `data_reply`, `delay`, `on_accept`.

    `rcpt_reply` / `data_reply`: e.g. "451 4.3.0 try later"; empty means accept.
    `delay`: seconds before the answer to DATA. `on_accept(accepted)` runs in the server's thread
    after the message is kept and before the client gets its 250: the place to kill a worker.
    """

    def __init__(self, port: int = 0):
        self.host, self.port = HOST, port or free_port()
        self.rcpt_reply = self.data_reply = ""
        self.delay = 0.0
        self.on_accept: Callable[[Accepted], None] | None = None
        self._accepted: list[Accepted] = []
        self._lock = threading.Lock()
        self._controller: Controller | None = None

    # --- what tests ask -----------------------------------------------------------------------
    @property
    def accepted(self) -> list[Accepted]:
        with self._lock:
            return list(self._accepted)

    def copies(self) -> dict[str, int]:
        """{Message-ID: how many times it was accepted}."""
        counts: dict[str, int] = {}
        for accepted in self.accepted:
            counts[accepted.message_id] = counts.get(accepted.message_id, 0) + 1
        return counts

    def wait_for(self, count: int, timeout: float = 60) -> list[Accepted]:
        """Blocks until `count` messages are here; AssertionError after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while len(self.accepted) < count:
            if time.monotonic() > deadline:
                raise AssertionError(f"{len(self.accepted)} of {count} messages in {timeout} s")
            time.sleep(0.05)
        return self.accepted

    def clear(self) -> None:
        with self._lock:
            self._accepted.clear()

    def env(self) -> dict[str, str]:
        """The settings that make a product send here."""
        return {"EMAIL_HOST": self.host, "EMAIL_PORT": str(self.port)}

    # --- up and down (connection refused while down; the port stays the same) -----------------
    def up(self) -> None:
        if self._controller is None:
            self._controller = Controller(self, self.host, self.port, ready_timeout=10)
            self._controller.start()

    def down(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    # --- aiosmtpd's hooks ---------------------------------------------------------------------
    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.rcpt_reply:
            return self.rcpt_reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.data_reply:
            return self.data_reply
        accepted = Accepted(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.original_content)
        with self._lock:
            self._accepted.append(accepted)
        if self.on_accept:
            self.on_accept(accepted)
        return "250 OK"


@contextmanager
def running_sink(port: int = 0) -> Iterator[SmtpSink]:
    sink = SmtpSink(port)
    sink.up()
    try:
        yield sink
    finally:
        sink.down()
