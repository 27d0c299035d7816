from __future__ import annotations

import pytest
from hypothesis import given

from harness.rules import rule
from strategies.mbanq.gaps import COMBINATIONS, CORE, flawed
from strategies.mbanq.standard import FULL, PARTIAL, TYPES, of_type
from suites.mbanq.calls import profile, same_profile, same_state
from suites.mbanq.driver import Mbanq
from suites.mbanq.reasons import codes, reasons

by_type = pytest.mark.parametrize("kind", TYPES)


@rule("mbanq/refusal-keeps-status")
@given(lacking=flawed())
def test_refusal_keeps_status(mbanq: Mbanq, lacking: tuple[str, ...]) -> None:
    """A refusal leaves the main status as it was."""
    for gaps in (lacking, CORE):
        customer = mbanq.lacking(*gaps)
        before = mbanq.look(customer)
        exchange = mbanq.expect(mbanq.verify(customer))
        if (now := mbanq.settled(customer)).main != before.main or now.main != "pending":
            raise mbanq.breach(f"the main status was {before.main}, and is {now.main} after a refusal", exchange)


@rule("mbanq/refusal-keeps-substatus")
@given(lacking=flawed())
def test_refusal_keeps_substatus(mbanq: Mbanq, lacking: tuple[str, ...]) -> None:
    """A refusal makes no client Verified."""
    for gaps in (lacking, CORE, *((attribute,) for attribute in CORE)):
        customer = mbanq.lacking(*gaps)
        before = str(mbanq.look(customer))
        exchange = mbanq.expect(mbanq.verify(customer))
        mbanq.is_not_verified(customer, exchange)
        same_state(mbanq, customer, before, exchange)


@rule("mbanq/refusal-keeps-profile")
@given(lacking=flawed())
def test_refusal_keeps_profile(mbanq: Mbanq, lacking: tuple[str, ...]) -> None:
    """A refusal changes no other data."""
    for gaps in (lacking, *((attribute,) for attribute in CORE)):
        customer = mbanq.lacking(*gaps)
        before = profile(mbanq, customer)
        exchange = mbanq.expect(mbanq.verify(customer))
        same_profile(mbanq, customer, before, exchange)


@rule("mbanq/refusal-no-activation")
@given(lacking=flawed())
def test_refusal_no_activation(mbanq: Mbanq, lacking: tuple[str, ...]) -> None:
    """A client that was refused cannot be activated."""
    gated = mbanq.gated()
    customer = gated.ready(*lacking)
    gated.expect(gated.verify(customer), answers=["refused-for-a-gap"])
    gated.expect(gated.activate(customer))
    gated.mend(customer, *lacking)
    gated.set_up(gated.verify(customer), "done")
    gated.settled(customer)
    gated.control(gated.activate(customer), "done")


@rule("mbanq/refusal-recoverable")
@by_type
@given(lacking=flawed())
def test_refusal_recoverable(mbanq: Mbanq, kind: str, lacking: tuple[str, ...]) -> None:
    """Once what was missing is there, the next verify passes."""
    for gaps in (lacking, CORE):
        customer = mbanq.ready(*gaps)
        mbanq.expect(mbanq.verify(customer), answers=["refused-for-a-gap"])
        mbanq.mend(customer, *gaps)
        mbanq.passes(customer, of_type(kind))


@rule("mbanq/refusal-one-gap-closed-next-named")
@pytest.mark.parametrize("lacking", [each for each in COMBINATIONS if each.count("+") == 1])
def test_refusal_one_gap_closed_next_named(mbanq: Mbanq, lacking: str) -> None:
    """Closing one of two gaps leaves a refusal for the other."""
    for closed, left in (lacking.split("+"), lacking.split("+")[::-1]):
        customer = mbanq.ready(closed, left)
        mbanq.expect(mbanq.verify(customer))
        mbanq.mend(customer, closed)
        after = mbanq.expect(mbanq.verify(customer))
        alone = mbanq.expect(mbanq.verify(mbanq.ready(left)))
        if codes(after) != codes(alone):
            raise mbanq.breach(f"with {left} left the reasons are {sorted(reasons(after))}, alone {sorted(reasons(alone))}", after, alone)


@rule("mbanq/refusal-many-times")
@given(lacking=flawed())
def test_refusal_many_times(mbanq: Mbanq, lacking: tuple[str, ...]) -> None:
    """Many refusals in a row are the same refusal, and lock nobody out."""
    customer = mbanq.lacking(*lacking)
    before = str(mbanq.look(customer))
    first = mbanq.expect(mbanq.verify(customer))
    for _ in range(14):
        exchange = mbanq.expect(mbanq.verify(customer))
        if codes(exchange) != codes(first):
            raise mbanq.breach(f"the same call was refused for {sorted(codes(first))}, and later for {sorted(codes(exchange))}", exchange)
    same_state(mbanq, customer, before, first)
    if "status-control" in mbanq.sandbox.capabilities:
        mbanq.mend(customer, *lacking)
        mbanq.expect(mbanq.verify(customer), answers=["done"])


@rule("mbanq/refusal-of-full-leaves-partial-possible")
def test_refusal_of_full_leaves_partial_possible(mbanq: Mbanq) -> None:
    """A refused FULL does not spoil a later PARTIAL."""
    spoilt, untouched = (mbanq.ready("full-identity") for _ in range(2))
    refused = mbanq.expect(mbanq.verify(spoilt, FULL), answers=["refused-for-a-gap"])
    # Whether such an identifier is one for PARTIAL is open (mbanq/amb-partial): a client that nobody refused tells.
    if mbanq.taken(mbanq.verify(untouched, PARTIAL), "done"):
        mbanq.passes(spoilt, PARTIAL)
    mended = mbanq.ready("address")
    mbanq.expect(mbanq.verify(mended, FULL), answers=["refused-for-a-gap"])
    mbanq.mend(mended, "address")
    if not mbanq.taken(answer := mbanq.verify(mended, PARTIAL), "done"):
        raise mbanq.breach("after a refused FULL, a client without any gap is refused PARTIAL", refused, answer)
