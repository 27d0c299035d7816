"""The inbox: where webhooks of the target arrive during a run, kept raw, so that signatures can be checked."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec

from harness.jsontypes import Json


@dataclass(frozen=True)
class Received:
    """One delivery as it came in. `at` is seconds on the inbox's own monotonic clock."""

    headers: Mapping[str, str]
    body: bytes
    at: float

    @cached_property
    def json(self) -> Json:
        """The parsed body, or None."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, ValueError):
            return None


class Box:
    """The deliveries to one address of the inbox."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.received: list[Received] = []
        self._changed = threading.Condition()

    def put(self, delivery: Received) -> None:
        """A delivery came in."""
        with self._changed:
            self.received.append(delivery)
            self._changed.notify_all()

    def wait_for(self, wanted: Callable[[list[Received]], bool], seconds: float) -> bool:
        """Wait until the deliveries so far are as wanted; False when the time is over first."""
        with self._changed:
            return self._changed.wait_for(lambda: wanted(list(self.received)), timeout=seconds)


class Inbox:
    """A small HTTP server on loopback with one address per listener."""

    def __init__(self) -> None:
        self._boxes: dict[str, Box] = {}
        inbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                body = self.rfile.read(length)
                box = inbox._boxes.get(self.path)
                if box is not None:
                    headers = {key.lower(): value for key, value in self.headers.items()}
                    box.put(Received(headers, body, time.monotonic()))
                self.send_response(200 if box is not None else 404)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Deliveries are kept, not logged."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def box(self) -> Box:
        """A new address."""
        path = f"/{uuid.uuid4().hex}"
        box = self._boxes[path] = Box(f"http://127.0.0.1:{self._server.server_address[1]}{path}")
        return box

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
