"""HTTP on the wire: each request goes to the application as soon as it is read, and the answers of one turn of the loop leave together.

uvicorn runs the server, watches over its connections and ends them; httptools reads the requests. Its own protocol is not used: it
folds the names of headers, which some faults are about, and takes each exchange through several messages and a task of its own, which
costs more than an honest answer does.
"""

import asyncio
import logging
import re
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from functools import lru_cache
from typing import Any, cast
from urllib.parse import parse_qsl, unquote

import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import STATUS_LINE
from uvicorn.server import ServerState

from mockserver.http import JSON_HEADERS, Request, Response, answer

LOG = logging.getLogger("mockserver")
# Above what any provider allows, so that the refusal is the provider's own: seven files of 10 MiB in base64 are 94 MiB.
MAX_BODY = 112 * 1024 * 1024
# Addresses up to this length are remembered as they were read: the same ones come again and again.
SHORT_URL = 512
# An answer, or what will give one where it has to wait for something.
Answered = Response | Coroutine[Any, Any, Response]
NOT_IN_HEADERS = re.compile("[\x00-\x08\x0a-\x1f\x7f]")
FAILED = answer(500, {"status": 500, "message": "Internal server error"})


class Outbox:
    """What the connections of a server have to say, until the loop has read what came on all of them.

    A write wakes whoever waits for it, and that costs the system as much as many an answer costs us. Of several writes in a row only
    the first one pays, so many clients are served a third faster; a single one waits some three microseconds longer.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[asyncio.Transport, bytes]] = []

    def put(self, transport: asyncio.Transport, told: bytes) -> None:
        """Take what goes out next on a connection."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self.empty)
        self._waiting.append((transport, told))

    def empty(self) -> None:
        """Write all of it; what a connection that is gone was to be told is nothing."""
        waiting, self._waiting = self._waiting, []
        for transport, told in waiting:
            if not transport.is_closing():
                transport.write(told)


