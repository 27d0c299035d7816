"""The pytest plugin: binds tests to rules, runs each as a trial, and brings outcomes to the docket on the controller."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harness import allure_log
from harness import outcome as outcomes
from harness import run as runs
from harness import trial as trials
from harness.binding import RULE, prepare, selected
from harness.controller import Controller
from harness.docket import record_of
from harness.ending import ending_of
from harness.errors import EnvironmentFault, Nonconformance, NotApplicable, NotCheckable, RailproofError, UsageError
from harness.interrupt import SoftInterrupt
from harness.listing import list_rules
from harness.mishaps import USAGE_KEY, Mishaps
from harness.profiles import load_profile
from harness.proof import CAUGHT as CAUGHT_BY
from harness.proof import Proof
from harness.proving import ProofController
from harness.record import Verdict
from harness.rules import providers as known_providers
from harness.run import Run, Shared
from harness.sandbox import World
from harness.telling import tell
from harness.trial import Trial

RUN = pytest.StashKey[Run]()
TRIAL = pytest.StashKey[Trial]()
ALLURE = pytest.StashKey[allure_log.AllureLog]()
WORLD = pytest.StashKey[dict[str, World]]()
CONTROLLER = pytest.StashKey[Controller | ProofController]()
PROOF = pytest.StashKey[Proof]()
MISHAPS = pytest.StashKey[Mishaps]()
OUTAGE = pytest.StashKey[str]()
CAUGHT = pytest.StashKey[set[tuple[str, str]]]()
TESTS_OF_RULE = pytest.StashKey[Counter[str]]()

SUITES = "suites"
# What recipes made and could not take away again.
LEFT_BEHIND = "left_behind.txt"
# How long an answer that tells of an outage may last before it counts as the provider's own (seconds).
CONFIRM_AFTER = 2.0


class Hooks:
    """What the wiring of the project adds: how the embedded server is started."""

    @pytest.hookspec(firstresult=True)
    def pytest_railproof_serve(self, config: pytest.Config) -> str | None:
        """Start the embedded server for this run and return its URL; it is stopped by `config.add_cleanup`."""


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Register our own hook."""
    pluginmanager.add_hookspecs(Hooks)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Register the command line."""
    runs.add_options(parser)


def is_worker(config: pytest.Config) -> bool:
    """Whether this process is one of xdist's workers."""
    return hasattr(config, "workerinput")


def worker_input(config: pytest.Config) -> dict[str, Any]:
    """What the controller told this worker; empty on the controller itself."""
    return getattr(config, "workerinput", {})


def judges(config: pytest.Config) -> bool:
    """Whether this pytest call runs suites; our own tests go by untouched."""
    if is_worker(config):
        return "railproof" in worker_input(config)
    paths = [str(argument).partition("::")[0].replace("\\", "/").strip("./") for argument in config.args]
    return any(path.split("/")[0] == SUITES or f"/{SUITES}" in path for path in paths)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Read the options, prepare the reports, start the embedded server: before other plugins read what we set."""
    if not judges(config):
        if config.option.target:
            raise pytest.UsageError(f"--target goes with the suites: call `pytest {SUITES} --target {config.option.target}`")
        return
    try:
        _configure(config)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None


def _configure(config: pytest.Config) -> None:
    runs.usage_of_options(config)
    given = worker_input(config).get("railproof")
    shared = msgspec.convert(given, Shared) if given else Shared.decide(config.option.seed)
    run = runs.plan(config, shared)
    load_profile(run.profile, database=run.reports / "examples", shrink=run.prove is None)
    config.stash[WORLD] = {}
    if is_worker(config) or config.option.list_rules or config.option.collectonly:
        config.stash[RUN] = run
        _write_allure(config, run)
        return
    if run.target.embedded:
        run = run.at(_serve(config))
    config.stash[RUN] = run
    try:
        controller = config.stash[CONTROLLER] = ProofController(run) if run.prove else Controller(run)
    except OSError as error:
        raise UsageError(f"--reports {run.reports}: cannot be written to: {error.strerror}; name another directory") from None
    controller.prepare(config)
    config.pluginmanager.register(SoftInterrupt(), "railproof-interrupt")
    config.stash[MISHAPS] = Mishaps()
    config.pluginmanager.register(config.stash[MISHAPS], "railproof-mishaps")
    _write_allure(config, run)
    _begin(config, controller)


def _serve(config: pytest.Config) -> str:
    try:
        url: str = config.hook.pytest_railproof_serve(config=config)
    except (RuntimeError, OSError) as error:
        last = [line for line in str(error).splitlines() if line.strip()][-1:]
        raise UsageError(f"the embedded server did not start: {''.join(last)}; `python -m mockserver` says more") from None
    return url


def _begin(config: pytest.Config, controller: Controller | ProofController) -> None:
    """Before anything is collected: is the target there at all? Where it is not, no worker is started either."""
    try:
        controller.begin()
    except EnvironmentFault as fault:
        config.stash[OUTAGE] = str(fault)
        config.option.dist, config.option.tx = "no", []
    except (RailproofError, NotCheckable) as error:
        # The control API refused what the command line asked for.
        controller.refuse()
        raise UsageError(str(error)) from None


def _write_allure(config: pytest.Config, run: Run) -> None:
    if run.prove is None and not config.option.collectonly and not config.option.list_rules:
        config.option.allure_report_dir = str(run.allure_results)
        config.option.attach_capture = False  # what tests print is ours, not evidence
        config.stash[ALLURE] = allure_log.install(run.redactor, strict=run.strict)


def pytest_configure_node(node: Any) -> None:
    """Tell an xdist worker what the controller decided."""
    run = node.config.stash.get(RUN, None)
    if run is not None:
        node.workerinput["railproof"] = msgspec.to_builtins(run.shared)


def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Answer --list-rules without running anything."""
    if not config.option.list_rules:
        return None
    config._do_configure()
    try:
        list_rules(config.stash[RUN])
    finally:
        config._ensure_unconfigure()
    return 0


