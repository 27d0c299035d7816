"""A proxy that stands before a server and makes the network bad: it delays, truncates, resets, doubles, answers for itself, goes away."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

# What is not passed on: it belongs to one connection.
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}
PATIENCE = 30.0


@dataclass
class Passing:
    """One request on its way. A weather may pass it on, answer for the server, or break the connection."""

    number: int
    handler: BaseHTTPRequestHandler
    upstream: httpx.Client
    body: bytes

    def forward(self) -> httpx.Response:
        """What the server behind says."""
        headers = {name: value for name, value in self.handler.headers.items() if name.lower() not in HOP}
        return self.upstream.request(self.handler.command, self.handler.path, content=self.body, headers=headers)

    def reply(self, status: int, headers: dict[str, str], body: bytes, *, cut: bool = False) -> None:
        """Answer; `cut`: break off in the middle of it."""
        self.handler.send_response(status)
        for name, value in headers.items():
            if name.lower() not in HOP:
                self.handler.send_header(name, value)
        self.handler.send_header("content-length", str(len(body)))
        self.handler.end_headers()
        self.handler.wfile.write(body[: len(body) // 2] if cut else body)
        self.handler.wfile.flush()
        self.handler.close_connection = self.handler.close_connection or cut

    def relay(self, *, cut: bool = False) -> None:
        """Pass the request on and its answer back."""
        answer = self.forward()
        self.reply(answer.status_code, dict(answer.headers), answer.content, cut=cut)

    def reset(self) -> None:
        """Break the connection as a crash does."""
        self.handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.handler.close_connection = True
        self.handler.connection.close()


Weather = Callable[[Passing], None]


@dataclass
class Proxy:
    """Where it listens, and how many requests came."""

    url: str
    came: int = 0
    server: Any = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self) -> int:
        """The number of this request, from 1."""
        with self.lock:
            self.came += 1
            return self.came

    def go_away(self) -> None:
        """Listen no more."""
        threading.Thread(target=self.server.shutdown, daemon=True).start()
        self.server.socket.close()


@contextmanager
def standing_before(upstream: str, weather: Weather) -> Iterator[Proxy]:
    """A proxy on loopback; it is gone when the context ends."""
    client = httpx.Client(base_url=upstream, timeout=PATIENCE, trust_env=False)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except OSError:
                self.close_connection = True

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            weather(Passing(proxy.next(), self, client, body))

        def log_message(self, *_: object) -> None:
            """Tests say what they saw."""

    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"):
        setattr(Handler, f"do_{method}", Handler.pass_on)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    proxy = Proxy(f"http://127.0.0.1:{server.server_address[1]}", server=server)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        client.close()


def each(nth: int, bad: Weather) -> Weather:
    """Bad for every nth request."""
    return lambda passing: bad(passing) if passing.number % nth == 0 else passing.relay()


def burst(first: int, last: int, bad: Weather) -> Weather:
    """Bad from one request to another, and good before and after."""
    return lambda passing: bad(passing) if first <= passing.number <= last else passing.relay()


def delayed(seconds: float) -> Weather:
    """The answer comes late."""

    def late(passing: Passing) -> None:
        time.sleep(seconds)
        passing.relay()

    return late


def doubled(passing: Passing) -> None:
    """The server gets the request twice, the client the first answer."""
    answer = passing.forward()
    passing.forward()
    passing.reply(answer.status_code, dict(answer.headers), answer.content)


def answering(status: int, **headers: str) -> Weather:
    """A gateway answers in the place of the server."""
    named = {"content-type": "text/html", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return lambda passing: passing.reply(status, named, b"<h1>Not now</h1>")


def truncated(passing: Passing) -> None:
    """The server does its work and half of its answer comes."""
    passing.relay(cut=True)


def reset(passing: Passing) -> None:
    """The connection breaks before the server has seen anything."""
    passing.reset()
