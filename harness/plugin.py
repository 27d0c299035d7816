"""The pytest plugin: binds tests to rules, runs each as a trial, and brings outcomes to the docket on the controller."""

from __future__ import annotations

import functools
import sys
from collections import Counter
from collections.abc import Callable, Generator, Mapping
from typing import Any

import msgspec
import pytest
from hypothesis import seed as with_seed

from harness import allure_log
from harness import outcome as outcomes
from harness import run as runs
from harness import trial as trials
from harness.controller import Controller
from harness.docket import Ending, record_of
from harness.errors import EnvironmentFault, Nonconformance, NotApplicable, NotCheckable, RailproofError, UsageError
from harness.listing import list_rules
from harness.mishaps import USAGE_KEY, Mishaps
from harness.profiles import load_profile
from harness.proof import CAUGHT as CAUGHT_BY
from harness.proof import Proof
from harness.proving import ProofController
from harness.record import Verdict
from harness.rules import Rule
from harness.run import Run, Shared
from harness.sandbox import World
from harness.trial import Trial

RUN = pytest.StashKey[Run]()
TRIAL = pytest.StashKey[Trial]()
RULE = pytest.StashKey[Rule]()
ALLURE = pytest.StashKey[allure_log.AllureLog]()
WORLD = pytest.StashKey[dict[str, World]]()
CONTROLLER = pytest.StashKey[Controller | ProofController]()
PROOF = pytest.StashKey[Proof]()
MISHAPS = pytest.StashKey[Mishaps]()
OUTAGE = pytest.StashKey[str]()
CAUGHT = pytest.StashKey[set[tuple[str, str]]]()
TESTS_OF_RULE = pytest.StashKey[Counter[str]]()

SUITES = "suites"


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
    controller = config.stash[CONTROLLER] = ProofController(run) if run.prove else Controller(run)
    controller.prepare(config)
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
        items[:] = _selected(config, items, run)
    except UsageError as error:
        if not is_worker(config):
            raise pytest.UsageError(str(error)) from None
        vars(config)["workeroutput"][USAGE_KEY] = str(error)
        items[:] = []
    config.stash[TESTS_OF_RULE] = Counter(item.stash[RULE].id for item in items)
    for item in items:
        _prepare(item, run)


def _selected(config: pytest.Config, items: list[pytest.Item], run: Run) -> list[pytest.Item]:
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        rule = _rule_of(item, run)
        (kept if rule is not None and rule.id in run.selected and not _void(item) else left_out).append(item)
        if rule is not None:
            item.stash[RULE] = rule
    if left_out:
        config.hook.pytest_deselected(items=left_out)
    return kept


def _void(item: pytest.Item) -> bool:
    """An item that pytest made for an empty set of worlds."""
    return any(mark.name == "skip" and "empty parameter set" in str(mark.kwargs.get("reason", "")) for mark in item.iter_markers())


def _rule_of(item: pytest.Item, run: Run) -> Rule | None:
    marker = item.get_closest_marker("rule")
    if marker is None:
        raise UsageError(f"{item.nodeid} judges no rule: bind it with @rule(id)")
    provider = marker.args[0].partition("/")[0].partition("-v")[0]
    if provider not in run.providers:
        return None
    try:
        rule = run.catalogue.get(marker.args[0])
    except UsageError as error:
        raise UsageError(f"{item.nodeid}: {error}") from None
    if rule.not_tested is not None:
        raise UsageError(f"{item.nodeid}: {rule.id} is not_tested by the catalogue ({rule.not_tested}), yet here is a test")
    return rule


def _prepare(item: pytest.Item, run: Run) -> None:
    """Seed the test by the run's seed, and open a new example in the trial whenever Hypothesis starts one."""
    test = getattr(item, "obj", None)
    handle = getattr(test, "hypothesis", None)
    if test is None or handle is None or getattr(handle, "_railproof", False):
        return
    handle.inner_test = _in_trial(handle.inner_test)
    handle._railproof = True
    with_seed(run.shared.seed)(test)


