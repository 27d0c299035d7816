"""The controlling process of a proof at the wire: gathers what became of each mutation, and writes it down."""

from __future__ import annotations

import sys

import msgspec
import pytest

from harness.docket import CONFORMING, INCOMPLETE, NONCONFORMING, Ending
from harness.proving import PROOF_FILE, Proving
from harness.record import Verdict
from harness.run import Run
from harness.wire import report as reports
from harness.wire.generating import mutations
from harness.wire.openings import openings, unused
from harness.wire.reach import FILE
from harness.wire.result import Fate, Result

# What became of each mutation, as it became known: a proof that is killed keeps what it learnt.
LINES_FILE = "wire.lines.jsonl"
SHOWN_AS = {
    Fate.CAUGHT: Verdict.PASSED,
    Fate.SURVIVED: Verdict.NONCONFORMANT,
    Fate.HALTED: Verdict.NOT_CHECKABLE,
    Fate.LEFT_OPEN: Verdict.NOT_APPLICABLE,
    Fate.NOT_REACHED: Verdict.NOT_APPLICABLE,
    Fate.LEFT_OUT: Verdict.NOT_TESTED,
}


class WireController(Proving):
    """One proof at the wire, from the first mutation to the table."""

    lines_file = LINES_FILE

    def __init__(self, run: Run) -> None:
        self._mutations = mutations(run)
        super().__init__(run)
        self._results: list[Result] = []
        self._sampled = False
        (self.directory / FILE).unlink(missing_ok=True)

    def prepare(self, config: pytest.Config) -> None:
        """Listen to reports."""
        super().prepare(config)
        self._sampled = config.option.sample is not None

    def begin(self) -> None:
        """Show progress."""
        self._progress.start(len(self._mutations))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the result that a worker put on its report."""
        encoded = getattr(report, "wire", None)
        if not encoded:
            return
        result = msgspec.json.decode(encoded, type=Result)
        self._lines.write(msgspec.json.encode(result) + b"\n")
        self._results.append(result)
        self._progress.advance(SHOWN_AS[result.fate], result.mutation.name)

    def finish(self, ending: Ending) -> None:
        """Write the table. Survivors are red; a proof that was stopped proves nothing."""
        self.finished = True
        self._progress.stop()
        reports.write_part(self.directory / PROOF_FILE, self._results, self.run)
        reports.write_page(self.directory / PROOF_FILE, self.directory / "wire.md")
        self.show()
        survivors = [result for result in self._results if result.fate in {Fate.SURVIVED, Fate.HALTED}]
        for result in survivors:
            sys.stdout.write(f"{result.fate.upper()}  {result.mutation.name}\n")
        stale = self._stale() if self._whole and not ending.stopped else []
        for pattern in stale:
            sys.stdout.write(f"UNUSED  {pattern}  is left open by its file, and nothing that it names survives\n")
        if ending.stopped:
            sys.stdout.write(f"INCOMPLETE: {ending.stopped}\n")
        caught = any(result.fate is Fate.CAUGHT for result in self._results)
        complete = caught and not ending.stopped
        self.exit_code = NONCONFORMING if survivors or stale else CONFORMING if complete else INCOMPLETE

    @property
    def _whole(self) -> bool:
        """Whether every mutation was tried on every test."""
        return "all" in self.run.only and not self._sampled and self.run.selected == frozenset(self.run.catalogue.rules)

    def _stale(self) -> list[str]:
        excused = [result.mutation.name for result in self._results if result.fate is Fate.LEFT_OPEN and result.said]
        return unused(openings(self.run.providers), excused)
