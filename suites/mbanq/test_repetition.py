from __future__ import annotations

import pytest
from hypothesis import given

from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.rules import rule
from strategies.mbanq.clients import clients, verifications
from strategies.mbanq.standard import FULL, PARTIAL, TYPES, identifier, of_type
from suites.mbanq.driver import Mbanq

by_type = pytest.mark.parametrize("kind", TYPES)
STATES = ("Closed", "Rejected")


@rule("mbanq/verify-again-stays-verified")
@pytest.mark.parametrize("again", TYPES)
@by_type
def test_verify_again_stays_verified(mbanq: Mbanq, kind: str, again: str) -> None:
    """A second verify keeps a client Verified."""
    customer = mbanq.verified(of_type(kind))
    for _ in range(3):
        mbanq.is_verified(customer, mbanq.expect(mbanq.verify(customer, of_type(again))))


@rule("mbanq/amb-re-verify")
@by_type
def test_amb_re_verify(mbanq: Mbanq, kind: str) -> None:
    """What a second verify of a Verified client is answered with."""
    exchange = mbanq.expect(mbanq.verify(mbanq.verified(of_type(kind)), of_type(kind)))
    mbanq.observe("accepted" if exchange.status == 200 else "refused")


@rule("mbanq/verify-partial-then-full")
def test_verify_partial_then_full(mbanq: Mbanq) -> None:
    """FULL after PARTIAL is checked by what FULL asks for."""
    for flaw in ("full-identity", "address"):
        customer = mbanq.ready(flaw)
        # Whether PARTIAL does without it is open (mbanq/amb-partial); where not, a gap that opens later shows the same.
        if not mbanq.taken(mbanq.verify(customer, PARTIAL), "done"):
            customer = mbanq.verified(PARTIAL)
            mbanq.patch(customer, **({"identifiers": ["Any Other Id Type"]} if flaw == "full-identity" else {"addresses": []}))
        mbanq.settled(customer)
        exchange = mbanq.expect(mbanq.verify(customer, FULL))
        mbanq.is_verified(customer, exchange)
    upgraded = mbanq.verified(PARTIAL)
    mbanq.is_verified(upgraded, mbanq.expect(mbanq.verify(upgraded, FULL), answers=["done", "refused-for-the-state"]))


@rule("mbanq/verify-full-then-partial-no-downgrade")
def test_verify_full_then_partial_no_downgrade(mbanq: Mbanq) -> None:
    """PARTIAL after FULL takes nothing away."""
    customer = mbanq.verified(FULL)
    before = str(mbanq.look(customer))
    exchange = mbanq.expect(mbanq.verify(customer, PARTIAL))
    after = mbanq.is_verified(customer, exchange)
    if str(after) != before:
        raise mbanq.breach(f"PARTIAL after FULL turned {before} into {after}", exchange)
    mbanq.expect(mbanq.activate(customer), answers=["done"])


@rule("mbanq/verify-active-client-harmless")
@by_type
def test_verify_active_client_harmless(mbanq: Mbanq, kind: str) -> None:
    """Verify of an Active client leaves it Active."""
    for customer in (mbanq.active(), mbanq.ready(status="Active", verified=True)):
        exchange = mbanq.expect(mbanq.verify(customer, of_type(kind)))
        shown = mbanq.settled(customer)
        if shown.main != "active" or shown.client.get("active") is False:
            raise mbanq.breach(f"an Active client shows {shown} after another verify", exchange)


@rule("mbanq/amb-verify-active")
@by_type
def test_amb_verify_active(mbanq: Mbanq, kind: str) -> None:
    """What verify of an Active client is answered with."""
    exchange = mbanq.expect(mbanq.verify(mbanq.active(), of_type(kind)))
    mbanq.observe("accepted" if exchange.status == 200 else "refused")


@rule("mbanq/verify-closed-client-not-revived")
@pytest.mark.parametrize("state", STATES)
@by_type
def test_verify_closed_client_not_revived(mbanq: Mbanq, state: str, kind: str) -> None:
    """Verify of a closed or rejected client does not revive it."""
    customer = mbanq.ready(status=state)
    before = mbanq.look(customer)
    exchange = mbanq.expect(mbanq.verify(customer, of_type(kind)))
    if (after := mbanq.settled(customer)).main != before.main:
        raise mbanq.breach(f"a {before.main} client became {after.main}", exchange)
    mbanq.expect(mbanq.activate(customer), answers=["refused-for-the-state"])
    mbanq.control(mbanq.verify(mbanq.ready(), of_type(kind)), "done")


@rule("mbanq/verified-before-only-by-verify")
@given(person=clients())
def test_verified_before_only_by_verify(mbanq: Mbanq, person: Json) -> None:
    """Nothing but a successful verify makes a client Verified."""
    for customer in (mbanq.ready("identifier"), mbanq.created(person)):
        evidence: list[Exchange] = []
        for kind in ("passport", "ssn", "itin", "driver"):
            evidence.append(mbanq.set_up(mbanq.add(customer, identifier(kind)), "identifier-added"))
            mbanq.is_not_verified(customer, *evidence)
    ready = mbanq.ready()
    mbanq.is_not_verified(ready, mbanq.activate(ready))
    for _ in range(3):
        mbanq.settle()
        mbanq.is_not_verified(ready, mbanq.expect(mbanq.read(ready)))


@rule("mbanq/verify-then-lose-document")
@given(body=verifications())
def test_verify_then_lose_document(mbanq: Mbanq, body: Json) -> None:
    """A Verified client that loses its document is in a state that both views agree on, and is verified again by the same rule."""
    customer = mbanq.ready("identifier")
    numbers = [mbanq.with_identifier(customer, kind) for kind in ("passport", "ssn", "itin")]
    mbanq.set_up(mbanq.verify(customer, body), "done")
    mbanq.settled(customer)
    evidence = [mbanq.remove(customer, number) for number in numbers]
    for exchange in evidence:
        mbanq.expect(exchange, answers=["removed", "refused-for-the-state"])
    evidence.append(mbanq.expect(mbanq.read(customer), answers=["read"]))
    evidence.append(mbanq.expect(mbanq.tell(customer), answers=["told", "not-found"]))
    shown = mbanq.settled(customer)
    if shown.affirmations and shown.denials:
        raise mbanq.breach(f"the views disagree after the documents are gone: {shown}", *evidence)
    left = mbanq.set_up(mbanq.identifiers(customer), "listed").json
    again = mbanq.expect(mbanq.verify(customer, body))
    # What is missing is refused, also to a client that had it once (004 failure handling).
    if again.status == 200 and not left:
        raise mbanq.breach("a client without any document was verified again", again, *evidence)