class Wire(asyncio.Protocol):
    """One connection; its requests are answered one after the other, in their order.

    `outbox` is shared by all connections of a server, the other parameters are those that uvicorn gives to a protocol; the application
    is an `App`.
    """

    def __init__(
        self,
        outbox: Outbox,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],  # noqa: ARG002 - of the interface
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._answer: Callable[[Request], Answered] = cast(Any, config.app).answer
        self._outbox = outbox
        self._patience = config.timeout_keep_alive
        self._server = server_state
        self._loop = _loop or asyncio.get_running_loop()
        self._waiting: deque[tuple[Request | None, bool]] = deque()
        self._busy = self._stopping = self._reading_paused = self._writing_paused = False
        self._heard = self._loop.time()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._server.connections.add(cast(Any, self))
        self._transport = cast(asyncio.Transport, transport)
        self._parser = httptools.HttpRequestParser(self)
        # As in uvicorn: who pipelines a request after one with `Connection: close` still gets the answer to the first.
        self._parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self._timer = self._loop.call_later(self._patience, self._end_if_idle)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - of the interface
        """End."""
        self._server.connections.discard(cast(Any, self))
        self._waiting.clear()
        self._timer.cancel()

    def shutdown(self) -> None:
        """Close the connection, after the answer that is under way."""
        self._stopping = True
        if not self._busy:
            self._close()

    def _close(self) -> None:
        self._outbox.empty()
        self._transport.close()

    def _end_if_idle(self) -> None:
        idle = 0.0 if self._busy else self._loop.time() - self._heard
        if idle >= self._patience:
            self._transport.close()
        else:
            self._timer = self._loop.call_later(self._patience - idle, self._end_if_idle)

    def pause_writing(self) -> None:
        """The client does not take its answers: read no more of its requests for now."""
        self._writing_paused = True
        self._pace()

    def resume_writing(self) -> None:
        """The client takes its answers again."""
        self._writing_paused = False
        self._pace()

    def _pace(self) -> None:
        pause = self._writing_paused or bool(self._waiting)
        if pause != self._reading_paused and not self._transport.is_closing():
            self._reading_paused = pause
            if pause:
                self._transport.pause_reading()
            else:
                self._transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        """Read on; a request is served as soon as it is whole."""
        self._heard = self._loop.time()
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # Nothing else than HTTP/1.1 is spoken here, and the request has been answered in it.
            LOG.debug("an upgrade was asked for")
        except httptools.HttpParserError:
            self._outbox.put(self._transport, encoded(answer(400, {"message": "Invalid HTTP request received."}), (), closing=True))
            self._close()

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._url = b""
        self._headers: dict[str, str] = {}
        self._names: list[str] = []
        self._body: list[bytes] = []
        self._size = 0

    def on_url(self, url: bytes) -> None:
        """Take a piece of the address."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        spelled, lower = _spellings(name)
        self._names.append(spelled)
        self._headers[lower] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """Look at the address, and say to who asks that the body may come."""
        self._path, self._query = (_known_address if len(self._url) <= SHORT_URL else _address)(self._url)
        self._keep_alive = self._parser.should_keep_alive() and self._parser.get_http_version() != "1.0"
        if not self._busy and self._headers.get("expect", "").lower() == "100-continue":
            self._outbox.put(self._transport, b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        self._size += len(body)
        if self._size <= MAX_BODY:
            self._body.append(body)
        else:
            # Read on to the end, keeping nothing: a client that is still writing would not see the answer.
            self._body.clear()

    def on_message_complete(self) -> None:
        """Serve the request, or let it wait for the one before it."""
        request = None
        if self._size <= MAX_BODY:
            body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
            method = self._parser.get_method().decode("ascii")
            request = Request(method, self._path, self._query, self._headers, body, tuple(self._names))
        if self._busy:
            self._waiting.append((request, self._keep_alive))
            self._pace()
        else:
            self._serve(request, keep=self._keep_alive)

    def _serve(self, request: Request | None, *, keep: bool) -> None:
        self._server.total_requests += 1
        if request is None:
            self._send(answer(413, {"message": f"The body is larger than {MAX_BODY} bytes"}), "", keep=keep)
            return
        answered = self._answer(request)
        if isinstance(answered, Response):
            self._send(answered, request.method, keep=keep)
        else:
            self._busy = True
            task = self._loop.create_task(self._send_later(answered, request.method, keep=keep))
            self._server.tasks.add(task)
            task.add_done_callback(self._server.tasks.discard)

    async def _send_later(self, answered: Coroutine[Any, Any, Response], method: str, *, keep: bool) -> None:
        response = await answered
        self._busy = False
        self._send(response, method, keep=keep)
        while self._waiting and not self._busy:
            request, keep = self._waiting.popleft()
            self._serve(request, keep=keep)
        self._pace()

    def _send(self, response: Response, method: str, *, keep: bool) -> None:
        if self._transport.is_closing():
            return
        closing = self._stopping or not keep
        try:
            told = encoded(response, self._server.default_headers, bodiless=method == "HEAD", closing=closing)
        except ValueError:
            LOG.exception("an answer has headers that cannot be sent")
            told = encoded(FAILED, self._server.default_headers, closing=closing)
        self._outbox.put(self._transport, told)
        if closing:
            self._close()


def _address(url: bytes) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Path, percent-decoded, and query."""
    parsed = httptools.parse_url(url)
    path = parsed.path.decode("ascii")
    query = tuple(parse_qsl(parsed.query.decode("latin-1"), keep_blank_values=True)) if parsed.query else ()
    return unquote(path) if "%" in path else path, query


_known_address = lru_cache(maxsize=4096)(_address)


@lru_cache(maxsize=1024)
def _spellings(name: bytes) -> tuple[str, str]:
    spelled = name.decode("latin-1")
    return spelled, spelled.lower()


def encoded(response: Response, first: Any, *, bodiless: bool = False, closing: bool = False) -> bytes:
    """Return an answer as it goes over the wire; `first` are headers, as bytes, that every answer has.

    Raises:
        ValueError: a header holds what would break the message.
    """
    parts = [STATUS_LINE[response.status]]
    for name, value in first:
        parts += (name, b": ", value, b"\r\n")
    parts.append(JSON_BLOCK if response.headers is JSON_HEADERS else _block(response.headers))
    if closing:
        parts.append(b"connection: close\r\n")
    parts.append(b"content-length: %d\r\n\r\n" % len(response.body))
    if not bodiless:
        parts.append(response.body)
    return b"".join(parts)


def _block(headers: Mapping[str, str]) -> bytes:
    for name, value in headers.items():
        if NOT_IN_HEADERS.search(name) or NOT_IN_HEADERS.search(value):
            raise ValueError(f"{name!r}: {value!r} is no header")
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode("latin-1")


JSON_BLOCK = _block(JSON_HEADERS)
