"""How hard to look: the same on every machine, whatever the environment says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakeredis import FakeRedis, FakeServer
from hypothesis import Phase, settings
from hypothesis.internal.conjecture import engine

from harness.errors import UsageError
from harness.profiles import PROFILES, SHARED, examples, load_profile


@pytest.fixture(autouse=True)
def unchanged() -> Iterator[None]:
    """Leave the settings of the tests that run after these as they were."""
    before, seconds = settings.get_current_profile_name(), engine.MAX_SHRINKING_SECONDS
    yield
    settings.load_profile(before)
    engine.MAX_SHRINKING_SECONDS = seconds


@pytest.mark.parametrize("name", list(PROFILES))
def test_a_profile_sets_what_hypothesis_does(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    profile = load_profile(name, database=tmp_path)
    now = settings()
    assert (now.max_examples, now.stateful_step_count) == (profile.examples, profile.steps)
    assert profile.shrinking_seconds == engine.MAX_SHRINKING_SECONDS
    assert (now.deadline, now.derandomize, now.print_blob, now.report_multiple_bugs) == (None, False, False, False)
    assert Phase.shrink in now.phases


def test_profiles_look_harder_one_after_the_other() -> None:
    smoke, nightly, deep = PROFILES.values()
    assert smoke.examples < nightly.examples < deep.examples
    assert smoke.steps < nightly.steps < deep.steps


def test_a_proof_ends_a_test_at_its_first_breach_and_remembers_nothing(tmp_path: Path) -> None:
    load_profile("nightly", database=tmp_path, shrink=False)
    assert Phase.shrink not in settings().phases
    assert Phase.reuse not in settings().phases
    assert settings().database is None


def test_an_unknown_profile_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--profile nightli: did you mean nightly\?"):
        load_profile("nightli", database=tmp_path)
    with pytest.raises(UsageError, match="--profile x: allowed: deep, nightly, smoke"):
        load_profile("x", database=tmp_path)


def test_machines_share_examples_over_redis_where_the_environment_names_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = FakeServer()
    monkeypatch.setattr("harness.profiles.Redis.from_url", lambda _: FakeRedis(server=server))
    monkeypatch.setenv(SHARED, "redis://somewhere")
    one, other = examples(tmp_path / "one"), examples(tmp_path / "other")
    one.save(b"test", b"broke it")
    assert set(other.fetch(b"test")) == {b"broke it"}
    monkeypatch.delenv(SHARED)
    assert set(examples(tmp_path / "one").fetch(b"test")) == {b"broke it"}, "and here it is kept as well"
    assert set(examples(tmp_path / "other").fetch(b"test")) == set()
