"""Dates: births relative to the target's own today, so that no example ages, and 29 February."""

from __future__ import annotations

from hypothesis import strategies as st

from strategies.decisions import Decisions, decided
from strategies.kept import kept
from strategies.placeholders import Dated

LEAP_DAY_BIRTHS = ("1964-02-29", "1980-02-29", "1992-02-29", "2000-02-29", "2004-02-29")


def a_birth(decide: Decisions, min_age: int = 19, max_age: int = 99) -> Dated:
    """The birth of somebody who is between the two ages for at least the coming two months; the youngest first."""
    return Dated(years=-decide.number(min_age, max_age), days=-decide.number(2, 300))


births = decided(by=3)(a_birth)


@kept
def leap_day_births() -> st.SearchStrategy[str]:
    """Births of adults on 29 February."""
    return st.sampled_from(LEAP_DAY_BIRTHS)
