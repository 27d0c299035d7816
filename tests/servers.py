"""Small servers that answer badly: silent, breaking off, endless, HTML in the place of JSON."""

from __future__ import annotations

import itertools
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LONGEST_REQUEST = 1_000_000
PAGE = b"<!doctype html><title>Maintenance</title><h1>Back soon</h1>"

Reply = Callable[[socket.socket, bytes], None]


@dataclass
class Server:
    """Where it listens, and the requests that came, head and body."""

    url: str
    came: list[bytes] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        """The paths asked for, in order."""
        return [request.split(b" ", 2)[1].decode() for request in self.came]


def message(status: int, body: bytes, content_type: str = "application/json", *headers: str) -> bytes:
    """An answer as it goes over the wire."""
    head = [f"HTTP/1.1 {status} Whatever", f"content-type: {content_type}", f"content-length: {len(body)}", "connection: close", *headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def answering(status: int = 200, body: object = None, content_type: str = "application/json", *headers: str) -> Reply:
    """Answer every request alike; what is no text or bytes is sent as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda connection, _: connection.sendall(message(status, raw, content_type, *headers))


def html(connection: socket.socket, _: bytes) -> None:
    """A page, with the status of success."""
    connection.sendall(message(200, PAGE, "text/html"))


def broken_json(connection: socket.socket, _: bytes) -> None:
    """Says JSON and breaks off in the middle of it."""
    connection.sendall(message(200, b'{"data": {"occupations": [{"id": 1,'))


def hangs_up(connection: socket.socket, _: bytes) -> None:
    """Read the request and close, without an answer."""


def breaks_off(connection: socket.socket, _: bytes) -> None:
    """Promise a long body and close in the middle of it."""
    connection.sendall(message(200, b"x" * 1000)[:-500])


def silent(connection: socket.socket, _: bytes) -> None:
    """Keep the connection open until the caller gives up."""
    with suppress(OSError):
        connection.recv(1)


def endless(connection: socket.socket, _: bytes) -> None:
    """A body without end, as fast as it is read."""
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n[")
    while True:
        connection.sendall(b"1," * 100_000)


def dripping(connection: socket.socket, _: bytes) -> None:
    """A body without end, a byte at a time, so that no single read ever waits long."""
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n")
    while True:
        connection.sendall(b" ")
        time.sleep(0.05)


def no_http(connection: socket.socket, _: bytes) -> None:
    """Speaks something else."""
    connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")


def passing_on(upstream: str) -> Reply:
    """Pass each request on to a server that works, and its answer back."""
    goal = urlsplit(upstream)

    def reply(connection: socket.socket, request: bytes) -> None:
        head, _, body = request.partition(b"\r\n\r\n")
        head = re.sub(rb"(?im)^connection: .*?\r\n", b"", head + b"\r\n") + b"connection: close\r\n"
        with socket.create_connection((goal.hostname, goal.port)) as further:
            further.sendall(head + b"\r\n" + body)
            while part := further.recv(65_536):
                connection.sendall(part)

    return reply


def failing_after(good: int, working: Reply, then: Reply) -> Reply:
    """A server that works for so many requests, and then no more."""
    counter = itertools.count()

    def reply(connection: socket.socket, request: bytes) -> None:
        (working if next(counter) < good else then)(connection, request)

    return reply


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def serving(reply: Reply) -> Iterator[Server]:
    """Answer every connection by `reply` until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(f"http://127.0.0.1:{listener.getsockname()[1]}")
    connections: list[socket.socket] = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                connections.append(connection)
                threading.Thread(target=_talk, args=(connection, server, reply), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server
    finally:
        for opened in [listener, *connections]:
            with suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)
            opened.close()


def _talk(connection: socket.socket, server: Server, reply: Reply) -> None:
    # Each request has a connection of its own.
    with suppress(OSError), connection:
        request = _read(connection)
        if request:
            server.came.append(request)
            reply(connection, request)


def _read(connection: socket.socket) -> bytes:
    came = b""
    while b"\r\n\r\n" not in came:
        part = connection.recv(65_536)
        if not part:
            return b""
        came += part
    head, _, body = came.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    while length and len(body) < min(int(length[1]), LONGEST_REQUEST):
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body
