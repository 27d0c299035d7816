"""Dates: births relative to the target's own today, so that no example ages, and 29 February."""

from __future__ import annotations

from hypothesis import strategies as st

from strategies.kept import kept
from strategies.placeholders import Dated

LEAP_DAY_BIRTHS = ("1964-02-29", "1980-02-29", "1992-02-29", "2000-02-29", "2004-02-29")


@kept
def births(min_age: int = 19, max_age: int = 99) -> st.SearchStrategy[Dated]:
    """Births of people who are between the two ages for at least the coming two months; shrinks to the youngest."""
    return st.builds(
        lambda age, days: Dated(years=-age, days=-days), st.integers(min_age, max_age), st.integers(min_value=2, max_value=300)
    )


@kept
def leap_day_births() -> st.SearchStrategy[str]:
    """Births of adults on 29 February."""
    return st.sampled_from(LEAP_DAY_BIRTHS)
