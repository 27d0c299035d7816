"""The controlling process of a run: canaries, progress, the record on disk, the reports, the exit code."""

from __future__ import annotations

import datetime as dt
import shutil
import sys
import time
from abc import ABC, abstractmethod

import msgspec
import pytest

from harness import allure_log, matrix, summary
from harness.docket import INCOMPLETE, USAGE, Docket, Ending
from harness.errors import EnvironmentFault, UsageError, did_you_mean
from harness.outcome import Outcome
from harness.progress import Progress
from harness.record import RunInfo, RunRecord
from harness.run import PACE, Run
from harness.sandbox import Sandbox
from harness.shapes import SHAPES, ShapesFile

OLD_RESULTS = ("allure-results", "verdicts.jsonl", SHAPES, PACE, "run.json", "index.html", "junit.xml", "allure-report")


class Controlling(ABC):
    """What the controlling process of a run does, whatever the run is for. Incomplete until it has `finished`."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.exit_code = INCOMPLETE
        self.finished = False
        self._progress = Progress()

    def prepare(self, config: pytest.Config) -> None:
        """Leave the terminal to our own display, and listen to reports."""
        # Our own display and summary speak.
        config.option.tbstyle, config.option.reportchars, config.option.verbose = "no", "", -2
        config.pluginmanager.register(self, "railproof-controller")

    @abstractmethod
    def begin(self) -> None:
        """Before anything is collected."""

    @abstractmethod
    def finish(self, ending: Ending) -> None:
        """Write down what came of it and decide the exit code."""

    def refuse(self) -> None:
        """The call was wrong: nothing was judged."""
        self.finished, self.exit_code = True, USAGE

    @abstractmethod
    def close(self) -> None:
        """Close what was opened."""


class Controller(Controlling):
    """One run, from the first canary to the last word."""

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self._info = run.info()
        self._clock = time.monotonic()
        self._world = run.world(worker="c")
        self._sandboxes: dict[str, Sandbox] = {}
        self._last_word = ""
        for name in OLD_RESULTS:
            old = run.reports / name
            shutil.rmtree(old) if old.is_dir() else old.unlink(missing_ok=True)
        self._record = RunRecord(run.reports)
        self._shapes = ShapesFile(run.reports)
        self._docket = Docket(run.catalogue, run.selected, self._record, seed=run.shared.seed, deviations=run.deviations)
        self._record.write_run(self._info)

    def prepare(self, config: pytest.Config) -> None:
        """Set what other plugins read, and listen to reports."""
        super().prepare(config)
        config.option.xmlpath = config.option.xmlpath or str(self.run.reports / "junit.xml")

    def begin(self) -> None:
        """Ask each provider for something harmless; `EnvironmentFault` where even that fails."""
        self._check_switches()
        for provider in self.run.providers:
            self._sandboxes[provider] = self._world.client(provider)
            trouble = self._sandboxes[provider].canary()
            if trouble:
                raise EnvironmentFault(f"{provider} at target {self.run.target.name!r} is not in order: {trouble}")
        self._docket.open()
        self._progress.start(self._docket.total - len(self._docket.records))

    def _check_switches(self) -> None:
        control = self._world.control
        for kind, names in (("fault", self.run.faults), ("variant", self.run.variants)):
            listed = (control.faults if kind == "fault" else control.variants) if names and control else []
            known = {each["name"] for each in listed if each["provider"] in self.run.providers}
            for name in names:
                if name not in known:
                    raise UsageError(f"--{kind} {name}: {did_you_mean(name, known)}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the outcome that a worker put on its report."""
        encoded = getattr(report, "railproof", None)
        if encoded is None:
            return
        outcome = msgspec.json.decode(encoded, type=Outcome)
        # Pytest keeps every report to the end; what this one carried is in the record.
        vars(report)["railproof"] = ""
        self._shapes.append(outcome.shapes)
        record = self._docket.add(outcome)
        if record is not None:
            self._progress.advance(record.verdict, record.id)

    def finish(self, ending: Ending) -> None:
        """Close the docket, ask the canaries again, write the reports."""
        self.finished = True
        self._progress.stop()
        self._docket.close(ending)
        word, self.exit_code = self._docket.verdict(strict=self.run.strict, finished=not ending.stopped)
        trouble = next(filter(None, (sandbox.canary() for sandbox in self._sandboxes.values())), None) if not ending.stopped else None
        if trouble and self.exit_code == 0:
            word, self.exit_code = "incomplete", INCOMPLETE
        self._info = self._finished_info(word)
        self._record.write_run(self._info)
        matrix.write_matrix(self._docket.records, self._info, self.run.reports / "index.html")
        allure_log.write_run_files(self.run.allure_results, self._info)
        self._last_word = summary.render_summary(self._docket.records, self._info, color=sys.stdout.isatty())
        if ending.remark:
            self._last_word += f"\n{ending.remark}\n"
        if trouble:
            self._last_word += f"\nAfter the run the target was not in order: {trouble}\n"

    def refuse(self) -> None:
        """The call was wrong: nothing was judged, and the record says so."""
        super().refuse()
        self._info = self._finished_info("usage")
        self._record.write_run(self._info)

    def _finished_info(self, word: str) -> RunInfo:
        seconds = time.monotonic() - self._clock
        return msgspec.structs.replace(
            self._info,
            finished=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            seconds=round(seconds, 1),
            exit_code=self.exit_code,
            verdict=word,
            requests=self._docket.requests,
            complaints=self._docket.complaints() if self.exit_code != USAGE else [],
        )

    def close(self) -> None:
        """Close the record and say the last word, below everything that pytest prints."""
        self._record.close()
        self._shapes.close()
        self._world.close()
        (self.run.reports / PACE).unlink(missing_ok=True)
        if self._last_word:
            sys.stdout.write(self._last_word)
            sys.stdout.flush()
