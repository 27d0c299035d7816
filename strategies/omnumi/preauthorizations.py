"""What is asked for, apart from whose wallets and which token: amount, lifetime and invoice (003, Create preauthorization)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import hypothesis.strategies as st
from hypothesis.strategies import SearchStrategy

from harness.jsontypes import Json
from strategies.omnumi.money import amounts
from strategies.placeholders import Fresh

HOUR = 3600
DAY = 24 * HOUR


def in_utc(moment: dt.datetime) -> str:
    """As the document's request shows it, such as 2026-03-30T12:00:00Z."""
    return f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


def in_milliseconds(moment: dt.datetime) -> str:
    """As the document's answer shows it, such as 2026-03-30T12:00:00.000Z."""
    return f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def with_offset(hours: int, minutes: int = 0) -> Callable[[dt.datetime], str]:
    """The local time of a zone so far east of Greenwich, with its offset."""
    zone = dt.timezone(dt.timedelta(hours=hours, minutes=minutes))
    return lambda moment: moment.astimezone(zone).isoformat(timespec="seconds")


NOTATIONS: dict[str, Callable[[dt.datetime], str]] = {"seconds": in_utc, "milliseconds": in_milliseconds}
"""What the document shows itself."""
OFFSETS: dict[str, Callable[[dt.datetime], str]] = {
    "two-hours-east": with_offset(2),
    "five-hours-west": with_offset(-5),
    "half-hour-zone": with_offset(5, 30),
    "offset-of-nothing": with_offset(0),
}


@dataclass(frozen=True)
class Terms:
    """One wish. `lifetime` in seconds from the request on, None for the default; `notation` is a key of `NOTATIONS`."""

    amount: str
    lifetime: int | None = DAY
    notation: str = "seconds"
    invoice: str = "INV-{}"

    def members(self, now: dt.datetime) -> dict[str, Json]:
        """The members of a request made at that instant; the expiry is a whole second, which every notation can say."""
        told: dict[str, Json] = {"invoiceId": Fresh(self.invoice), "amount": self.amount}
        if self.lifetime is not None:
            told["expiresAt"] = NOTATIONS[self.notation](moment_after(now, self.lifetime))
        return told


def moment_after(now: dt.datetime, seconds: float) -> dt.datetime:
    """So many seconds later, at a whole second."""
    return (now + dt.timedelta(seconds=seconds)).replace(microsecond=0)


def terms(*, with_expiry: bool | None = None) -> SearchStrategy[Terms]:
    """Unobjectionable yet varied wishes. `with_expiry`: whether an expiry is given, either where None."""
    given = st.integers(HOUR, 90 * DAY)
    lifetimes = {True: given, False: st.none(), None: st.none() | given}[with_expiry]
    invoices = st.sampled_from(["INV-{}", "INV-2026-{}", "{}", "order.{}", "inv_{}_A"])
    return st.builds(Terms, amount=amounts(), lifetime=lifetimes, notation=st.sampled_from(sorted(NOTATIONS)), invoice=invoices)
