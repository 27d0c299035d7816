"""Half of the pytest plugin: runs each test as a trial of its rule, and puts the outcome on its report."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from typing import Any

import msgspec
import pytest

from harness import outcome as outcomes
from harness import trial as trials
from harness.binding import RULE, settle
from harness.docket import record_of
from harness.errors import EnvironmentFault, Nonconformance, NotApplicable, Undecided
from harness.proof import CAUGHT as CAUGHT_BY
from harness.record import Verdict
from harness.sandbox import World
from harness.stash import ALLURE, MAKE_WORLD, RUN, TESTS_OF_RULE, WORLD, worker_input
from harness.telling import tell
from harness.trial import Trial

TRIAL = pytest.StashKey[Trial]()
CAUGHT = pytest.StashKey[set[tuple[str, str]]]()
# What recipes made and could not take away again.
LEFT_BEHIND = "left_behind.txt"
# How long an answer that tells of an outage may last before it counts as the provider's own (seconds).
CONFIRM_AFTER = 2.0


@pytest.fixture(scope="session")
def world(request: pytest.FixtureRequest) -> Generator[World]:
    """The target as this process meets it; in a proof, with a fault or variants switched on."""
    config: pytest.Config = request.config
    run = config.stash[RUN]
    worker = worker_input(config).get("workerid", "w").replace("gw", "w")
    switched = getattr(request, "param", None)
    share = (int(worker[1:] or 0), int(worker_input(config).get("workercount", 1)))
    switches = {} if switched is None else {"faults": switched.faults, "variants": switched.variants}
    made = config.stash.get(MAKE_WORLD, run.world)(worker=worker, share=share, **switches)
    config.stash[WORLD]["world"] = made
    yield made
    made.close()
    if made.left_behind:
        with (run.reports / LEFT_BEHIND).open("a", encoding="utf-8") as file:
            file.writelines(f"{run.redactor.text(what)}\n" for what in made.left_behind)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest) -> Generator[None, object, object]:
    """Let a fixture that could not be set up be tried again by the next test: pytest tidies up after an `Exception` only."""
    try:
        return (yield)
    except Undecided:
        fixturedef.cached_result = (None, fixturedef.cache_key(request), None)  # type: ignore[arg-type]  # pytest's own name for a request
        fixturedef.finish(request)  # type: ignore[arg-type]
        raise


# --- trials ---------------------------------------------------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what the target does not claim; open the trial."""
    rule = item.stash.get(RULE, None)
    if rule is None:
        return
    settle(item)
    run = item.config.stash[RUN]
    fixtures = frozenset(getattr(item, "fixturenames", ()))
    params: Mapping[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
    trial = Trial(rule, item.nodeid, run.catalogue, run.shared.seed, fixtures=fixtures - set(params))
    item.stash[TRIAL] = trial
    unmet = run.unmet(rule)
    if unmet:
        raise NotApplicable(unmet)
    if (_switched(item), rule.id) in item.config.stash.setdefault(CAUGHT, set()):
        raise NotApplicable("another test of the rule has caught this fault already")
    run.check_time()
    world = item.config.stash[WORLD].get("world")
    outage = world.await_recovery() if world is not None else None
    if outage:
        raise EnvironmentFault(f"the target is not in order: {outage}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Run the test inside its trial; a test without Hypothesis is one example."""
    trial = item.stash.get(TRIAL, None)
    if trial is None:
        return (yield)
    trials.begin(trial)
    if getattr(getattr(item, "obj", None), "hypothesis", None) is None:
        trial.begin_example(dict(getattr(getattr(item, "callspec", None), "params", {})))
    try:
        return (yield)
    except Nonconformance as error:
        if trial.breach is None or trial.breach.error is not error:
            trial.note_breach(error)
        if trial.passing() is None:
            raise
        _again(item, trial)
        return None
    finally:
        trials.end()


def _again(item: pytest.Item, trial: Trial) -> None:
    """Run a test once more whose breach may have been a spell of bad weather; only what comes again is the provider's."""
    time.sleep(CONFIRM_AFTER)
    seen = trial.passing()
    try:
        item.runtest()
    except Nonconformance:
        trial.confirmed = trial.passing() in {seen, None}
        raise
    raise EnvironmentFault(f"an answer of {seen} came and was gone {CONFIRM_AFTER:g} seconds later")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Give the report its verdict. Teardown never decides one."""
    report = yield
    trial = item.stash.get(TRIAL, None)
    ended = call.when == "call" or (call.when == "setup" and call.excinfo is not None)
    if trial is not None and ended:
        outcome = _outcome(item, trial, call)
        # JUnit's properties are those that the report of the teardown finds here.
        item.user_properties += [("rule", outcome.rule), ("verdict", str(outcome.verdict))]
        run = item.config.stash[RUN]
        tell(report, outcome, run)
        if ALLURE in item.config.stash:
            record = record_of(trial.rule, outcome.verdict, [outcome], seed=trial.seed, reason=outcome.reason, finding=outcome.finding)
            item.config.stash[ALLURE].tell(item.name, run.deviations.applied(record))
    if trial is not None and call.when == "teardown":
        # Its exchanges may hold bodies of many megabytes, and pytest keeps items to the end.
        del item.stash[TRIAL]
    return report


def _outcome(item: pytest.Item, trial: Trial, call: pytest.CallInfo[None]) -> outcomes.Outcome:
    run = item.config.stash[RUN]
    world = item.config.stash[WORLD].get("world")
    error = call.excinfo.value if call.excinfo is not None else None
    verdict, reason, finding = outcomes.decide(trial, error, run.redactor, lambda: world.trouble() if world is not None else None)
    if world is not None and verdict in {Verdict.ENVIRONMENT_FAULT, Verdict.UNKNOWN}:
        world.outage()
    if finding is not None:
        finding = msgspec.structs.replace(finding, rerun=run.rerun(trial.rule.id), deviation=run.deviation(trial.rule.id))
    switched = _switched(item)
    if run.prove == "faults" and verdict in CAUGHT_BY:
        item.config.stash[CAUGHT].add((switched, trial.rule.id))
    return outcomes.Outcome(
        rule=trial.rule.id,
        test=item.nodeid,
        verdict=verdict,
        reason=reason,
        finding=finding,
        observed={ambiguity: sorted(values) for ambiguity, values in trial.observed.items()},
        exchanges=trial.sent,
        examples=trial.examples,
        caught_at=trial.first_breach_at,
        seconds=call.duration,
        tests_of_rule=item.config.stash[TESTS_OF_RULE][trial.rule.id],
        world=switched,
        shapes=[] if run.prove else list(trial.shapes),
        violations=outcomes.violations_of(trial, verdict, run.redactor),
    )


def _switched(item: pytest.Item) -> str:
    """The name of the server that a proof has switched for this test; empty outside of proofs."""
    params: Mapping[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
    return params["world"].name if "world" in params else ""
