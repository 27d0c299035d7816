"""What a difference between two documents is, and how much it matters to a client of the first."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Impact(StrEnum):
    """What a difference does to a client that nobody touches."""

    BREAKING = "breaking"
    CAREFUL = "careful"
    HARMLESS = "harmless"


MEANINGS = {
    Impact.BREAKING: "what was sent is refused, or what was read is gone or other",
    Impact.CAREFUL: "works as before only if the client is tolerant there",
    Impact.HARMLESS: "no client notices",
}


class Difference(NamedTuple):
    """One difference. `where`: the field, status or parameter; `was` and `now` are empty for nothing."""

    impact: Impact
    operation: str
    direction: str
    where: str
    says: str
    was: str
    now: str
