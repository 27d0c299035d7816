"""What counts as the same: amounts as numbers, addresses in any case, instants in any zone, later words for a status as present ones."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from harness.exchange import Exchange
from harness.jsontypes import Json
from suites.omnumi.driver import Omnumi

DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", re.ASCII)
ADDRESS = re.compile(r"0[xX][0-9a-fA-F]{40}")
# A later release of the public API calls two of the states otherwise (published elsewhere).
LATER_WORDS = {"COMPLETED": "SETTLED", "FAILED": "REJECTED"}
STATUSES = frozenset({"AUTHORIZED", "SETTLED", "CANCELLED", "EXPIRED", "REJECTED"})


def number(value: Json) -> Fraction | None:
    """The exact value of an amount as text; None for anything else, JSON numbers included."""
    return Fraction(value) if isinstance(value, str) and DECIMAL.fullmatch(value) else None


def address(value: Json) -> str | None:
    """The one spelling of an address; None for what is none."""
    return value.lower() if isinstance(value, str) and ADDRESS.fullmatch(value) else None


def instant(value: Json) -> dt.datetime | None:
    """The instant that an ISO 8601 text with a zone names; None for anything else."""
    try:
        told = dt.datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return told.astimezone(dt.UTC) if told.tzinfo else None


def status(value: Json) -> Json:
    """The status in the words of this release."""
    return LATER_WORDS.get(value, value) if isinstance(value, str) else value


def settled(value: Json) -> Fraction | None:
    """A settled amount; null and absent are nothing."""
    return Fraction(0) if value is None else number(value)


def some_hash(value: Json) -> Json:
    """A transaction hash; null, absent and empty are none."""
    return value or None


VIEWS: dict[str, Callable[[Json], Any]] = {
    "amount": number,
    "authorizedAmount": number,
    "settledAmount": settled,
    "sender": address,
    "receiver": address,
    "contractAddress": address,
    "expiresAt": instant,
    "createdAt": instant,
    "updatedAt": instant,
    "status": status,
    "transactionHash": some_hash,
}
"""How the members of an answer are looked at; those that are not listed are the same where they are equal."""
RECORD = (
    "transactionId",
    "invoiceId",
    "sender",
    "receiver",
    "authorizedAmount",
    "settledAmount",
    "status",
    "transactionHash",
    "contractAddress",
    "createdAt",
)
"""What reading shows of a preauthorization, the time of the last update aside."""


def look(name: str, value: Json) -> Any:
    """The value as it is compared; the value itself where it is not even of the right form."""
    seen = VIEWS.get(name, lambda given: given)(value)
    return ("no such thing", value) if seen is None and value is not None else seen


def differences(expected: Mapping[str, Json], told: Mapping[str, Json], names: Sequence[str]) -> list[str]:
    """Each member that is not as expected, in words."""
    return [
        f"{name} is {told.get(name)!r}, not {expected.get(name)!r}"
        for name in names
        if look(name, told.get(name)) != look(name, expected.get(name))
    ]


def alike(omnumi: Omnumi, exchange: Exchange, expected: Mapping[str, Json], *names: str) -> None:
    """A breach where a member of the answer is not as expected."""
    if wrong := differences(expected, exchange.json, names):
        raise omnumi.breach("; ".join(wrong), exchange)
