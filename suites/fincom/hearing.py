"""Waiting for Fin.com's webhooks, and saying what came instead where one does not come."""

from __future__ import annotations

from collections.abc import Callable

from suites.fincom.driver import Customer, Fincom
from suites.fincom.mailbox import Event

# Published elsewhere as a step between the attach request and the review; telling it is as right as not having it.
OPTIONAL_STEPS = {"PROCESSING", "QUEUED"}
# What a review can end with, and the reason that goes with it.
DECISIONS: dict[str, str | None] = {
    "APPROVED": None,
    "ACTION_REQUIRED": "The document cannot be read",
    "ON_HOLD": None,
    "REJECTED": "The document is not genuine",
}


def arrives(listener: Fincom, wanted: Callable[[list[Event]], bool]) -> bool:
    """Let what is queued happen, and wait until the deliveries are as wanted."""
    listener.settle()
    return listener.inbox.wait_for(wanted)


def told(listener: Fincom, customer: Customer, kind: str) -> list[Event]:
    """The events of that kind about the customer so far."""
    return listener.inbox.events(customer_id=customer.id, type=kind)


def created_event(listener: Fincom, customer: Customer) -> Event:
    """The customer.created of that customer, which must arrive."""
    if not arrives(listener, lambda _: bool(told(listener, customer, "customer.created"))):
        kinds = sorted({event.type for event in listener.inbox.events(customer_id=customer.id)})
        raise listener.breach(f"no customer.created arrived for {customer.id}; what arrived for it: {kinds or 'nothing'}")
    return told(listener, customer, "customer.created")[0]


def status_event(listener: Fincom, customer: Customer, *statuses: str) -> Event:
    """A customer.status that tells one of these statuses, which must arrive."""

    def fits(_: list[Event]) -> bool:
        return any(event.status in statuses for event in told(listener, customer, "customer.status"))

    if not arrives(listener, fits):
        seen = [event.status for event in told(listener, customer, "customer.status")]
        raise listener.breach(f"no customer.status arrived that tells {' or '.join(statuses)}; those that arrived tell {seen or 'nothing'}")
    return next(event for event in told(listener, customer, "customer.status") if event.status in statuses)


def wait_for_a_later_event(listener: Fincom) -> None:
    """Wait for the event of a customer created now: what was sent before has then had its time to arrive."""
    created_event(listener, listener.new_customer())
