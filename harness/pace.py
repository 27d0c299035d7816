"""How fast and how much a run may send: one allowance for all its processes, kept in one small file.

The rate is a limit on every window of a second (or of as many seconds as one request needs), not on the average, so it holds
wherever the provider looks. A `Retry-After` of the target stops all processes for as long as it says.
"""

from __future__ import annotations

import email.utils
import math
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.errors import NotApplicable, NotCheckable
from harness.targets import Limits

# Requests arrive later than they are sent, one more so than the next: the window is longer by this share than the provider's.
MARGIN = 0.1
# The longest that a Retry-After may stop a run (seconds); who asks for more is not to be waited for.
LONGEST_PAUSE = 120.0
LOCK_SECONDS = 30.0

# Nothing of it outlives the run, so nothing needs to survive a loss of power.
_TABLES = """
PRAGMA synchronous = OFF;
PRAGMA journal_mode = MEMORY;
CREATE TABLE IF NOT EXISTS sent (at REAL);
CREATE TABLE IF NOT EXISTS pause (until REAL);
"""


class Pace:
    """The allowance of one run, shared through the file by all its processes. `clock` is the system's monotonic one, in seconds."""

    def __init__(
        self, limits: Limits, file: Path, *, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._limits = limits
        self._clock, self._sleep = clock, sleep
        rate = limits.requests_per_second or math.inf
        self._at_once = max(1, math.floor(rate)) if rate < math.inf else None
        self._window = (1 + MARGIN) * max(1.0, 1 / rate)
        self._database: sqlite3.Connection | None = None
        self._file = file

    @property
    def _unlimited(self) -> bool:
        return self._at_once is None and self._limits.requests is None

    def wait(self, requests: int = 1) -> None:
        """Return when so many requests may be sent at once.

        Raises `NotCheckable` once the budget is spent, `NotApplicable` for more at once than the rate ever lets through.
        """
        # Without limits there is nothing to count, unless the target has asked some process for a rest. Asked before each request: a
        # Path would take long.
        if self._unlimited and not os.access(self._file, os.F_OK):
            return
        if self._at_once is not None and requests > self._at_once:
            raise NotApplicable(f"it needs {requests} requests at once, and the target's rate limit lets {self._at_once} through")
        while (pause := self._take(requests)) > 0:
            self._sleep(pause)

    def _take(self, requests: int) -> float:
        """Take the allowance and return 0, or say in how many seconds to ask again."""
        with self._transaction() as database:
            now = self._clock()
            (until,) = database.execute("SELECT max(until) FROM pause").fetchone()
            if until is not None and until > now:
                return float(until - now)
            (spent,) = database.execute("SELECT coalesce(max(rowid), 0) FROM sent").fetchone()
            if self._limits.requests is not None and spent + requests > self._limits.requests:
                raise NotCheckable(f"the budget of {self._limits.requests:,} requests is spent; raise `requests` in the target's limits")
            wait = self._until_free(database, now, requests)
            if wait <= 0:
                database.executemany("INSERT INTO sent VALUES (?)", [(now,)] * requests)
            return wait

    def _until_free(self, database: sqlite3.Connection, now: float, requests: int) -> float:
        if self._at_once is None:
            return 0.0
        rows = database.execute("SELECT at FROM sent ORDER BY rowid DESC LIMIT ?", (self._at_once,)).fetchall()
        recent = [at for (at,) in rows if at > now - self._window]
        free = self._at_once - len(recent)
        return 0.0 if free >= requests else recent[self._at_once - requests] + self._window - now

    def hold(self, retry_after: str | None) -> float:
        """Stop all processes for as long as the header says; returns for how many seconds, 0 where it says nothing that can be read."""
        seconds = min(seconds_of(retry_after), LONGEST_PAUSE)
        if seconds > 0:
            with self._transaction() as database:
                database.execute("INSERT INTO pause VALUES (?)", (self._clock() + seconds,))
        return seconds

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        if self._database is None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(self._file, timeout=LOCK_SECONDS, isolation_level=None, check_same_thread=False)
            self._database.executescript(_TABLES)
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield self._database
        finally:
            self._database.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        if self._database is not None:
            self._database.close()


def seconds_of(retry_after: str | None) -> float:
    """The seconds that a Retry-After header asks for (a number, or a date against our clock); 0 for none or nonsense."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    except ValueError:
        return 0.0
