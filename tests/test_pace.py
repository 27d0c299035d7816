"""The allowance of a run: never more than the limit in any window, one limit for all processes, pauses, budgets."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import random
import time
from email.utils import format_datetime
from pathlib import Path

import pytest

from harness.errors import NotApplicable, NotCheckable
from harness.pace import LONGEST_PAUSE, Pace, seconds_of
from harness.targets import Limits


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


def paced(directory: Path, clock: Clock, **limits: float) -> Pace:
    return Pace(Limits(**limits), directory / "pace.sqlite", clock=lambda: clock.now, sleep=clock.sleep)  # type: ignore[arg-type]


def most_in_a_window(stamps: list[float], seconds: float) -> int:
    return max(sum(start <= stamp < start + seconds for stamp in stamps) for start in stamps)


@pytest.mark.parametrize(("rate", "window", "most"), [(5.0, 1.0, 5), (2.5, 1.0, 2), (0.25, 4.0, 1)])
def test_no_window_holds_more_than_the_rate(tmp_path: Path, rate: float, window: float, most: int) -> None:
    clock, stamps = Clock(), []
    first, second = (paced(tmp_path, clock, requests_per_second=rate) for _ in range(2))
    for turn in range(60):
        (first, second)[turn % 2].wait()
        stamps.append(clock.now)
        clock.now += 0.01 * (turn % 7)
    assert most_in_a_window(stamps, window) == most
    # Nor is the rate wasted: what is let through is close to what is allowed.
    assert (stamps[-1] - stamps[0]) < 60 / most * window * 1.25


def test_requests_at_once_wait_until_all_of_them_may_go(tmp_path: Path) -> None:
    clock = Clock()
    pace = paced(tmp_path, clock, requests_per_second=5)
    pace.wait(3)
    start = clock.now
    pace.wait(3)
    assert clock.now - start >= 1.0
    with pytest.raises(NotApplicable, match=r"6 requests at once.*lets 5 through"):
        pace.wait(6)


def test_a_budget_that_is_spent_ends_the_sending(tmp_path: Path) -> None:
    pace = paced(tmp_path, Clock(), requests=3)
    pace.wait(3)
    with pytest.raises(NotCheckable, match="budget of 3 requests is spent"):
        pace.wait()


def test_without_limits_nothing_waits_and_nothing_is_written(tmp_path: Path) -> None:
    pace = paced(tmp_path, Clock())
    pace.wait(1_000)
    assert list(tmp_path.iterdir()) == []


def test_retry_after_stops_every_process(tmp_path: Path) -> None:
    clock = Clock()
    one, other = (paced(tmp_path, clock, requests_per_second=100) for _ in range(2))
    assert one.hold("7") == 7
    other.wait()
    assert clock.now >= 1_007
    assert one.hold("86400") == LONGEST_PAUSE


def test_retry_after_stops_every_process_also_where_the_target_has_no_limits(tmp_path: Path) -> None:
    clock = Clock()
    one, other = (paced(tmp_path, clock) for _ in range(2))
    other.wait()
    one.hold("7")
    other.wait()
    assert clock.now >= 1_007


@pytest.mark.parametrize(("said", "seconds"), [(None, 0), ("", 0), ("3", 3), (" 10 ", 10), ("-1", 0), ("soon", 0), ("١", 0), ("1.5", 0)])
def test_seconds_of_a_retry_after(said: str | None, seconds: float) -> None:
    assert seconds_of(said) == seconds


def test_a_retry_after_may_be_a_date() -> None:
    at = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=30)
    assert 25 < seconds_of(format_datetime(at, usegmt=True)) <= 30
    assert seconds_of(format_datetime(at - dt.timedelta(hours=1), usegmt=True)) == 0


def _send(directory: str, times: int, stamps: multiprocessing.Queue[float]) -> None:
    pace = Pace(Limits(requests_per_second=20), Path(directory) / "pace.sqlite")
    for _ in range(times):
        pace.wait()
        stamps.put(time.monotonic())


def test_processes_share_one_limit(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    stamps: multiprocessing.Queue[float] = context.Queue()
    senders = [context.Process(target=_send, args=(str(tmp_path), 20, stamps)) for _ in range(3)]
    for sender in senders:
        sender.start()
    sent = sorted(stamps.get(timeout=30) for _ in range(60))
    for sender in senders:
        sender.join()
    assert most_in_a_window(sent, 1.0) <= 20


def test_a_day_at_five_per_second_stays_within_the_limit() -> None:
    """All 432,000 requests of a day by a simulated clock, as a server would note them that each reaches after up to 90 ms."""
    clock, chance = Clock(), random.Random(24)  # noqa: S311 - no secret
    pace = Pace(Limits(requests_per_second=5), Path(":memory:"), clock=lambda: clock.now, sleep=clock.sleep)
    start, came = clock.now, []
    for _ in range(432_000):
        pace.wait()
        came.append(clock.now + chance.uniform(0, 0.09))
    came.sort()
    assert all(later - earlier > 1.0 for earlier, later in zip(came, came[5:], strict=False))
    # The margin is all that it costs; the rest of the rate is used.
    assert clock.now - start < 86_400 * 1.11
