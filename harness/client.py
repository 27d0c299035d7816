"""The way to the target: sends requests over kept connections and turns every outcome into an exchange or a reason."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from types import MappingProxyType
from typing import Any, NoReturn
from urllib.parse import quote

import httpx

from harness.bulk import pack
from harness.errors import EnvironmentFault, NotCheckable, UnknownOutcome
from harness.exchange import PASSING, Exchange
from harness.jsontypes import Json
from harness.openapi import Operation, Specification
from harness.pace import Pace

# An answer larger than this is no answer of an API that speaks of one customer.
LONGEST_ANSWER = 8 * 1024 * 1024

# The mock server's own admission that one of its faults or variants broke down.
WRAPPER_FAILED = "x-mock-wrapper-failed"

FIRST_PAUSE = 0.5  # seconds before a read is repeated, twice as long each further time

Files = Sequence[tuple[str, tuple[str, bytes, str]]]


@dataclass(frozen=True)
class Prepared:
    """A request that is ready to go. `pieces` are sent in the place of `body` where that only marks what it holds."""

    operation: Operation
    request: httpx.Request
    body: bytes
    pieces: tuple[bytes, ...] = ()


class Connections:
    """Connections to one target: kept ones that all clients of a process share, and new ones for calls that must not queue.

    `pace` says when a request may go; `read_retries` is how often a read is repeated that found the target out of order.
    """

    def __init__(self, *, timeout: float, verify: Any, pace: Pace | None = None, read_retries: int = 0) -> None:
        self.timeout = timeout
        self.pace = pace
        self.read_retries = read_retries
        self._verify = verify
        self.shared = self.new()

    def new(self) -> httpx.Client:
        """Connections that nobody shares."""
        # The environment's proxies would send a sandbox's traffic, and a loopback server's, somewhere else.
        return httpx.Client(timeout=httpx.Timeout(self.timeout), verify=self._verify, trust_env=False)

    def close(self) -> None:
        """Close the shared ones."""
        self.shared.close()


class Client:
    """Sends requests to one provider as one client of it.

    `authorization` is asked for the header (name, value) that authorises it at each request, `constant_headers` go with every
    request, authorised or not, and `seen` is told of each exchange.
    """

    def __init__(
        self,
        *,
        base_url: str,
        specification: Specification,
        authorization: Callable[[], tuple[str, str]],
        seen: Callable[[Exchange], None],
        connections: Connections,
        constant_headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.specification = specification
        self._authorization = authorization
        self._constant_headers = constant_headers
        self._seen = seen
        self._connections = connections
        self._http = connections.shared

    def prepare(
        self,
        operation: str | Operation,
        *,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        json: Json = ...,
        content: bytes | None = None,
        files: Files | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str | None] | None = None,
        auth: bool | str = True,
    ) -> Prepared:
        """Build the request. `auth`: True for this client's own, False for none, text for exactly that header value.

        `operation`: its id in the document, or one that the document does not have.
        `headers` go before what the client would send by itself; None keeps one from being sent.
        """
        if isinstance(operation, str):
            operation = self.specification.operation(operation)
        url = self.base_url + operation.path.format_map({key: quote(str(value), safe="") for key, value in (path or {}).items()})
        own = {**({"Content-Type": "application/json"} if json is not ... else {}), **self._constant_headers}
        if auth is not False:
            name, value = self._authorization()
            own[name] = value if auth is True else auth
        sent = _overridden(own, headers or {})
        body, pieces = (content, ()) if json is ... else pack(json)
        if pieces:
            sent["Content-Length"] = str(sum(map(len, pieces)))
        request = self._http.build_request(operation.method, url, params=query, content=body, files=files, data=form, headers=sent)
        return Prepared(operation, request, request.read(), pieces)

    def send(self, operation_id: str, **parts: Any) -> Exchange:
        """Send a request and return its exchange. See `prepare` for the parts.

        Raises `EnvironmentFault` where the target cannot be reached or a read gets no answer, and `UnknownOutcome`
        where a write was sent and its answer lost.
        """
        return self.deliver(self.prepare(operation_id, **parts))

    def deliver(self, prepared: Prepared) -> Exchange:
        """Send a prepared request as soon as the pace allows. A read may be repeated, a write never is."""
        attempts = 1 + (self._connections.read_retries if prepared.operation.reads else 0)
        for attempt in range(1, attempts + 1):
            self._wait(1)
            try:
                exchange = self._once(prepared)
            except EnvironmentFault:
                if attempt == attempts:
                    raise
                time.sleep(_pause(attempt))
                continue
            exchange.attempts = attempt
            held = self._hold(exchange)
            if exchange.status not in PASSING or attempt == attempts:
                break
            time.sleep(held or _pause(attempt))
        self._seen(exchange)
        return exchange

    def _wait(self, requests: int) -> None:
        if self._connections.pace is not None:
            self._connections.pace.wait(requests)

    def _hold(self, exchange: Exchange) -> float:
        """Let all processes of the run rest where the target asks for it."""
        if self._connections.pace is None or exchange.status not in PASSING:
            return 0.0
        return self._connections.pace.hold(exchange.headers.get("retry-after"))

    def _once(self, prepared: Prepared, http: httpx.Client | None = None, gate: Barrier | None = None) -> Exchange:
        """Send it now; `http` gives it another connection than the shared ones, `gate` holds its last byte back."""
        started = time.perf_counter()
        request = _streamed(prepared, gate) if gate or prepared.pieces else prepared.request
        try:
            response = _bounded(http or self._http, request, prepared.request)
        except httpx.HTTPError as error:
            _explain(prepared, error)
        if WRAPPER_FAILED in response.headers:
            raise NotCheckable(
                f"the mock server's wrapper {response.headers[WRAPPER_FAILED]} failed; its answer says nothing of a provider"
            )
        exchange = _exchange(prepared, response, started)
        exchange.violation = self.specification.violation(prepared.operation, response)
        return exchange

    def release_together(self, prepared: Sequence[Prepared]) -> list[Exchange | BaseException]:
        """Send several requests on connections of their own, the last byte of each at the same instant."""

        self._wait(len(prepared))
        gate = Barrier(len(prepared), timeout=self._connections.timeout)

        def one(item: Prepared) -> Exchange:
            with self._connections.new() as http:
                exchange = self._once(item, http, gate)
            self._hold(exchange)
            self._seen(exchange)
            return exchange

        with ThreadPoolExecutor(len(prepared)) as pool:
            futures = [pool.submit(one, item) for item in prepared]
            return [future.exception() or future.result() for future in futures]


def _pause(attempt: int) -> float:
    # Processes that lost their answers together do not come back together.
    return float(FIRST_PAUSE * 2 ** (attempt - 1) * random.uniform(0.75, 1.25))  # noqa: S311  (no secret)


def _overridden(own: Mapping[str, str], given: Mapping[str, str | None]) -> dict[str, str]:
    names = {name.lower() for name in given}
    kept = {name: value for name, value in own.items() if name.lower() not in names}
    return {**kept, **{name: value for name, value in given.items() if value is not None}}


def _streamed(item: Prepared, gate: Barrier | None) -> httpx.Request:
    """The same request piece by piece; with a gate its last byte waits there, so that all handlers start at nearly one instant."""
    *first, last = item.pieces or (item.body,)

    def body() -> Iterator[bytes]:
        yield from first
        yield last[:-1]
        if gate is not None:
            gate.wait()
        yield last[-1:]

    headers = {key: value for key, value in item.request.headers.items() if key != "transfer-encoding"}
    headers["content-length"] = str(sum(map(len, item.pieces or (item.body,))))
    return httpx.Request(item.request.method, item.request.url, headers=headers, content=body(), extensions=item.request.extensions)


def _bounded(http: httpx.Client, request: httpx.Request, shown: httpx.Request) -> httpx.Response:
    """Send `request` and read at most `LONGEST_ANSWER` bytes within the time-out; the answer refers to `shown`."""
    until = time.monotonic() + (http.timeout.read or 30.0)
    response = http.send(request, stream=True)
    if "content-encoding" in response.headers:
        return _decoded(response, until, shown)
    assert isinstance(response.stream, httpx.SyncByteStream)
    response.stream = _Bounded(response.stream, until)
    try:
        response.read()
    finally:
        response.close()
    response.headers.pop("transfer-encoding", None)
    response.request = shown
    return response


class _Bounded(httpx.SyncByteStream):
    """A body that must end."""

    def __init__(self, chunks: httpx.SyncByteStream, until: float) -> None:
        self._chunks = chunks
        self._until = until

    def __iter__(self) -> Iterator[bytes]:
        return _ending(self._chunks, self._until)

    def close(self) -> None:
        self._chunks.close()


def _ending(chunks: Iterable[bytes], until: float) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > LONGEST_ANSWER or time.monotonic() > until:
            raise httpx.ReadError(f"the answer does not end: {size} bytes read so far")
        yield chunk


def _decoded(response: httpx.Response, until: float, shown: httpx.Request) -> httpx.Response:
    """A compressed answer as if it had come plain: its length counts when it is unpacked."""
    try:
        content = b"".join(_ending(response.iter_bytes(), until))
    finally:
        response.close()
    headers = [(key, value) for key, value in response.headers.multi_items() if key not in {"content-encoding", "transfer-encoding"}]
    whole = httpx.Response(response.status_code, headers=headers, content=content, request=shown)
    whole.elapsed = response.elapsed
    return whole


def _explain(prepared: Prepared, error: httpx.HTTPError) -> NoReturn:
    what = f"{prepared.request.method} {prepared.request.url.path}: {type(error).__name__}: {error}"
    never_sent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
    if never_sent:
        raise EnvironmentFault(f"the target cannot be reached ({what})") from None
    if prepared.operation.reads:
        raise EnvironmentFault(f"the target gave no answer ({what})") from None
    raise UnknownOutcome(f"the write was sent and its answer lost ({what}); it is never repeated blindly") from None


def _exchange(prepared: Prepared, response: httpx.Response, began: float) -> Exchange:
    return Exchange(
        operation=prepared.operation.id,
        method=prepared.request.method,
        url=str(prepared.request.url),
        request_headers=prepared.request.headers,
        request_body=prepared.body,
        status=response.status_code,
        headers=response.headers,
        body=response.content,
        ms=(time.perf_counter() - began) * 1000,
        began=began,
    )
