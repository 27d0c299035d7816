"""What goes wrong with a run apart from the target: files that cannot be read, wrong bindings, workers that die."""

from __future__ import annotations

from typing import Any

import pytest

# How a worker tells the controller of a `UsageError`: raised there, it would only break the worker down.
USAGE_KEY = "railproof_usage"


class Mishaps:
    """A plugin of the controlling process that keeps what pytest would only print."""

    def __init__(self) -> None:
        self._died: list[str] = []
        self._unread: dict[str, str] = {}
        self._wrong: list[str] = []

    @property
    def usage(self) -> str | None:
        """What is wrong with files of ours, so that nothing may be concluded from the rest; None where nothing is."""
        unread = [f"{name} cannot be read: {why}" for name, why in self._unread.items()]
        return "\n".join([*dict.fromkeys(self._wrong), *unread]) or None

    @property
    def died(self) -> str | None:
        """Which worker processes died; None where none did."""
        if not self._died:
            return None
        return f"the worker process {', '.join(self._died)} died, and with it the tests that it was running"

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file of tests was read, or could not be."""
        if report.failed:
            lines = [line for line in report.longreprtext.splitlines() if line.strip()]
            said = [line.removeprefix("E") for line in lines if line.startswith("E ")] or lines
            self._unread.setdefault(report.nodeid, said[-1].strip()[:500] if said else "nothing is said of why")

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """A worker process ended, by itself or not."""
        if error:
            self._died.append(node.gateway.id)
        self._wrong += filter(None, [getattr(node, "workeroutput", {}).get(USAGE_KEY)])
