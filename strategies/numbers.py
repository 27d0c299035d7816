"""Whole amounts of money, with the values at which programs go wrong."""

from __future__ import annotations

from hypothesis import strategies as st

from strategies.kept import kept

LARGEST_INT32 = 2**31 - 1
LARGEST_INT64 = 2**63 - 1
MILLIONS = 5_000_000
PLAUSIBLE = 250_000  # nobody takes this for an amount in cents
ROUND = (0, 1, 100, 5000, 10_000, 250_000)


@kept
def whole_amounts(max_value: int = PLAUSIBLE) -> st.SearchStrategy[int]:
    """Amounts in whole units from 0, often one of the round ones that people state; shrinks to 0."""
    return st.sampled_from([amount for amount in ROUND if amount <= max_value]) | st.integers(0, max_value)
