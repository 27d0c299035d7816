from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.jsontypes import Json
from harness.rules import rule
from strategies.mbanq.clients import notes, verifications
from strategies.mbanq.command_edits import noted
from strategies.mbanq.gaps import CORE
from strategies.mbanq.standard import FULL, PARTIAL, TYPES, of_type
from suites.mbanq.calls import profile, same_profile
from suites.mbanq.driver import GIVEN, Mbanq, body_of

by_type = pytest.mark.parametrize("kind", TYPES)


@rule("mbanq/verify-ready-client-ok")
@by_type
def test_verify_ready_client_ok(mbanq: Mbanq, kind: str) -> None:
    """A client with all that is asked for passes."""
    mbanq.expect(mbanq.verify(mbanq.ready(), of_type(kind)))


@rule("mbanq/verify-sets-verified")
@by_type
def test_verify_sets_verified(mbanq: Mbanq, kind: str) -> None:
    """After a successful verify the verification status is Verified."""
    customer = mbanq.ready()
    mbanq.is_not_verified(customer)
    mbanq.passes(customer, of_type(kind))


@rule("mbanq/verify-persists")
def test_verify_persists(mbanq: Mbanq) -> None:
    """Verified stays on every later read."""
    customer = mbanq.ready()
    mbanq.passes(customer)
    for _ in range(4):
        mbanq.settle()
        mbanq.is_verified(customer)


@rule("mbanq/verify-only-substatus")
@by_type
def test_verify_only_substatus(mbanq: Mbanq, kind: str) -> None:
    """Verify changes the sub-status and makes no client Active."""
    customer = mbanq.ready()
    exchange = mbanq.passes(customer, of_type(kind))
    shown = mbanq.look(customer)
    # The flow of 004 says that the state becomes Verified: then the main status may say so (mbanq/amb-status-word).
    if shown.main not in ("pending", "verified") or shown.client.get("active") is True:
        raise mbanq.breach(f"verification moved the client to {shown}, active {shown.client.get('active')}", exchange)


@rule("mbanq/verify-enables-activation")
@by_type
def test_verify_enables_activation(mbanq: Mbanq, kind: str) -> None:
    """A Verified client can be activated."""
    customer = mbanq.ready()
    mbanq.passes(customer, of_type(kind))
    mbanq.expect(mbanq.activate(customer))


@rule("mbanq/verify-full-accepted")
def test_verify_full_accepted(mbanq: Mbanq) -> None:
    """FULL is a valid kycVerificationType."""
    mbanq.expect(mbanq.verify(mbanq.ready(), FULL))


@rule("mbanq/verify-partial-accepted")
def test_verify_partial_accepted(mbanq: Mbanq) -> None:
    """PARTIAL is a valid kycVerificationType."""
    mbanq.expect(mbanq.verify(mbanq.ready(), PARTIAL))


@rule("mbanq/verify-keeps-profile")
@given(body=verifications())
def test_verify_keeps_profile(mbanq: Mbanq, body: Json) -> None:
    """Verify changes no name, date, contact, address or identifier."""
    customer = mbanq.ready()
    before = profile(mbanq, customer)
    exchange = mbanq.passes(customer, body)
    same_profile(mbanq, customer, before, exchange)


@rule("mbanq/verify-touches-only-this-client")
@given(body=verifications())
def test_verify_touches_only_this_client(mbanq: Mbanq, body: Json) -> None:
    """Verify of one client leaves the others as they are."""
    others = [mbanq.ready(), mbanq.ready("address")]
    customer = mbanq.ready()
    others.append(mbanq.ready())
    before = [str(mbanq.look(each)) for each in others]
    exchange = mbanq.passes(customer, body)
    after = [str(mbanq.settled(each)) for each in others]
    if before != after:
        raise mbanq.breach(f"other clients were {before} and are {after}", exchange)


@rule("mbanq/verify-order-of-documents-irrelevant")
@given(order=st.permutations(CORE))
def test_verify_order_of_documents_irrelevant(mbanq: Mbanq, order: list[str]) -> None:
    """The order in which address, contact and identifier were added does not matter."""
    # These two orders alone have each attribute before and after each other.
    for each in (order, CORE, CORE[::-1]):
        customer = mbanq.ready(*CORE)
        for attribute in each:
            mbanq.mend(customer, attribute)
        mbanq.passes(customer)


@rule("mbanq/verify-late-documents-count")
@pytest.mark.parametrize("attribute", CORE)
def test_verify_late_documents_count(mbanq: Mbanq, attribute: str) -> None:
    """What was added right before the call counts."""
    customer = mbanq.ready(attribute)
    mbanq.expect(mbanq.verify(customer), answers=["refused-for-a-gap"])
    if attribute == "identifier":
        mbanq.with_identifier(customer, "ssn")
        mbanq.with_identifier(customer, "itin")
        mbanq.with_identifier(customer, "passport")
    else:
        mbanq.patch(customer, **GIVEN[attribute])
    mbanq.expect(mbanq.verify(customer))


@rule("mbanq/verify-success-json")
@by_type
def test_verify_success_json(mbanq: Mbanq, kind: str) -> None:
    """The answer of a successful verify is a JSON object."""
    mbanq.expect(mbanq.verify(mbanq.ready(), of_type(kind)))


@rule("mbanq/verify-success-names-client")
def test_verify_success_names_client(mbanq: Mbanq) -> None:
    """An id of a client in the answer is that of the path, as an integer."""
    for customer in (mbanq.ready(), mbanq.ready()):
        exchange = mbanq.expect(mbanq.verify(customer))
        body = body_of(exchange)
        wrong = {member: body[member] for member in ("clientId", "resourceId") if member in body and not same(body[member], customer.id)}
        if wrong:
            raise mbanq.breach(f"the client is {customer.id}, and the answer says {wrong}", exchange)


def same(said: Json, number: int) -> bool:
    """Whether it is the integer, not a text or a boolean that looks like it."""
    return type(said) is int and said == number


@rule("mbanq/verify-success-kyc-status")
@by_type
def test_verify_success_kyc_status(mbanq: Mbanq, kind: str) -> None:
    """A clientKycStatus in the answer of a successful verify says APPROVED."""
    exchange = mbanq.expect(mbanq.verify(mbanq.ready(), of_type(kind)))
    # Where verification takes its time the answer may say so (mbanq/amb-sync).
    if (status := exchange.data.get("clientKycStatus")) not in (None, "APPROVED", "IN_PROGRESS"):
        raise mbanq.breach(f"clientKycStatus is {status!r} in a success", exchange)


@rule("mbanq/verify-note-accepted")
@given(body=verifications(), note=notes())
def test_verify_note_accepted(mbanq: Mbanq, body: Json, note: str) -> None:
    """A note in free text does no harm."""
    customer = mbanq.ready()
    exchange = mbanq.expect(mbanq.verify(customer, noted(body, note)))
    if exchange.status == 200:
        mbanq.is_verified(customer, exchange)
