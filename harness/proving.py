"""The controlling process of a proof: gathers what tests say of switched servers and writes the proof."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import pytest

from harness import proof_page
from harness.controller import quieten
from harness.docket import INCOMPLETE, USAGE, Ending
from harness.outcome import Outcome
from harness.progress import Progress
from harness.proof import Proof
from harness.record import Verdict
from harness.run import Run

PROOF_FILE = "proof.json"
# What each test said, as it said it: a proof that is killed keeps what it learnt.
LINES_FILE = "proof.lines.jsonl"


class ProofController:
    """One proof, from the first server to the kill table."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.exit_code = INCOMPLETE
        self.finished = False
        self._progress = Progress()
        self._proof = Proof(run)
        self.directory.mkdir(parents=True, exist_ok=True)
        self._lines = (self.directory / LINES_FILE).open("wb", buffering=0)

    @property
    def directory(self) -> Path:
        """Proofs speak of the suite and not of a target, so they lie beside the targets' reports."""
        return self.run.reports.parent

    def prepare(self, config: pytest.Config) -> None:
        """Listen to reports."""
        quieten(config)
        config.pluginmanager.register(self, "railproof-controller")

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
        proof_page.write(self.directory / PROOF_FILE, self.run.catalogue)
        if ending.stopped:
            sys.stdout.write(f"INCOMPLETE: {ending.stopped}\n")
        self.exit_code = INCOMPLETE if ending.stopped else code

    def refuse(self) -> None:
        """The call was wrong: nothing was proved."""
        self.finished, self.exit_code = True, USAGE

    def close(self) -> None:
        """Close the file of lines."""
        self._lines.close()
