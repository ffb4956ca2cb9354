"""A mail server that is fast enough to be no bottleneck, and as bad as a test wants it.

Hand-written because aiosmtpd costs more processor time for a message than the sweep itself. Every
line the client sends passes `on_line(verb)` first: the place to kill a worker at an exact point.
"""

import asyncio
import email
import threading
from collections import Counter
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import default as modern

from tests.ports import free_port

HOST = "127.0.0.1"


class FastSink:
    """`replies` overrides answers, e.g. {"RCPT": "451 later"}; `silent` never answers DATA."""

    def __init__(self):
        self.port = free_port()
        self.replies: dict[str, str] = {}
        self.silent = False
        self.wants_login = False
        self.delay = 0.0  # seconds before the answer to a message
        self.on_line: Callable[[str], None] = lambda verb: None
        self.on_message: Callable[[bytes], None] = lambda raw: None
        self.raw: list[bytes] = []
        self.connections = 0
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def up(self) -> "FastSink":
        async def listen():
            make = lambda: _Conversation(self)  # noqa: E731
            self._server = await self._loop.create_server(make, HOST, self.port)

        asyncio.run_coroutine_threadsafe(listen(), self._loop).result(10)
        return self

    def down(self) -> None:
        """Connections are refused from now on; the port stays reserved by nobody."""

        async def close():
            self._server.close()

        if self._server:
            asyncio.run_coroutine_threadsafe(close(), self._loop).result(10)
            self._server = None

    def stop(self) -> None:
        self.down()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def env(self) -> dict[str, str]:
        return {"EMAIL_HOST": HOST, "EMAIL_PORT": str(self.port)}

    def messages(self) -> list[EmailMessage]:
        return [email.message_from_bytes(raw, policy=modern) for raw in list(self.raw)]

    def copies(self) -> Counter:
        """How often each Message-ID was accepted. Cheap: the header is found, not parsed."""
        return Counter(_message_id(raw) for raw in list(self.raw))


def _message_id(raw: bytes) -> str:
    start = raw.index(b"Message-ID:") + len(b"Message-ID:")
    return raw[start : raw.index(b"\r\n", start)].decode().strip()


class _Conversation(asyncio.Protocol):
    def __init__(self, sink: FastSink):
        self.sink = sink
        self.buffer = b""
        self.in_data = False

    def connection_made(self, transport):
        self.transport = transport
        self.sink.connections += 1
        self._say(self.sink.replies.get("CONNECT", "220 sink"))

    def data_received(self, data):
        self.buffer += data
        while True:
            end = b"\r\n.\r\n" if self.in_data else b"\r\n"
            chunk, found, rest = self.buffer.partition(end)
            if not found:
                return
            self.buffer = rest
            if self.in_data:
                self._message(chunk)
            else:
                self._line(chunk.decode())

    def _line(self, line: str) -> None:
        verb = line.split(" ", 1)[0].upper()
        self.sink.on_line(verb)
        default = {"DATA": "354 go on", "QUIT": "221 bye", "AUTH": "235 welcome"}
        if verb == "EHLO":
            more = "250-AUTH PLAIN LOGIN\r\n" if self.sink.wants_login else ""
            self._say(f"250-sink\r\n{more}250 8BITMIME")
            return
        answer = self.sink.replies.get(verb, default.get(verb, "250 ok"))
        self.in_data = verb == "DATA" and answer.startswith("354")
        self._say(answer)
        if verb == "QUIT":
            self.transport.close()

    def _message(self, raw: bytes) -> None:
        self.in_data = False
        answer = self.sink.replies.get("MESSAGE", "250 kept")
        if answer.startswith("250") and not self.sink.silent:
            self.sink.raw.append(raw)
            self.sink.on_message(raw)
        if self.sink.silent:
            return
        if self.sink.delay:
            asyncio.get_running_loop().call_later(self.sink.delay, self._say, answer)
        else:
            self._say(answer)

    def _say(self, text: str) -> None:
        self.transport.write(text.encode() + b"\r\n")
