"""What is worked out once is found again as long as what it was made of is the same."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from harness.jsontypes import Json
from strategies import working_out
from strategies.working_out import worked_out


class Worker:
    """Works something out, and says how often it had to."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> Json:
        self.times += 1
        return {"pair": (1, 2**70), "text": "\ud800ä"}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(working_out, "CACHE", tmp_path / "kept")
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return tmp_path / "kept"


def test_it_is_made_once_and_the_same_from_the_cache(cache: Path) -> None:
    work = Worker()
    first, second = (worked_out("thing", [b"a", b"b"], work) for _ in range(2))
    assert first == second == {"pair": [1, 2**70], "text": "\ud800ä"}
    assert work.times == 1
    assert [path.suffix for path in cache.iterdir()] == [".json"]


@pytest.mark.parametrize("sources", [[b"a", b"c"], [b"ab", b""], [b"b", b"a"], [b"a"]])
def test_other_sources_make_it_anew_and_take_the_place_of_the_old_one(cache: Path, sources: list[bytes]) -> None:
    work = Worker()
    worked_out("thing", [b"a", b"b"], work)
    worked_out("other-thing", [b"a"], Worker())
    worked_out("thing", sources, work)
    assert work.times == 2
    assert len(list(cache.iterdir())) == 2


def test_what_cannot_be_read_is_made_anew(cache: Path) -> None:
    work = Worker()
    worked_out("thing", [b"a"], work)
    next(cache.iterdir()).write_text('{"pair": [1')
    assert worked_out("thing", [b"a"], work)["pair"] == [1, 2**70]
    assert work.times == 2


def test_nothing_is_written_where_python_writes_nothing(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert worked_out("thing", [b"a"], Worker())["pair"] == [1, 2**70]
    assert not cache.exists()


def test_a_place_that_cannot_be_written_to_does_no_harm(cache: Path) -> None:
    cache.write_text("a file where the directory should be")
    assert worked_out("thing", [b"a"], Worker())["pair"] == [1, 2**70]
