"""How a person stops a run: the first interrupt ends it after the test at hand, the second one at once."""

from __future__ import annotations

import signal
from collections.abc import Generator

import pytest


class SoftInterrupt:
    """Registered on the controlling process. With xdist the tests run elsewhere, and its own handling is as calm."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Watch for interrupts while tests run: one that falls into a hook would break pytest instead of the run."""
        if session.config.getoption("numprocesses", None):
            return (yield)
        usual = signal.signal(signal.SIGINT, lambda *_: _stop(session))
        try:
            return (yield)
        finally:
            signal.signal(signal.SIGINT, usual)


def _stop(session: pytest.Session) -> None:
    session.shouldstop = "it was interrupted"
    signal.signal(signal.SIGINT, signal.default_int_handler)
