from __future__ import annotations

import pytest
from hypothesis import given

from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import drop
from strategies.harbor.individuals import individuals
from suites.harbor.calls import ready_for
from suites.harbor.driver import WAYS, Customer, Harbor
from suites.harbor.hearing import arrives, event_of, names_of, told, wait_for_a_later_event
from suites.harbor.mailbox import ABOUT, ANY_STATUS, DECLINED, EVENTS, FAMILY, Event

TOLD = ("submitted", "action_required", "verified", "rejected", "failed")
# What may be seen once an event told of a status: it, or what may follow.
LATER = {
    "submitted": {"submitted", "verified", "rejected", "declined", "failed"},
    "action_required": {"action_required", "processing"},
    "verified": {"verified"},
    "rejected": {"rejected", "declined"},
    "failed": {"failed"},
}


@pytest.fixture(scope="module")
def listener(harbor: Harbor) -> Harbor:
    """A client of its own whose events arrive in our inbox."""
    return harbor.listening()


def tells(listener: Harbor, status: str, person: Json) -> Customer:
    """A customer led to that status; the event of it must arrive."""
    customer = listener.submitted(person)
    if status == "submitted" and "status-control" not in listener.sandbox.capabilities:
        listener.wait_for_status(customer)
    else:
        for step in WAYS[status]:
            listener.force(customer, step)
    event_of(listener, customer, status)
    return customer


@rule("harbor/webhook-submitted")
@given(person=individuals())
def test_webhook_submitted(listener: Harbor, person: Json) -> None:
    """Reaching submitted is told."""
    tells(listener, "submitted", person)


@rule("harbor/webhook-action-required")
@given(person=individuals())
def test_webhook_action_required(listener: Harbor, person: Json) -> None:
    """Reaching action_required is told."""
    tells(listener, "action_required", person)


@rule("harbor/webhook-verified")
@given(person=individuals())
def test_webhook_verified(listener: Harbor, person: Json) -> None:
    """Reaching verified is told."""
    tells(listener, "verified", person)


@rule("harbor/webhook-rejected")
@given(person=individuals())
def test_webhook_rejected(listener: Harbor, person: Json) -> None:
    """Reaching rejected is told."""
    tells(listener, "rejected", person)


@rule("harbor/webhook-failed")
@given(person=individuals())
def test_webhook_failed(listener: Harbor, person: Json) -> None:
    """Reaching failed is told."""
    tells(listener, "failed", person)


@rule("harbor/webhook-names-closed")
@pytest.mark.parametrize("status", TOLD)
@given(person=individuals())
def test_webhook_names_closed(listener: Harbor, status: str, person: Json) -> None:
    """The events of the onboarding have the five documented names and no others."""
    customer = listener.in_status(status, person)
    wait_for_a_later_event(listener)
    events = told(listener, customer)
    named = [event for event in events if event.told_name is not None]
    strange = [event for event in named if ABOUT in event.name and event.name not in (*EVENTS, f"{FAMILY}{DECLINED}")]
    if strange:
        raise listener.breach(f"{', '.join(names_of(strange))} arrived")
    # Customers have events of other families, which tell nothing of an onboarding. Where no event has a name none can be wrong.
    due = {f"{FAMILY}{name}" for name in ({status, DECLINED} if status == "rejected" else {status})}
    if not events or (named and not due & set(names_of(named))):
        raise listener.breach(f"{status} is told under none of the five names: {', '.join(names_of(events)) or 'nothing arrived'}")


@rule("harbor/webhook-not-for-processing")
@given(person=individuals())
def test_webhook_not_for_processing(listener: Harbor, person: Json) -> None:
    """Entering processing is not told."""
    customer = listener.submitted(person)
    if "status-control" in listener.sandbox.capabilities:
        wait_for_a_later_event(listener)
    else:
        listener.wait_for_status(customer)
    if early := told(listener, customer, "processing"):
        raise listener.breach(f"entering processing was told as {', '.join(names_of(early))}")


@rule("harbor/webhook-follows-status")
@given(person=individuals())
def test_webhook_follows_status(listener: Harbor, person: Json) -> None:
    """When an event arrives, reading shows its status or a later one."""
    statuses = TOLD if "status-control" in listener.sandbox.capabilities else ("submitted",)
    for status in statuses:
        customer = tells(listener, status, person)
        shown = listener.status_of(customer)
        if shown not in LATER[status]:
            raise listener.breach(f"the event tells {status}, and reading shows {shown}", listener.read(customer))


@rule("harbor/webhook-follows-status")
@given(person=individuals())
def test_webhook_comes_no_sooner_than_its_status(listener: Harbor, person: Json) -> None:
    """When an event arrives, reading shows its status or a later one."""
    customer = listener.submitted(person)
    nothing_early(listener, customer, 0)
    listener.wait_for_status(customer)
    nothing_early(listener, customer, 0)
    if "status-control" in listener.sandbox.capabilities:
        corrected = listener.in_status("action_required", person)
        event_of(listener, corrected, "action_required")
        before = len(told(listener, corrected))
        listener.set_up(listener.correct(corrected, person), "accepted")
        nothing_early(listener, corrected, before)