# --- collection -----------------------------------------------------------------------------------------------------------


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The suites of providers that this run leaves out need not even be read."""
    run = config.stash.get(RUN, None)
    if run is None or collection_path.parent.name != SUITES or collection_path.name not in known_providers():
        return None
    return True if collection_path.name not in run.providers else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """In a proof, run each test once per fault that names its rule, or per group of variants."""
    run = metafunc.config.stash.get(RUN, None)
    if run is None or run.prove is None or "world" not in metafunc.fixturenames:
        return
    marker = metafunc.definition.get_closest_marker("rule")
    proof = _proof(metafunc.config)
    switched = proof.worlds_for(marker.args[0] if marker else "")
    metafunc.parametrize("world", switched, indirect=True, ids=[each.name for each in switched], scope="session")


def _proof(config: pytest.Config) -> Proof:
    if PROOF not in config.stash:
        config.stash[PROOF] = Proof(config.stash[RUN])
    return config.stash[PROOF]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Bind items to rules, leave out what is not selected, seed what is left."""
    run = config.stash.get(RUN, None)
    if run is None:
        return
    try:
        items[:] = selected(config, items, run)
    except UsageError as error:
        if not is_worker(config):
            raise pytest.UsageError(str(error)) from None
        vars(config)["workeroutput"][USAGE_KEY] = str(error)
        items[:] = []
    config.stash[TESTS_OF_RULE] = Counter(item.stash[RULE].id for item in items)
    for item in items:
        prepare(item, run)


# --- the world ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def world(request: pytest.FixtureRequest) -> Generator[World]:
    """The target as this process meets it; in a proof, with a fault or variants switched on."""
    config: pytest.Config = request.config
    run = config.stash[RUN]
    worker = worker_input(config).get("workerid", "w").replace("gw", "w")
    switched = getattr(request, "param", None)
    share = (int(worker[1:] or 0), int(worker_input(config).get("workercount", 1)))
    switches = {} if switched is None else {"faults": switched.faults, "variants": switched.variants}
    made = run.world(worker=worker, share=share, **switches)
    config.stash[WORLD]["world"] = made
    yield made
    made.close()
    if made.left_behind:
        with (run.reports / LEFT_BEHIND).open("a", encoding="utf-8") as file:
            file.writelines(f"{run.redactor.text(what)}\n" for what in made.left_behind)


# --- trials ---------------------------------------------------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what the target does not claim; open the trial."""
    rule = item.stash.get(RULE, None)
    if rule is None:
        return
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


# --- the controller ---------------------------------------------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> bool | None:
    """Nothing is collected for a target that is not there."""
    return True if OUTAGE in session.config.stash else None


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Nothing runs against it either, nor where files of tests could not be read."""
    stash = session.config.stash
    return True if OUTAGE in stash or (MISHAPS in stash and stash[MISHAPS].usage) else None


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Our own progress display speaks; pytest's letters would only repeat it."""
    return (report.outcome, "", "") if hasattr(report, "railproof") else None


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Close the docket and let its verdict be the exit code."""
    controller = session.config.stash.get(CONTROLLER, None)
    if controller is None or controller.finished:
        return
    wrong = session.config.stash[MISHAPS].usage
    if wrong is not None:
        sys.stderr.write(f"ERROR: {wrong}\n")
    if wrong is not None or exitstatus == pytest.ExitCode.USAGE_ERROR:
        controller.refuse()
    else:
        stash = session.config.stash
        controller.finish(ending_of(session, exitstatus, stash[RUN], outage=stash.get(OUTAGE, None), died=stash[MISHAPS].died))
    session.exitstatus = controller.exit_code


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close the record and the connections, and say the last word."""
    controller = config.stash.get(CONTROLLER, None)
    if controller is not None:
        controller.close()
