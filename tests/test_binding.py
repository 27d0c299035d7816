"""What is prepared of a test once holds for each of its items, however many a proof makes of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.binding import prepare, settle

ITEMS = 1500
"""More than the interpreter can look through, one within the other."""


def test_settings_do_not_pile_up_with_the_items_of_a_test() -> None:
    @given(st.none())
    def judged(_: None) -> None:
        """Judge nothing."""

    test: Any = judged
    item: Any = SimpleNamespace(obj=test, nodeid="judged")
    run: Any = SimpleNamespace(shared=SimpleNamespace(seed=7))
    for _ in range(ITEMS):
        prepare(item, run)
        settle(item)
        # As Hypothesis' plugin for pytest does with every parametrized item.
        before = test._hypothesis_internal_use_settings
        test._hypothesis_internal_use_settings = settings(before, suppress_health_check=[HealthCheck.differing_executors])
    assert settings.default is not None
    assert test._hypothesis_internal_use_settings.database == settings.default.database


def key_of(test: Any, nodeid: str) -> bytes:
    """Under which name a failing example of that item is kept."""
    item: Any = SimpleNamespace(obj=test, nodeid=nodeid)
    prepare(item, SimpleNamespace(shared=SimpleNamespace(seed=7)))  # type: ignore[arg-type]
    settle(item)
    return bytes(test._hypothesis_internal_database_key)


def test_each_item_of_a_test_keeps_its_failing_examples_apart() -> None:
    @given(st.none())
    def judged(_: None) -> None:
        """Judge nothing."""

    one, another = (key_of(judged, nodeid) for nodeid in ("one", "another"))
    assert one != another
    assert key_of(judged, "one") == one