def nothing_early(listener: Harbor, customer: Customer, before: int) -> None:
    """Behind the first `before` ones, no event may have arrived of a status that reading does not show yet."""
    if "clock" in listener.sandbox.capabilities:
        listener.advance(seconds=0)
    wait_for_a_later_event(listener)
    # In this order: an event that arrives behind the reading says nothing.
    events, shown = told(listener, customer)[before:], listener.status_of(customer)
    if early := [event for event in events if not may_be_shown(event, shown)]:
        raise listener.breach(f"{', '.join(names_of(early))} arrived, and reading shows {shown}", listener.read(customer))


def may_be_shown(event: Event, shown: str) -> bool:
    """Whether reading may show that status once the event arrived; of an event that tells no known status nothing follows."""
    known = event.statuses & LATER.keys()
    return not known or any(shown in LATER[status] for status in known)


@rule("harbor/webhook-no-false-event")
@pytest.mark.parametrize("status", TOLD)
@given(person=individuals())
def test_webhook_no_false_event(listener: Harbor, status: str, person: Json) -> None:
    """No event tells of a status that was never reached."""
    customer = listener.in_status(status, person)
    wait_for_a_later_event(listener)
    if false := [event for event in told(listener, customer) if event.statuses <= ANY_STATUS - set(WAYS[status])]:
        raise listener.breach(f"the onboarding went over {' and '.join(WAYS[status])}, and {', '.join(names_of(false))} arrived")


@rule("harbor/webhook-again-after-patch")
@pytest.mark.parametrize("status", ["submitted", "action_required"])
@given(person=individuals())
def test_webhook_again_after_patch(listener: Harbor, status: str, person: Json) -> None:
    """A corrected onboarding that arrives at a status again is told of again."""
    customer = listener.in_status("action_required", person)
    event_of(listener, customer, "action_required")
    before = len(told(listener, customer, status))
    listener.set_up(listener.correct(customer, person), "accepted")
    listener.force(customer, status)
    event_of(listener, customer, status, count=before + 1)


@rule("harbor/webhook-none-on-refusal")
@given(person=individuals())
def test_webhook_none_on_refusal(listener: Harbor, person: Json) -> None:
    """A refused request is not told."""
    customer = listener.ready()
    refused = listener.submit(customer, drop("individual.email")(person))
    listener.expect(refused, names=["individual.email", "email"])
    wait_for_a_later_event(listener)
    if early := told(listener, customer):
        raise listener.breach(f"the submission was refused, and {', '.join(names_of(early))} arrived", refused)


@rule("harbor/replay-sends-no-webhook")
@pytest.mark.parametrize("call", ["submit", "correct"])
@given(person=individuals())
def test_replay_sends_no_webhook(listener: Harbor, call: str, person: Json) -> None:
    """A replay causes no further event."""
    customer, key = ready_for(listener, call), listener.new_key()
    operation = listener.submit if call == "submit" else listener.correct
    first = listener.set_up(operation(customer, person, key=key), "accepted")
    if "status-control" in listener.sandbox.capabilities:
        listener.force(customer, "submitted")
    event_of(listener, customer, "submitted")
    wait_for_a_later_event(listener)
    before = distinct(told(listener, customer))
    replay = listener.expect(operation(customer, first.sent, key=key))
    wait_for_a_later_event(listener)
    if (after := distinct(told(listener, customer))) != before and not moved_on(listener, customer):
        raise listener.breach(f"before the replay {before} events had arrived, after it {after}", replay)


def distinct(events: list[Event]) -> int:
    """How many different events there are: a repeated delivery is none."""
    return len({event.body for event in events})


def moved_on(listener: Harbor, customer: Customer) -> bool:
    """Whether the onboarding went on by itself meanwhile."""
    return listener.status_of(customer) != "submitted"


@rule("harbor/webhook-identifies-customer")
@given(person=individuals())
def test_webhook_identifies_customer(listener: Harbor, person: Json) -> None:
    """From an event the receiver can tell which customer or onboarding it is about."""
    customer = listener.ready()
    before = len(listener.inbox.events())
    listener.expect(listener.submit(customer, person))
    if "status-control" in listener.sandbox.capabilities:
        listener.force(customer, "submitted")
    else:
        listener.wait_for_status(customer)
    arrives(listener, lambda events: len(events) > before and bool(told(listener, customer)))
    if not told(listener, customer):
        new = listener.inbox.events()[before:]
        raise listener.breach(f"{len(new)} events arrived, and none tells the customer or its onboarding")


@rule("harbor/webhook-own-application-only")
@given(person=individuals())
def test_webhook_own_application_only(harbor: Harbor, listener: Harbor, person: Json) -> None:
    """No event goes to another application."""
    other = harbor.second()
    customer = other.in_status("verified", person) if "status-control" in other.sandbox.capabilities else other.submitted(person)
    ids = {customer.id, str(other.onboarding(customer)["id"])}
    if "clock" in other.sandbox.capabilities:
        other.advance(seconds=0)
    wait_for_a_later_event(listener)
    if strangers := listener.inbox.events(*ids):
        raise listener.breach(f"another application's {', '.join(names_of(strangers))} arrived")
    other.expect(other.submit(other.ready(), person))
