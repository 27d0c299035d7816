from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from harness.errors import NotApplicable
from harness.exchange import Exchange
from harness.rules import rule
from strategies.mbanq.gaps import CORE
from strategies.mbanq.standard import identifier, person
from strategies.placeholders import resolve
from suites.mbanq.calls import CALLS, pages, same_state
from suites.mbanq.driver import Customer, Mbanq, Moment

MOST_TRIES = 20
WRITES = ("verify", "activate", "add-identifier")
READS = tuple(name for name in CALLS if name not in (*WRITES, "remove-identifier"))


def pair(mbanq: Mbanq, *gaps: str) -> tuple[Mbanq, Customer, Mbanq, Customer]:
    """Two instances, each with a client of the same number; those of the first have the gaps."""
    ours, theirs = mbanq.fresh(), mbanq.fresh()
    mine, other = ours.ready(*gaps), theirs.ready()
    for _ in range(MOST_TRIES):
        if mine.id == other.id:
            return ours, mine, theirs, other
        if mine.id < other.id:
            mine = ours.ready(*gaps)
        else:
            other = theirs.ready()
    raise NotApplicable("no two clients of two instances have the same number")


def newcomer(mbanq: Mbanq) -> Mbanq:
    """An instance without any clients, where the target makes some or gives one; else the one that is there."""
    try:
        return mbanq.fresh()
    except NotApplicable:
        return mbanq


def out_of_reach(ours: Mbanq, theirs: Mbanq, make: Callable[[], Customer]) -> Customer:
    """A client of theirs, made now, whose number none of our own clients has: of that one the call might well speak."""
    for _ in range(MOST_TRIES):
        customer = make()
        met = ours.read(customer)
        # Only what our own list has under that number, and is not theirs, excuses an answer.
        if met.status != 200 or met.json == theirs.read(customer).json or customer.id not in [entry.get("id") for entry in pages(ours)]:
            return customer
    raise NotApplicable(f"each of {MOST_TRIES} clients of the other instance has the number of one of our own")


def reaching(mbanq: Mbanq, call: str, theirs: Mbanq, customer: Customer) -> Iterator[Exchange]:
    """Ways to reach into another instance: by the number of its client, and with its tenant id beside one's own token."""
    yield CALLS[call](mbanq, customer)
    yield CALLS[call](mbanq, customer, headers={"tenantId": theirs.sandbox.credentials.tenant_id})
    yield CALLS[call](mbanq, customer, headers={"tenantId": ""}, query={"tenantIdentifier": theirs.sandbox.credentials.tenant_id})


@rule("mbanq/tenant-isolated-verify")
@pytest.mark.parametrize("call", WRITES)
def test_tenant_isolated_verify(mbanq: Mbanq, call: str) -> None:
    """A client of another instance cannot be verified."""
    ours, theirs = newcomer(mbanq), mbanq.second()
    customer = out_of_reach(ours, theirs, theirs.verified if call == "activate" else theirs.ready)
    before = str(theirs.look(customer)), theirs.documents(customer)
    refused = [ours.expect(exchange) for exchange in reaching(ours, call, theirs, customer)]
    same_state(theirs, customer, before[0], *refused)
    if theirs.documents(customer) != before[1]:
        raise mbanq.breach("another instance added a document", *refused)


@rule("mbanq/tenant-isolated-read")
@pytest.mark.parametrize("call", READS)
def test_tenant_isolated_read(mbanq: Mbanq, call: str) -> None:
    """A client of another instance cannot be read."""
    ours, theirs = newcomer(mbanq), mbanq.second()
    customer = out_of_reach(ours, theirs, theirs.ready if "status-control" in mbanq.sandbox.capabilities else theirs.created)
    for exchange in reaching(ours, call, theirs, customer):
        ours.expect(exchange)


@rule("mbanq/tenant-isolated-read")
def test_no_list_shows_another_instance(mbanq: Mbanq) -> None:
    """A client of another instance cannot be read."""
    ours, theirs = newcomer(mbanq), mbanq.second()
    body = resolve(person(), Moment(theirs))
    made, email = theirs.set_up(theirs.create(body), "client-created"), body["emailAddress"]
    # What its own instance was just told, kept somewhere on the way, goes to no other.
    pages(theirs)
    if strangers := [entry.get("id") for entry in pages(ours) if entry.get("emailAddress") == email]:
        raise ours.breach(f"the list shows the client {email} of another instance as {strangers}", made)


@rule("mbanq/tenant-same-id-independent")
def test_tenant_same_id_independent(mbanq: Mbanq) -> None:
    """Clients of the same number in two instances have states of their own."""
    ours, mine, theirs, other = pair(mbanq)
    exchange = ours.expect(ours.verify(mine))
    theirs.is_not_verified(other, exchange)
    ours.is_verified(mine, exchange)


@rule("mbanq/tenant-same-id-independent")
def test_documents_of_the_same_id_are_independent(mbanq: Mbanq) -> None:
    """Clients of the same number in two instances have states of their own."""
    ours, mine, theirs, other = pair(mbanq, *CORE)
    theirs.set_up(theirs.add(other, identifier("driver")), "identifier-added")
    theirs.expect(theirs.verify(other))
    ours.is_not_verified(mine, ours.expect(ours.verify(mine), answers=["refused-for-a-gap"]))
