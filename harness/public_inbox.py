"""The inbox of a target that sends webhooks to one public address: the user leads it to a port here, all processes of a run read it.

The controlling process listens and spools what comes; every process that expects webhooks reads the spool. Deliveries hold personal
data, so the spool lies outside of the reports and is gone when the run ends.
"""

from __future__ import annotations

import base64
import itertools
import shutil
import tempfile
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec

from harness.errors import UsageError
from harness.inbox import Box, Received
from harness.targets import PublicInbox

# How often a process looks for new deliveries, in seconds.
LOOK_EVERY = 0.1
LONGEST_DELIVERY = 5_000_000


class Listener:
    """Listens on the port that the public address leads to, as long as the run lasts."""

    def __init__(self, settings: PublicInbox) -> None:
        self.spool = Path(tempfile.mkdtemp(prefix="railproof-inbox-"))
        numbers = itertools.count()
        spool = self.spool

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(min(int(self.headers.get("content-length") or 0), LONGEST_DELIVERY))
                headers = {key.lower(): value for key, value in self.headers.items()}
                keep(spool, next(numbers), headers, body)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Deliveries are kept, not logged."""

        try:
            self._server = ThreadingHTTPServer((settings.host, settings.port), Handler)
        except OSError as error:
            shutil.rmtree(self.spool)
            where = f"{settings.host}:{settings.port}"
            raise UsageError(f"the inbox cannot listen on {where}: {error.strerror}; change `port` in the target's [inbox]") from None
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stop listening, and forget what came."""
        self._server.shutdown()
        self._server.server_close()
        shutil.rmtree(self.spool, ignore_errors=True)


def keep(spool: Path, number: int, headers: Mapping[str, str], body: bytes) -> None:
    """Write one delivery so that nobody reads half of it."""
    entry = msgspec.json.encode({"headers": dict(headers), "body": base64.b64encode(body).decode()})
    unfinished = spool / f"{number:09d}.tmp"
    unfinished.write_bytes(entry)
    unfinished.rename(spool / f"{number:09d}.json")


class SpooledInbox:
    """What one process reads of the spool. All boxes share the one address, so each gets every delivery from its making on."""

    def __init__(self, spool: Path, url: str) -> None:
        self._spool = spool
        self._url = url
        self._boxes: list[Box] = []
        self._seen: set[str] = set()
        self._closed = threading.Event()
        self._look(())
        threading.Thread(target=self._watch, daemon=True).start()

    def box(self) -> Box:
        """A further reader."""
        box = Box(self._url)
        self._boxes.append(box)
        return box

    def _watch(self) -> None:
        while not self._closed.wait(LOOK_EVERY):
            self._look(tuple(self._boxes))

    def _look(self, boxes: tuple[Box, ...]) -> None:
        for path in sorted(self._spool.glob("*.json")):
            if path.name in self._seen:
                continue
            self._seen.add(path.name)
            entry = msgspec.json.decode(path.read_bytes())
            for box in boxes:
                box.put(Received(entry["headers"], base64.b64decode(entry["body"]), time.monotonic()))

    def close(self) -> None:
        """Read no more."""
        self._closed.set()
