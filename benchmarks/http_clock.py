"""A pytest plugin that tells how much of a run is HTTP: `-p benchmarks.http_clock --http-clock FILE`.

HTTP is what a bare client does too: httpx building a request, sending it and reading its answer, from the provider and from the
control API alike. What happens off the main thread, where requests wait for each other on purpose, is left out and so counts as
everything else.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

build_request, send, iter_bytes = httpx.Client.build_request, httpx.Client.send, httpx.Response.iter_bytes


class HttpClock:
    """Counts the seconds in which HTTP goes on, and the requests that take them."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.requests = 0
        self._within = False

    def begin(self) -> float | None:
        """Start, unless it runs already or is not to."""
        if self._within or threading.current_thread() is not threading.main_thread():
            return None
        self._within = True
        return time.perf_counter()

    def end(self, begun: float | None) -> None:
        """Stop what `begin` started."""
        if begun is not None:
            self._within = False
            self.seconds += time.perf_counter() - begun


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the place to write to."""
    parser.addoption("--http-clock", type=Path, help="write the requests and seconds of HTTP to this file")


def pytest_configure(config: pytest.Config) -> None:
    """Without a place to write to, nothing need be clocked."""
    if config.getoption("--http-clock") is None:
        raise pytest.UsageError("benchmarks.http_clock wants --http-clock FILE, where the requests and seconds of HTTP go")


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Iterator[Any]:
    """Clock all HTTP of the run and write down what it took."""
    clock = HttpClock()

    def building(self: httpx.Client, method: str, url: Any, **parts: Any) -> httpx.Request:
        begun = clock.begin()
        try:
            return build_request(self, method, url, **parts)
        finally:
            clock.end(begun)

    def sending(self: httpx.Client, request: httpx.Request, **how: Any) -> httpx.Response:
        begun = clock.begin()
        try:
            return send(self, request, **how)
        finally:
            clock.requests += begun is not None
            clock.end(begun)

    def reading(self: httpx.Response, chunk_size: int | None = None) -> Iterator[bytes]:
        chunks = iter_bytes(self, chunk_size)
        while True:
            begun = clock.begin()
            try:
                chunk = next(chunks, None)
            finally:
                clock.end(begun)
            if chunk is None:
                return
            yield chunk

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx.Client, "build_request", building)
        patch.setattr(httpx.Client, "send", sending)
        patch.setattr(httpx.Response, "iter_bytes", reading)
        result = yield
    session.config.getoption("--http-clock").write_text(json.dumps({"requests": clock.requests, "seconds": clock.seconds}))
    return result
