"""The controlling process of a proof: gathers what tests say of switched servers and writes the proof."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import ClassVar

import msgspec
import pytest

from harness import proof_page
from harness.controller import Controlling
from harness.docket import INCOMPLETE, Ending
from harness.outcome import Outcome
from harness.proof import Proof
from harness.record import Verdict
from harness.run import Run

PROOF_FILE = "proof.json"
# What each test said, as it said it: a proof that is killed keeps what it learnt.
LINES_FILE = "proof.lines.jsonl"


class Proving(Controlling):
    """One proof of the suite: what is learnt is written line by line, the file and the page of all proofs at the end."""

    lines_file: ClassVar[str]

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.directory.mkdir(parents=True, exist_ok=True)
        self._lines = (self.directory / self.lines_file).open("wb", buffering=0)

    @property
    def directory(self) -> Path:
        """Proofs speak of the suite and not of a target, so they lie beside the targets' reports."""
        return self.run.reports.parent

    def show(self) -> None:
        """Make the page anew from the file."""
        proof_page.write(self.directory / PROOF_FILE, self.run.catalogue)

    def close(self) -> None:
        """Close the file of lines."""
        self._lines.close()


class ProofController(Proving):
    """One proof by faults or variants, from the first server to the kill table."""

    lines_file = LINES_FILE

    def __init__(self, run: Run) -> None:
        self._proof = Proof(run)
        super().__init__(run)

    def begin(self) -> None:
        """Show progress."""
        self._progress.start(sum(len(self._proof.worlds_for(rule_id)) for rule_id in self.run.selected))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the outcome that a worker put on its report."""
        encoded = getattr(report, "railproof", None)
        if encoded is None:
            return
        outcome = msgspec.json.decode(encoded, type=Outcome)
        self._lines.write(msgspec.json.encode(msgspec.structs.replace(outcome, finding=None, violations=[])) + b"\n")
        if self._proof.add(outcome):
            self._progress.advance(Verdict.PASSED, outcome.rule)

    def finish(self, ending: Ending) -> None:
        """Write the proof; a proof that was stopped proves nothing."""
        self.finished = True
        self._progress.stop()
        code = self._proof.conclude(self.directory / PROOF_FILE)
        self.show()
        if ending.stopped:
            sys.stdout.write(f"INCOMPLETE: {ending.stopped}\n")
        self.exit_code = INCOMPLETE if ending.stopped else code
