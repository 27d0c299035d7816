"""The virtual clock of a tenant: integer microseconds, so that no sum of steps misses an instant."""

import time
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal

import msgspec

Mode = Literal["running", "stopped"]
SECOND = 1_000_000
DAY = 86_400 * SECOND
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# datetime ends with the year 9999; a margin keeps ages and expiries computable.
LATEST = int((datetime(9000, 1, 1, tzinfo=UTC) - EPOCH) / timedelta(microseconds=1))


def wall() -> int:
    """Return the time of the machine in microseconds since 1970."""
    return time.time_ns() // 1000


def instant(text: str) -> int:
    """Return an ISO 8601 instant as microseconds since 1970; without an offset it is read as UTC.

    Raises:
        ValueError: the text is no instant, or lies outside 1970 to 9000.
    """
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    micros = (moment - EPOCH) // timedelta(microseconds=1)
    if not 0 <= micros <= LATEST:
        raise ValueError(f"{text!r} is outside 1970 to 9000")
    return micros


def moment(micros: int) -> datetime:
    """Return microseconds since 1970 as an aware datetime in UTC."""
    return EPOCH + timedelta(microseconds=micros)


@lru_cache(maxsize=64)
def _day(days: int) -> date:
    """Return a number of days since 1970 as a date."""
    return moment(days * DAY).date()


@lru_cache(maxsize=4096)
def iso(micros: int) -> str:
    """Return microseconds since 1970 as ISO 8601 with six decimals and Z."""
    return moment(micros).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


class Clock(msgspec.Struct):
    """Now = base + offset; the base is the wall clock in mode `running` and 1970 in mode `stopped`."""

    mode: Mode = "running"
    offset: int = 0
    pinned: int | None = None

    def now(self) -> int:
        """Return the tenant's time in microseconds since 1970."""
        if self.pinned is not None:
            return self.pinned
        return self.offset + (wall() if self.mode == "running" else 0)

    def today(self) -> date:
        """Return the tenant's calendar day in UTC."""
        return _day(self.now() // DAY)

    def set(self, now: int, mode: Mode) -> None:
        """Put the clock to an instant and a mode."""
        self.pinned = None
        self.mode = mode
        self.offset = now - (wall() if mode == "running" else 0)

    def stand_at(self, instant: int) -> None:
        """Hold the clock at the instant of an event that is being run, until `go_on` or `set`."""
        self.pinned = instant

    def go_on(self, micros: int = 0) -> None:
        """Let the clock follow its mode again, `micros` ahead of where it would be."""
        self.pinned = None
        self.offset += micros
