"""An outcome on pytest's own report, so that JUnit, Allure and terminals tell it in their terms."""

from __future__ import annotations

import msgspec
import pytest

from harness.docket import BROKEN
from harness.outcome import Outcome
from harness.record import Verdict
from harness.run import Run


def tell(report: pytest.TestReport, outcome: Outcome, run: Run) -> None:
    """Put the outcome on the report, in pytest's own terms as well: they are what JUnit and other plugins read."""
    # An attribute of plain text is what xdist carries from the worker to the controller.
    vars(report)["railproof"] = msgspec.json.encode(outcome).decode()
    text = outcome.reason or ""
    if outcome.verdict is Verdict.PASSED or (run.prove is not None and report.when == "call"):
        report.outcome, report.longrepr = "passed", None
    # A set-up that looked passed would let pytest call the test.
    elif outcome.verdict is Verdict.NOT_APPLICABLE or run.prove is not None:
        report.outcome, report.longrepr = "skipped", (outcome.test.partition("::")[0], 0, f"Skipped: {text}")
    elif outcome.verdict in BROKEN and (known := run.deviations.covering(outcome.rule, text)):
        report.outcome, report.longrepr, report.wasxfail = "skipped", text, f"known deviation: {known.issue}: {text}"
    elif outcome.verdict is Verdict.ADVISORY and not run.strict:
        report.outcome, report.longrepr, report.wasxfail = "skipped", text, f"advisory: {text}"
    else:
        report.outcome, report.longrepr = "failed", explain(outcome, run)


def explain(outcome: Outcome, run: Run) -> str:
    """A failure as text: the promise, what came, what would have been right, how to see it again."""
    rule = run.catalogue.get(outcome.rule)
    lines = [
        f"{outcome.verdict}: {rule.id}",
        f"promise:  {rule.says}",
        f"source:   {rule.source} ({rule.basis})",
        f"observed: {outcome.reason}",
    ]
    if outcome.finding is not None:
        lines += [f"expected: {outcome.finding.expected}", f"rerun:    {outcome.finding.rerun}"]
        if outcome.finding.exchanges:
            lines.append(f"curl:     {outcome.finding.exchanges[-1].curl}")
        lines += ["known, and accepted for now? Then the target's file wants:", outcome.finding.deviation]
    return "\n".join(lines)
