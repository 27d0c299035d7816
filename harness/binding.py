"""Which rule each collected test judges, which tests this run selects, and how a test tells its trial of its examples."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import seed as with_seed
from hypothesis import settings

from harness import trial as trials
from harness.errors import Nonconformance, UsageError
from harness.rules import Rule
from harness.run import Run

RULE = pytest.StashKey[Rule]()


def selected(config: pytest.Config, items: list[pytest.Item], run: Run) -> list[pytest.Item]:
    """The items whose rule this run selects, each with its rule in the stash; the others are deselected. Raises `UsageError`."""
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


def prepare(item: pytest.Item, run: Run) -> None:
    """Seed the test by the run's seed, and open a new example in the trial whenever Hypothesis starts one."""
    test = getattr(item, "obj", None)
    handle = getattr(test, "hypothesis", None)
    if test is None or handle is None or getattr(handle, "_railproof", None):
        return
    handle.inner_test = _in_trial(handle.inner_test)
    with_seed(run.shared.seed)(test)
    # A seed takes the test's database away, and with it what earlier nights found; both have their place here.
    seeded = test._hypothesis_internal_use_settings
    handle._railproof = settings(seeded, database=settings.default.database if settings.default else None)


def settle(item: pytest.Item) -> None:
    """Give the test the settings that it was prepared with, and the key of what is kept of it in the database.

    Hypothesis' plugin lays other settings over them for every parametrized item, and reads through all layers: a long proof has
    thousands. Its key would be made of the test's source, parsed again for each item; the item's name tells them apart as well, and
    an example that failed once is tried again after the test was edited.
    """
    test: Any = getattr(item, "obj", None)
    prepared = getattr(getattr(test, "hypothesis", None), "_railproof", None)
    if prepared is not None:
        test._hypothesis_internal_use_settings = prepared
        test._hypothesis_internal_database_key = item.nodeid.encode()


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
