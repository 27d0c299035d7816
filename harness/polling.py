"""Waiting for what a target does in its own time: looking at it ever less often, and never longer than its file allows."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")

# Between two looks, in seconds: the first pause, by how much each is longer than the one before, and the longest.
FIRST_PAUSE = 0.2
LONGER_BY = 1.5
LONGEST_PAUSE = 5.0


def awaited(look: Callable[[], Seen], there: Callable[[Seen], bool], seconds: float) -> Seen:
    """What is seen once it is there, or the last that was seen when the seconds are over; with no seconds, what one look shows."""
    until = time.monotonic() + seconds
    pause = FIRST_PAUSE
    while not there(seen := look()) and (left := until - time.monotonic()) > 0:
        time.sleep(min(pause, left))
        pause = min(pause * LONGER_BY, LONGEST_PAUSE)
    return seen
