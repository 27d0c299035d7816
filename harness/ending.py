"""How a run came to its end, from what pytest says of it."""

from __future__ import annotations

import pytest

from harness.docket import Ending
from harness.record import Verdict
from harness.run import Run


def ending_of(session: pytest.Session, exitstatus: int, run: Run, *, outage: str | None, died: str | None) -> Ending:
    """What the docket must know of the end. `outage`: why nothing was begun; `died`: which workers did not live to see it."""
    if outage is not None:
        return Ending(stopped=outage, verdict=Verdict.ENVIRONMENT_FAULT)
    stopped = died
    if exitstatus not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED}:
        stopped = "the run was stopped before its tests were done"
    elif session.shouldfail or session.shouldstop:
        stopped = stopped or f"pytest stopped the run: {session.shouldfail or session.shouldstop}"
    whole = _whole(session.config)
    remark = _nothing_left(session.config, run) if session.testscollected == 0 and not stopped and not whole else ""
    return Ending(whole=whole, stopped=stopped, remark=remark)


def _nothing_left(config: pytest.Config, run: Run) -> str:
    """Why no test was left to run, and the way out."""
    patterns, option = run.patterns, config.option
    asked = f"no rule that --rule {' --rule '.join(patterns)} selects" if patterns else "no rule of this run"
    narrowed = [word for flag, value in (("-k", option.keyword), ("-m", option.markexpr)) if value for word in (flag, repr(value))]
    where = " ".join([*map(str, config.args), *narrowed])
    return f"Nothing was judged: {asked} has a test in {where}; widen the path, or name other rules."


def _whole(config: pytest.Config) -> bool:
    """Whether nothing but our own options narrowed the run, so that every selected rule must have been reached."""
    narrowed = config.option.keyword or config.option.markexpr or config.getoption("deselect", None)
    return not narrowed and all(str(argument).strip("./").count("/") == 0 and "::" not in str(argument) for argument in config.args)
