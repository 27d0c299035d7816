"""The pytest plugin: reads the call, binds tests to rules, and brings outcomes to the docket on the controller."""

from __future__ import annotations

import gc
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harness import allure_log
from harness import run as runs
from harness.binding import RULE, prepare, selected
from harness.controller import Controller, Controlling
from harness.ending import ending_of
from harness.errors import EnvironmentFault, NotCheckable, RailproofError, UsageError
from harness.interrupt import SoftInterrupt
from harness.listing import list_rules
from harness.mishaps import USAGE_KEY, Mishaps
from harness.profiles import load_profile
from harness.proof import Proof
from harness.proving import ProofController
from harness.public_inbox import Listener
from harness.rules import providers as known_providers
from harness.run import Run, Shared
from harness.stash import ALLURE, RUN, TESTS_OF_RULE, WORLD, is_worker, worker_input
from harness.wire import items as wire
from harness.wire.controller import WireController

CONTROLLER = pytest.StashKey[Controlling]()
PROOF = pytest.StashKey[Proof]()
MISHAPS = pytest.StashKey[Mishaps]()
OUTAGE = pytest.StashKey[str]()
# Why this worker cannot do what the controller decided.
UNUSABLE = pytest.StashKey[str]()

pytest_plugins = ["harness.trying"]

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
        if not is_worker(config):
            raise pytest.UsageError(str(error)) from None
        # A worker elsewhere may lack what this machine has; it says so when it has collected, for raised here it would only break down.
        config.stash[UNUSABLE] = f"worker {worker_input(config)['workerid']}: {error}"


def _configure(config: pytest.Config) -> None:
    if is_worker(config):
        # A worker on another machine starts beside the copy of the project that it was sent.
        os.chdir(config.rootpath)
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
    if run.target.inbox is not None and run.prove is None:
        listener = Listener(run.target.inbox)
        config.add_cleanup(listener.close)
        run = run.hearing(listener.spool)
    config.stash[RUN] = run
    try:
        controller = config.stash[CONTROLLER] = _controller(run)
    except OSError as error:
        raise UsageError(f"--reports {run.reports}: cannot be written to: {error.strerror}; name another directory") from None
    controller.prepare(config)
    config.pluginmanager.register(SoftInterrupt(), "railproof-interrupt")
    config.stash[MISHAPS] = Mishaps()
    config.pluginmanager.register(config.stash[MISHAPS], "railproof-mishaps")
    _write_allure(config, run)
    _begin(config, controller)


def _controller(run: Run) -> Controlling:
    if run.prove is None:
        return Controller(run)
    return WireController(run) if run.prove == "wire" else ProofController(run)


def _serve(config: pytest.Config) -> str:
    try:
        url: str = config.hook.pytest_railproof_serve(config=config)
    except (RuntimeError, OSError) as error:
        last = [line for line in str(error).splitlines() if line.strip()][-1:]
        raise UsageError(f"the embedded server did not start: {''.join(last)}; `python -m mockserver` says more") from None
    return url


def _begin(config: pytest.Config, controller: Controlling) -> None:
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
    if run is None or run.prove not in {"faults", "variants"} or "world" not in metafunc.fixturenames:
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
    if UNUSABLE in config.stash:
        vars(config)["workeroutput"][USAGE_KEY] = config.stash[UNUSABLE]
        items[:] = []
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
    if is_worker(config):
        # A verdict tells of a failure by its evidence; to write a traceback first would take longer than most tests.
        config.option.tbstyle = "value"
    config.stash[TESTS_OF_RULE] = Counter(item.stash[RULE].id for item in items)
    for item in items:
        prepare(item, run)
    if run.prove == "wire":
        items[:] = wire.items(items[0].session, items) if items else []
    # All this lives to the end: no search for garbage need go through it again.
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> bool | None:
    """Let the items of a proof at the wire run the tests that they hold."""
    if not isinstance(item, wire.WireItem):
        return None
    item.report()
    return True


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
    return (report.outcome, "", "") if hasattr(report, "railproof") or hasattr(report, "wire") else None


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
