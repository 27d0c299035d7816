"""How the status of an onboarding may change, by the target's own account and over time."""

from __future__ import annotations

from itertools import pairwise

from suites.harbor.driver import Customer, Harbor

# The arrows of 000 §3. Whether failed may follow submitted too is left open (harbor/amb-after-submitted): its row speaks of the
# compliance provider. Other pages let a correction follow; no word of 000 does.
NEXT = {
    "processing": {"submitted", "action_required", "failed"},
    "submitted": {"verified", "rejected", "declined", "failed"},
    "action_required": {"processing"},
    "verified": set[str](),
    "rejected": set[str](),
    "declined": set[str](),
    "failed": set[str](),
}


def steps(harbor: Harbor, customer: Customer) -> list[tuple[str, str]]:
    """The changes of status of all onboardings of the customer, by the target's own account."""
    return [pair for history in harbor.history(customer) for pair in pairwise(history)]


def only_from(harbor: Harbor, customer: Customer, start: str) -> None:
    """Nothing that is not allowed may have followed that status."""
    pairs = steps(harbor, customer)
    if wrong := [f"{before} to {after}" for before, after in pairs if before == start and after not in NEXT[start]]:
        raise harbor.breach(f"the onboarding went from {', '.join(wrong)}", harbor.read(customer))


def stays(harbor: Harbor, customer: Customer) -> None:
    """The onboarding must keep its status, over reads and refused calls, an hour and a month."""
    before = harbor.expect(harbor.read(customer)).data
    for days in (0, 1 / 24, 1, 30):
        harbor.advance(days=days)
        exchange = harbor.expect(harbor.read(customer))
        if (exchange.data["id"], exchange.data["status"]) != (before["id"], before["status"]):
            raise harbor.breach(f"it was {before['status']} and is {exchange.data['status']} after {days} more days", exchange)
