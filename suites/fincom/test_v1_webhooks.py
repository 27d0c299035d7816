"""What both guides promise of webhooks, for customers of V1."""

from __future__ import annotations

import pytest
from hypothesis import given

from harness.jsontypes import Json
from harness.rules import rule
from strategies.edits import drop
from strategies.files import sample
from strategies.fincom.v1_attachments import V1Application, v1_applications
from strategies.fincom.v1_customers import v1_customers
from suites.fincom.hearing import created_event, status_event, told, wait_for_a_later_event
from suites.fincom.v1 import FincomV1

ECHOED = ("first_name", "last_name", "email", "country_of_residence")


@pytest.fixture(scope="module")
def listener(v1: FincomV1) -> FincomV1:
    """A client of its own whose webhooks arrive in our inbox."""
    return v1.listening()


@rule("fincom/created-event-is-sent")
@given(customer=v1_customers())
def test_a_creation_is_told(listener: FincomV1, customer: Json) -> None:
    """Each accepted creation sends customer.created with the id of the customer."""
    created_event(listener, listener.accepts_create(customer))


@rule("fincom/created-event-echoes-the-customer")
@given(customer=v1_customers())
def test_the_event_echoes_the_customer(listener: FincomV1, customer: Json) -> None:
    """The event tells names, e-mail, country, verification type and INCOMPLETE as they were created."""
    created = listener.accepts_create(customer)
    event = created_event(listener, created)
    expected = {field: created.sent["basic_info"][field] for field in ECHOED}
    expected |= {"verification_type": "STANDARD", "customer_status": "INCOMPLETE", "customer_id": created.id}
    differing = {field: event.data.get(field) for field, value in expected.items() if event.data.get(field) != value}
    if differing:
        raise listener.breach(f"the event tells {differing}; created were { ({field: expected[field] for field in differing}) }")


@rule("fincom/status-event-is-sent")
@given(application=v1_applications())
def test_the_review_is_told(listener: FincomV1, application: V1Application) -> None:
    """A change of status sends customer.status."""
    customer = listener.new_customer(application.customer)
    listener.expect(listener.attach(customer, application.documents), answers=[listener.attached_answer])
    status_event(listener, customer, "REVIEWING")


@rule("fincom/status-event-only-on-change")
@given(application=v1_applications())
def test_nothing_is_told_where_nothing_changed(listener: FincomV1, application: V1Application) -> None:
    """Uploads, reads and refused attach requests send no customer.status."""
    customer = listener.new_customer(application.customer)
    listener.expect(listener.upload(customer.id, [("file1", sample("pdf"))]), answers=["uploaded"])
    listener.expect(listener.read(customer.id), answers=["read"])
    refused = listener.attach(customer, drop("tos_policies_value")(application.documents))
    listener.expect(refused, answers=["turned-away"])
    wait_for_a_later_event(listener)
    if events := told(listener, customer, "customer.status"):
        raise listener.breach(f"nothing changed, and yet customer.status told {[event.status for event in events]}", refused)


@rule("fincom/every-step-is-told")
@given(application=v1_applications())
def test_every_step_is_told(listener: FincomV1, application: V1Application) -> None:
    """The way from INCOMPLETE over REVIEWING to APPROVED sends an event for each step."""
    customer = listener.new_customer(application.customer)
    listener.expect(listener.attach(customer, application.documents), answers=[listener.attached_answer])
    status_event(listener, customer, "REVIEWING")
    listener.force(customer, "APPROVED")
    status_event(listener, customer, "APPROVED")
