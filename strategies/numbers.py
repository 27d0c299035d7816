"""Whole amounts of money, with the values at which programs go wrong."""

from __future__ import annotations

from strategies.decisions import Decisions, decided

LARGEST_INT32 = 2**31 - 1
LARGEST_INT64 = 2**63 - 1
MILLIONS = 5_000_000
PLAUSIBLE = 250_000  # nobody takes this for an amount in cents
ROUND = (0, 1, 100, 5000, 10_000, 250_000)


def a_whole_amount(decide: Decisions, max_value: int = PLAUSIBLE) -> int:
    """An amount in whole units from 0, as often as not one of the round ones that people state; 0 first."""
    round_one, any_one = decide.one_of([amount for amount in ROUND if amount <= max_value]), decide.number(0, max_value)
    return any_one if decide.yes() else round_one


whole_amounts = decided(by=10)(a_whole_amount)
