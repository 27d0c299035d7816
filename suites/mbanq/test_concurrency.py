from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress

import httpx
import pytest

from harness.client import Prepared
from harness.exchange import Exchange
from harness.rules import rule
from strategies.mbanq.gaps import CORE
from strategies.mbanq.standard import FULL, PARTIAL, TYPES, activation, of_type
from suites.mbanq.driver import Customer, Mbanq, path_of

AT_ONCE = 6
HANG_UP_AFTER = 0.0005  # seconds: long before any answer
WORKED_OFF = 0.3  # seconds: by then a request whose answer nobody waits for has had its effect
by_type = pytest.mark.parametrize("kind", TYPES)


def race(mbanq: Mbanq, customer: Customer, prepared: Sequence[Prepared], *, answers: Sequence[str] | None = None) -> list[Exchange]:
    """The requests about a customer at the same instant, each answered within the answers."""
    exchanges = mbanq.together(prepared)
    for exchange in exchanges:
        exchange.note = customer.note
    return [mbanq.expect(exchange, answers=answers) for exchange in exchanges]


@rule("mbanq/parallel-verify-consistent")
@by_type
def test_parallel_verify_consistent(mbanq: Mbanq, kind: str) -> None:
    """Parallel verifies of a ready client end Verified, and at least one is answered with 200."""
    customer = mbanq.ready()
    exchanges = race(mbanq, customer, [mbanq.prepare("verify", customer, of_type(kind)) for _ in range(AT_ONCE)])
    if not any(exchange.status == 200 for exchange in exchanges):
        raise mbanq.breach(f"none of {AT_ONCE} parallel verifies of a ready client was carried out", *exchanges)
    mbanq.is_verified(customer, *exchanges)


@rule("mbanq/parallel-verify-unready-none-passes")
@pytest.mark.parametrize("attribute", CORE)
def test_parallel_verify_unready_none_passes(mbanq: Mbanq, attribute: str) -> None:
    """Of parallel verifies of an unready client none passes."""
    customer = mbanq.ready(attribute)
    exchanges = race(mbanq, customer, [mbanq.prepare("verify", customer, FULL) for _ in range(AT_ONCE)])
    mbanq.is_not_verified(customer, *exchanges)


@rule("mbanq/parallel-verify-activate-ordered")
@pytest.mark.parametrize("gap", ["", "address"], ids=["ready", "unready"])
def test_parallel_verify_activate_ordered(mbanq: Mbanq, gap: str) -> None:
    """Activation beside verification never makes a client Active and not Verified."""
    gated = mbanq.gated()
    for _ in range(3):
        customer = gated.ready(*([gap] if gap else []))
        prepared = [gated.prepare(name, customer, body) for name, body in (("activate", activation()), ("verify", FULL)) * 3]
        exchanges = race(gated, customer, prepared, answers=["done", "overtaken"])
        shown = gated.settled(customer)
        activated = [exchange for exchange in exchanges if "command=activate" in exchange.url and exchange.status == 200]
        if (shown.main == "active" or activated) and not gated.observable(shown).verified:
            raise gated.breach(f"{len(activated)} activations passed, and the client is {shown}", *exchanges)
        if bool(activated) != (shown.main == "active"):
            raise gated.breach(f"{len(activated)} activations were answered with 200, and the client is {shown}", *exchanges)


@rule("mbanq/parallel-verify-delete-document")
def test_parallel_verify_delete_document(mbanq: Mbanq) -> None:
    """Removing the only document beside a verification has one of the two serial outcomes."""
    for _ in range(3):
        customer = mbanq.ready("identifier")
        number = mbanq.with_identifier(customer, "passport")
        removal = {**path_of(customer), "identifierId": str(number)}
        removing = mbanq.sandbox.client.prepare("removeIdentifier", path=removal)
        verified, removed = mbanq.together([mbanq.prepare("verify", customer, PARTIAL), removing])
        mbanq.expect(verified, answers=["done", "refused-for-a-gap", "overtaken"])
        mbanq.expect(removed, answers=["removed", "overtaken"])
        (mbanq.is_verified if verified.status == 200 else mbanq.is_not_verified)(customer, verified, removed)


@rule("mbanq/parallel-partial-full-one-truth")
@pytest.mark.parametrize("flaw", ["", "full-identity", "address"], ids=["ready", "without-identity", "without-address"])
def test_parallel_partial_full_one_truth(mbanq: Mbanq, flaw: str) -> None:
    """PARTIAL and FULL at once leave a state that one order explains."""
    customer = mbanq.ready(*([flaw] if flaw else []))
    prepared = [mbanq.prepare("verify", customer, body) for body in (PARTIAL, FULL) * 3]
    exchanges = race(mbanq, customer, prepared)
    passed = {kind for exchange, kind in zip(exchanges, ("PARTIAL", "FULL") * 3, strict=True) if exchange.status == 200}
    if flaw and "FULL" in passed:
        raise mbanq.breach(f"lacking {flaw}, FULL was carried out beside PARTIAL", *exchanges)
    if not flaw and not passed:
        raise mbanq.breach("neither PARTIAL nor FULL of a ready client was carried out", *exchanges)
    (mbanq.is_verified if passed else mbanq.is_not_verified)(customer, *exchanges)


@rule("mbanq/verify-lost-answer-readable")
def test_verify_lost_answer_readable(mbanq: Mbanq) -> None:
    """After a lost answer reading tells whether the client is Verified, and stays so."""
    for customer in (mbanq.ready(), mbanq.ready("address")):
        cut_off(mbanq, mbanq.prepare("verify", customer, FULL))
        stable(mbanq, customer)


def stable(mbanq: Mbanq, customer: Customer) -> None:
    """Once nothing is under way any more, every read must tell the same."""
    evidence = mbanq.expect(mbanq.read(customer))
    time.sleep(WORKED_OFF)
    first = str(mbanq.settled(customer))
    for _ in range(4):
        if (again := str(mbanq.settled(customer))) != first:
            raise mbanq.breach(f"after a lost answer the client showed {first}, and later {again}", evidence)
    shown = mbanq.settled(customer)
    if shown.affirmations and shown.denials:
        raise mbanq.breach(f"after a lost answer the views disagree: {shown}", evidence)


def cut_off(mbanq: Mbanq, prepared: Prepared) -> None:
    """Send a request whole and hang up before its answer comes."""
    request = prepared.request
    impatient = httpx.Timeout(mbanq.world.connections.timeout, read=HANG_UP_AFTER).as_dict()
    sent = httpx.Request(request.method, request.url, headers=request.headers, content=prepared.body, extensions={"timeout": impatient})
    with mbanq.world.connections.new() as http, suppress(httpx.ReadTimeout):
        http.send(sent)
