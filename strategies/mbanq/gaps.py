"""What a client can lack: each core attribute (004), the ways in which it can be lacking, and all combinations of them."""

from __future__ import annotations

import itertools

from hypothesis import strategies as st

# The core attributes, each with the ways in which a client can lack it that the document leaves no doubt about: first its absence.
# An unverified mobile number is left out: whether it is a gap is open (mbanq/amb-mobile-verified).
FLAWS: dict[str, tuple[str, ...]] = {
    "address": ("address", "address-primary", "address-physical", "address-active"),
    "identifier": ("identifier", "identifier-expired", "identifier-inactive", "full-identity"),
    "email": ("email", "email-verified"),
    "mobile": ("mobile",),
}
CORE = tuple(FLAWS)
ATTRIBUTE_OF = {flaw: attribute for attribute, flaws in FLAWS.items() for flaw in flaws}
# What a client with each flaw does not have, open ones included, for people.
MISSING: dict[str, str] = {
    "address": "any address",
    "address-primary": "a primary address",
    "address-physical": "a physical address",
    "address-active": "an active address",
    "identifier": "any identity document",
    "identifier-expired": "an identity document that has not expired",
    "identifier-inactive": "an active identity document",
    "full-identity": "an SSN, an ITIN or a physical ID",
    "email": "an e-mail address",
    "email-verified": "a verified e-mail address",
    "mobile": "a mobile number",
    "mobile-verified": "a verified mobile number",
    "proof-of-address": "a proof of address",
}

COMBINATIONS = tuple("+".join(chosen) for size in range(2, len(CORE) + 1) for chosen in itertools.combinations(CORE, size))
"""Every combination of two or more absent attributes, joined by a plus."""


def flaws() -> st.SearchStrategy[str]:
    """One way to lack one attribute."""
    return st.sampled_from([flaw for ways in FLAWS.values() for flaw in ways])


def flawed(*, least: int = 1) -> st.SearchStrategy[tuple[str, ...]]:
    """One way each to lack at least so many attributes."""
    chosen = st.lists(st.sampled_from(CORE), min_size=least, max_size=len(CORE), unique=True)
    return chosen.flatmap(lambda attributes: st.tuples(*(st.sampled_from(FLAWS[attribute]) for attribute in attributes)))
