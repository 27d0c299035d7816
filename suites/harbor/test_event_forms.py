from __future__ import annotations

import hashlib
import hmac
import re

import pytest

from harness.rules import rule
from suites.harbor.driver import Harbor
from suites.harbor.hearing import event_of, told, wait_for_a_later_event

SIGNATURE = re.compile(r"t=(?P<time>\d+),v1=(?P<digest>[0-9a-f]{64})")


@pytest.fixture(scope="module")
def listener(harbor: Harbor) -> Harbor:
    """A client of its own whose events arrive in our inbox."""
    return harbor.listening()


@rule("harbor/amb-event-body")
def test_amb_event_body(listener: Harbor) -> None:
    """No body of an onboarding event is shown anywhere."""
    customer = listener.in_status("submitted") if "status-control" in listener.sandbox.capabilities else listener.submitted()
    event = event_of(listener, customer, "submitted")
    onboarding = listener.onboarding(customer)["id"]
    about = "onboarding" if event.data.get("id") == onboarding else "customer" if event.data.get("uuid") == customer.id else "other"
    listener.observe(about)
    if event.told_name:
        listener.observe("named")


@rule("harbor/amb-event-signature")
def test_amb_event_signature(listener: Harbor) -> None:
    """The documents say nothing of a signature."""
    customer = listener.in_status("submitted") if "status-control" in listener.sandbox.capabilities else listener.submitted()
    event = event_of(listener, customer, "submitted")
    found = SIGNATURE.fullmatch(event.headers.get("harbor-signature", ""))
    if found is None:
        listener.observe("unsigned")
        return
    signed = found["time"].encode() + b"." + event.body
    digest = hmac.new(listener.webhook_secret.encode(), signed, hashlib.sha256).hexdigest()
    listener.observe("signed" if hmac.compare_digest(digest, found["digest"]) else "signed otherwise")


@rule("harbor/amb-event-repeats")
def test_amb_event_repeats(listener: Harbor) -> None:
    """Whether an event that was taken may be sent again."""
    customer = listener.in_status("submitted") if "status-control" in listener.sandbox.capabilities else listener.submitted()
    event_of(listener, customer, "submitted")
    wait_for_a_later_event(listener)
    listener.observe("once" if len(told(listener, customer, "submitted")) == 1 else "repeated")
