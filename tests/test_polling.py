"""Waiting for what happens in the target's own time: as long as it may take and no longer, ever less often."""

from __future__ import annotations

import pytest

from harness.polling import FIRST_PAUSE, LONGEST_PAUSE, awaited


class Hours:
    """Time that only sleeping moves, and what was looked at when."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.looks = 100.0, list[float]()
        monkeypatch.setattr("time.monotonic", lambda: self.now)
        monkeypatch.setattr("time.sleep", self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def look(self) -> float:
        """Seconds since the beginning."""
        self.looks.append(self.now - 100.0)
        return self.looks[-1]


def test_what_never_comes_is_waited_for_as_long_as_allowed_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    hours = Hours(monkeypatch)
    assert awaited(hours.look, lambda _: False, 180) == pytest.approx(180)
    pauses = [later - earlier for earlier, later in zip(hours.looks, hours.looks[1:], strict=False)]
    assert pauses[0] == pytest.approx(FIRST_PAUSE)
    assert max(pauses) == pytest.approx(LONGEST_PAUSE)
    assert pauses[:-1] == sorted(pauses[:-1]), "ever less often"
    assert len(hours.looks) < 50


def test_what_comes_is_seen_soon_and_asked_for_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    hours = Hours(monkeypatch)
    seen = awaited(hours.look, lambda seconds: seconds >= 60, 180)
    assert 60 <= seen <= 60 + LONGEST_PAUSE
    assert hours.looks[-1] == seen


@pytest.mark.parametrize("there", [True, False])
def test_without_time_one_look_says_it(monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    hours = Hours(monkeypatch)
    assert awaited(hours.look, lambda _: there, 0) == 0
    assert hours.looks == [0]
