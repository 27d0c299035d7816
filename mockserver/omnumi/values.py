"""Amounts, addresses and instants as 003 writes them; what is none of these is None."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from typing import Any

from mockserver.clock import EPOCH, SECOND, moment

# A numeric string, read plainly: digits, a point inside them, a minus sign that only leads to a refusal of its own.
NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
ADDRESS = re.compile("0x[0-9a-fA-F]{40}")
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})", re.ASCII)
# Room for sums of 256-bit amounts with as many decimals as a contract can have (an unsigned byte); what would be rounded is an error.
EXACT = Context(prec=1024, traps=[Inexact, InvalidOperation, Overflow])
# The last instant that four digits of a year can say.
LATEST = (datetime(9999, 12, 31, 23, 59, 59, 999999, UTC) - EPOCH) // timedelta(microseconds=1)
MILLISECOND = 1000


def number(value: object) -> Decimal | None:
    """Return what a numeric string says, with every digit."""
    return Decimal(value) if isinstance(value, str) and NUMBER.fullmatch(value) else None


def decimals(amount: Decimal) -> int:
    """Return how many digits stand after the point, trailing zeros apart."""
    digits = format(amount, "f").partition(".")[2].rstrip("0")
    return len(digits)


def address(value: object) -> str | None:
    """Return an address in lower case, so that spellings of one wallet are equal."""
    return value.lower() if isinstance(value, str) and ADDRESS.fullmatch(value) else None


def instant(value: object) -> int | None:
    """Return an ISO 8601 instant with a zone as microseconds since 1970."""
    if not isinstance(value, str) or not INSTANT.fullmatch(value):
        return None
    try:
        micros = (datetime.fromisoformat(value) - EPOCH) // timedelta(microseconds=1)
    except ValueError:
        return None
    return micros if micros <= LATEST else None


def iso(micros: int) -> str:
    """Return microseconds since 1970 as 003 shows instants: UTC with milliseconds, with more digits only where they say something."""
    exact = "milliseconds" if micros % MILLISECOND == 0 else "microseconds"
    return moment(micros).replace(tzinfo=None).isoformat(timespec=exact) + "Z"


def stamp(micros: int) -> str:
    """Return an instant that the server took, cut to milliseconds."""
    return iso(micros - micros % MILLISECOND)


def seconds(count: int) -> int:
    """Return seconds in microseconds."""
    return count * SECOND


def plain(amount: Decimal) -> str:
    """Return an amount without exponent and without trailing zeros."""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def is_blank(value: Any) -> bool:
    """Tell whether a value is missing, null, or text without a visible character."""
    return value is None or (isinstance(value, str) and not value.strip())