def _in_trial(test: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(test)
    def example(*args: Any, **kwargs: Any) -> Any:
        trial = trials.current()
        trial.begin_example({name: value for name, value in kwargs.items() if name not in trial.fixtures})
        try:
            return test(*args, **kwargs)
        except Nonconformance as error:
            trial.note_breach(error)
            raise

    return example


# --- the world ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def world(request: pytest.FixtureRequest) -> Generator[World]:
    """The target as this process meets it; in a proof, with a fault or variants switched on."""
    config: pytest.Config = request.config
    run = config.stash[RUN]
    worker = worker_input(config).get("workerid", "w").replace("gw", "w")
    switched = getattr(request, "param", None)
    made = run.world(worker=worker) if switched is None else run.world(worker=worker, faults=switched.faults, variants=switched.variants)
    config.stash[WORLD]["world"] = made
    yield made
    made.close()


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
    claimed = run.target.providers[rule.provider].capabilities
    lacking = [capability for capability in rule.needs if capability not in claimed]
    if lacking:
        raise NotApplicable(f"needs {', '.join(lacking)}, which target {run.target.name!r} does not claim")
    if (_switched(item), rule.id) in item.config.stash.setdefault(CAUGHT, set()):
        raise NotApplicable("another test of the rule has caught this fault already")
    world = item.config.stash[WORLD].get("world")
    outage = world.outage(only_if_known=True) if world is not None else None
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
        raise
    finally:
        trials.end()


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
        _speak(report, outcome, item.config.stash[RUN])
        if ALLURE in item.config.stash:
            record = record_of(trial.rule, outcome.verdict, [outcome], seed=trial.seed, reason=outcome.reason, finding=outcome.finding)
            item.config.stash[ALLURE].tell(item.name, record)
    return report


def _outcome(item: pytest.Item, trial: Trial, call: pytest.CallInfo[None]) -> outcomes.Outcome:
    run = item.config.stash[RUN]
    world = item.config.stash[WORLD].get("world")
    error = call.excinfo.value if call.excinfo is not None else None
    verdict, reason, finding = outcomes.decide(trial, error, run.redactor, lambda: world.trouble() if world is not None else None)
    if world is not None and verdict in {Verdict.ENVIRONMENT_FAULT, Verdict.UNKNOWN}:
        world.outage()
    if finding is not None:
        finding = msgspec.structs.replace(finding, rerun=run.rerun(trial.rule.id))
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
        violations=outcomes.violations_of(trial, verdict, run.redactor),
    )


def _switched(item: pytest.Item) -> str:
    """The name of the server that a proof has switched for this test; empty outside of proofs."""
    params: Mapping[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
    return params["world"].name if "world" in params else ""


def _speak(report: pytest.TestReport, outcome: outcomes.Outcome, run: Run) -> None:
    """Put the outcome on the report, in pytest's own terms as well: they are what JUnit and other plugins read."""
    # An attribute of plain text is what xdist carries from the worker to the controller.
    vars(report)["railproof"] = msgspec.json.encode(outcome).decode()
    text = outcome.reason or ""
    if run.prove is not None or outcome.verdict is Verdict.PASSED:
        report.outcome, report.longrepr = "passed", None
    elif outcome.verdict is Verdict.NOT_APPLICABLE:
        report.outcome, report.longrepr = "skipped", (outcome.test.partition("::")[0], 0, f"Skipped: {text}")
    elif outcome.verdict is Verdict.ADVISORY and not run.strict:
        report.outcome, report.longrepr, report.wasxfail = "skipped", text, f"advisory: {text}"
    else:
        report.outcome, report.longrepr = "failed", explain(outcome, run)


def explain(outcome: outcomes.Outcome, run: Run) -> str:
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
    return "\n".join(lines)


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
        controller.finish(_ending(session, exitstatus))
    session.exitstatus = controller.exit_code


def _ending(session: pytest.Session, exitstatus: int) -> Ending:
    config = session.config
    if OUTAGE in config.stash:
        return Ending(stopped=config.stash[OUTAGE], verdict=Verdict.ENVIRONMENT_FAULT)
    stopped = config.stash[MISHAPS].died
    if exitstatus not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED}:
        stopped = "the run was stopped before its tests were done"
    elif session.shouldfail or session.shouldstop:
        stopped = stopped or f"pytest stopped the run: {session.shouldfail or session.shouldstop}"
    whole = _whole(config)
    remark = _nothing_left(config) if session.testscollected == 0 and not stopped and not whole else ""
    return Ending(whole=whole, stopped=stopped, remark=remark)


def _nothing_left(config: pytest.Config) -> str:
    """Why no test was left to run, and the way out."""
    patterns, option = config.stash[RUN].patterns, config.option
    asked = f"no rule that --rule {' --rule '.join(patterns)} selects" if patterns else "no rule of this run"
    narrowed = [word for flag, value in (("-k", option.keyword), ("-m", option.markexpr)) if value for word in (flag, repr(value))]
    where = " ".join([*map(str, config.args), *narrowed])
    return f"Nothing was judged: {asked} has a test in {where}; widen the path, or name other rules."


def _whole(config: pytest.Config) -> bool:
    """Whether nothing but our own options narrowed the run, so that every selected rule must have been reached."""
    narrowed = config.option.keyword or config.option.markexpr or config.getoption("deselect", None)
    return not narrowed and all(str(argument).strip("./").count("/") == 0 and "::" not in str(argument) for argument in config.args)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close the record and the connections, and say the last word."""
    controller = config.stash.get(CONTROLLER, None)
    if controller is not None:
        controller.close()
