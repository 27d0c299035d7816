"""A load generator in a process of its own: kept connections to one server, each with one request under way.

    with Loader() as loader:
        result = loader.run(Plan(port=8700, requests=[...], seconds=5))

It speaks HTTP/1.1 by httptools over uvloop, which costs it less than any Python server needs for an answer, so that the server is what
is measured. Every connection sends the requests of the plan in turn and counts the statuses of the answers.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections import Counter
from itertools import count, cycle
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import httptools
import msgspec
import uvloop

ROOT = Path(__file__).resolve().parent.parent


class Plan(msgspec.Struct, kw_only=True):
    """What to send: until `seconds` are over, or `total` requests are answered, whichever is given.

    A request is raw HTTP in pieces; between them goes a number that no other request of this plan has, from `first` on.
    """

    port: int
    requests: list[list[bytes]]
    connections: int = 16
    seconds: float | None = None
    total: int | None = None
    first: int = 0
    host: str = "127.0.0.1"


class Result(msgspec.Struct, kw_only=True):
    """What came: answers by status, wall time in seconds, and the time to an answer in milliseconds, median and 99th percentile."""

    statuses: dict[int, int]
    seconds: float
    median_ms: float
    p99_ms: float

    @property
    def requests(self) -> int:
        """How many were answered."""
        return sum(self.statuses.values())

    @property
    def rate(self) -> float:
        """Answers per second of wall time."""
        return self.requests / self.seconds


class _Load:
    """One plan on its way, shared by its connections."""

    def __init__(self, plan: Plan) -> None:
        self.statuses: Counter[int] = Counter()
        self.took: list[float] = []
        self.done = asyncio.get_running_loop().create_future()
        self.started = time.perf_counter()
        self._numbers = count(plan.first)
        self._kinds = cycle(plan.requests)
        self._open = plan.connections
        self._total = plan.total
        self._end = self.started + plan.seconds if plan.seconds is not None else None

    def next(self) -> bytes | None:
        """The next request, None when it is over."""
        number = next(self._numbers)
        if self._total is not None and self._total <= 0:
            return None
        if self._end is not None and time.perf_counter() >= self._end:
            return None
        if self._total is not None:
            self._total -= 1
        return (b"%024d" % number).join(next(self._kinds))

    def close(self, error: Exception | None) -> None:
        """Take notice of a connection's end."""
        self._open -= 1
        if error and not self.done.done():
            self.done.set_exception(error)
        elif not self._open and not self.done.done():
            self.done.set_result(None)


class _Connection(asyncio.Protocol):
    def __init__(self, load: _Load) -> None:
        self._load = load
        self._sent = 0.0
        self._finished = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._parser = httptools.HttpResponseParser(self)
        self._send()

    def _send(self) -> None:
        request = self._load.next()
        if request is None:
            self._finished = True
            self._transport.close()
            return
        self._sent = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        self._load.took.append(time.perf_counter() - self._sent)
        self._load.statuses[self._parser.get_status_code()] += 1
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        cut = None if self._finished else exc or ConnectionResetError("the server closed a connection that it was to keep")
        self._load.close(cut)


async def carry_out(plan: Plan) -> Result:
    """Open the connections, send until it is over, and return what came."""
    loop, load = asyncio.get_running_loop(), _Load(plan)
    for _ in range(plan.connections):
        await loop.create_connection(lambda: _Connection(load), plan.host, plan.port)
    await load.done
    seconds = time.perf_counter() - load.started
    took = sorted(load.took)
    median, p99 = (1000 * took[int(len(took) * share)] for share in (0.5, 0.99))
    return Result(statuses=dict(load.statuses), seconds=seconds, median_ms=median, p99_ms=p99)


class Loader:
    """The process that sends; it ends with the block."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "benchmarks.load"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - our own module

    def run(self, plan: Plan) -> Result:
        """Let it carry out a plan."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(msgspec.json.encode(plan) + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the load generator gave up; what it said stands above")
        return msgspec.json.decode(line, type=Result)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        # Without input it ends by itself.
        self._process.communicate()


def main() -> None:
    """Carry out one plan per line of standard input and write its result as a line."""
    for line in sys.stdin.buffer:
        result = uvloop.run(carry_out(msgspec.json.decode(line, type=Plan)))
        sys.stdout.buffer.write(msgspec.json.encode(result) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
