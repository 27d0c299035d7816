"""Waiting for Harbor's events, and saying what came instead where one does not come."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from harness.errors import NotCheckable
from suites.harbor.driver import Customer, Harbor
from suites.harbor.mailbox import Event

# Where the clock can be moved, deliveries have happened once it was; elsewhere they take their time (seconds).
AT_ONCE = 1.0


def arrives(listener: Harbor, wanted: Callable[[list[Event]], bool]) -> bool:
    """Let deliveries that are under way happen, and wait until they are as wanted."""
    if "clock" in listener.sandbox.capabilities:
        # A step that is due in a second would be taken by moving the clock; deliveries are due at once.
        listener.sandbox.advance(0)
        return listener.inbox.wait_for(wanted, AT_ONCE)
    return listener.inbox.wait_for(wanted, listener.world.target.limits.poll_seconds)


def ids_of(listener: Harbor, customer: Customer) -> tuple[str, ...]:
    """The ids by which an event may tell of a customer: its own, and that of its latest onboarding."""
    exchange = listener.read(customer)
    onboarding = exchange.data.get("id") if exchange.status == 200 else None
    return (customer.id, str(onboarding)) if onboarding else (customer.id,)


def told(listener: Harbor, customer: Customer, *statuses: str) -> list[Event]:
    """The events about the customer so far; where statuses are named, those that may tell of one of them."""
    return [event for event in listener.inbox.events(*ids_of(listener, customer)) if not statuses or event.statuses & set(statuses)]


def event_of(listener: Harbor, customer: Customer, status: str, *, count: int = 1) -> Event:
    """The event of that status, which must arrive (so many times)."""

    def there(_: list[Event]) -> bool:
        return len(told(listener, customer, status)) >= count

    if not arrives(listener, there):
        names = names_of(told(listener, customer))
        raise listener.breach(f"{len(told(listener, customer, status))} of {count} {status} arrived; what arrived: {names or 'nothing'}")
    return told(listener, customer, status)[-1]


def wait_for_a_later_event(listener: Harbor) -> Customer:
    """Wait for the event of a customer that is submitted now: what was sent before has then had its time to arrive."""
    customer = listener.submitted()
    if "status-control" in listener.sandbox.capabilities:
        listener.force(customer, "submitted")
    if not arrives(listener, lambda _: bool(told(listener, customer))):
        raise NotCheckable("set-up: the event of a good submission does not arrive, so that none arrives proves nothing")
    return customer


def names_of(events: Sequence[Event]) -> list[str]:
    """The names of events, in order of arrival."""
    return [event.name for event in events]
