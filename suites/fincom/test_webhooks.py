from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.rules import rule
from strategies.edits import drop, insert, put
from strategies.files import sample
from strategies.placeholders import Fresh
from suites.fincom.calls import needs_status
from suites.fincom.driver import Fincom
from suites.fincom.hearing import DECISIONS, OPTIONAL_STEPS, arrives, created_event, status_event, told, wait_for_a_later_event
from suites.fincom.mailbox import Event


@pytest.fixture(scope="module")
def listener(speaking: Fincom) -> Fincom:
    """A client of its own whose webhooks arrive in our inbox, in each version."""
    return speaking.listening()


@rule("fincom/created-event-is-sent")
@given(data=st.data())
def test_created_event_is_sent(listener: Fincom, data: st.DataObject) -> None:
    """Each accepted creation sends customer.created with the id of the customer."""
    customer = data.draw(listener.customers(), label="customer")
    created_event(listener, listener.accepts_create(customer))


@rule("fincom/created-event-is-sent-once")
@given(data=st.data())
def test_created_event_is_sent_once(listener: Fincom, data: st.DataObject) -> None:
    """One customer gives one customer.created; a redelivery keeps the id of the event."""
    application = data.draw(listener.applications(), label="application")
    customer = listener.accepts_create(application.customer)
    created_event(listener, customer)
    listener.accepts_attach(customer, application.documents)
    wait_for_a_later_event(listener)
    ids = {event.id for event in told(listener, customer, "customer.created")}
    if len(ids) > 1:
        raise listener.breach(f"{len(ids)} different customer.created arrived for {customer.id}")


@rule("fincom/no-created-event-for-refused-create")
@given(data=st.data())
def test_no_created_event_for_refused_create(listener: Fincom, data: st.DataObject) -> None:
    """A refused creation sends nothing."""
    customer = data.draw(listener.customers(), label="customer")
    capital = put("basic_info.email", Fresh("Maria.{}@example.com"), name="capital-letter-in-email")
    reliance = insert("verification_type", "RELIANCE", name="reliance-not-enabled")
    wait_for_a_later_event(listener)
    before = {event.id for event in listener.inbox.events(type="customer.created")}
    listener.expect(listener.create(capital(customer)), answers=["refused"], names=["basic_info.email"])
    listener.expect(listener.create(reliance(customer)), answers=["reliance-refused"])
    refused = listener.expect(listener.create(customer, auth=False), answers=["unauthorized"])
    sentinel = listener.new_customer()
    created_event(listener, sentinel)
    new = [event for event in listener.inbox.events(type="customer.created") if event.id not in before]
    if strangers := [event.customer_id for event in new if event.customer_id != sentinel.id]:
        raise listener.breach(f"three refused creations sent customer.created for {strangers}", refused)


@rule("fincom/status-event-is-sent")
@given(data=st.data())
def test_status_event_is_sent(listener: Fincom, data: st.DataObject) -> None:
    """A change of status sends customer.status."""
    application = data.draw(listener.applications(), label="application")
    customer = listener.new_customer(application.customer)
    listener.accepts_attach(customer, application.documents)
    status_event(listener, customer, "REVIEWING", *DECISIONS)


@rule("fincom/status-event-only-on-change")
@given(data=st.data())
def test_status_event_only_on_change(listener: Fincom, data: st.DataObject) -> None:
    """Uploads, reads and refused attach requests send no customer.status."""
    application = data.draw(listener.applications(), label="application")
    customer = listener.new_customer(application.customer)
    listener.expect(listener.upload(customer.id, [("file1", sample("pdf"))]), answers=["uploaded"])
    listener.expect(listener.read(customer.id), answers=["read"])
    refused = listener.attach(customer, drop(listener.demanded)(application.documents))
    listener.expect(refused, answers=["turned-away"])
    wait_for_a_later_event(listener)
    if events := told(listener, customer, "customer.status"):
        raise listener.breach(f"nothing changed, and yet customer.status told {[event.status for event in events]}", refused)


@rule("fincom/status-event-names-the-new-status")
@pytest.mark.parametrize("decision", DECISIONS)
def test_status_event_names_the_new_status(listener: Fincom, decision: str) -> None:
    """The event carries the status after the change, which is what reading the customer shows."""
    needs_status(listener, decision)
    customer = listener.attached_customer(listener.standard_documents())
    listener.wait_for_status(customer, {"REVIEWING"})
    before = {event.id for event in told(listener, customer, "customer.status")}
    listener.force(customer, decision, DECISIONS[decision])
    arrives(listener, lambda _: any(event.id not in before for event in told(listener, customer, "customer.status")))
    # What is delivered again has the id that it had.
    new = list({event.id: event.status for event in told(listener, customer, "customer.status") if event.id not in before}.values())
    read = listener.status_of(customer)
    if new != [read]:
        raise listener.breach(f"after one change to {read}, the new customer.status tell {new or 'nothing'}")


@rule("fincom/status-event-names-the-customer")
@given(data=st.data())
def test_status_event_names_the_customer(listener: Fincom, data: st.DataObject) -> None:
    """The event carries the id of the customer whose status changed."""
    application = data.draw(listener.applications(), label="application")
    bystander = listener.new_customer()
    customer = listener.new_customer(application.customer)
    wait_for_a_later_event(listener)
    before = {event.id for event in listener.inbox.events(type="customer.status")}
    listener.accepts_attach(customer, application.documents)
    arrives(listener, lambda _: any(event.id not in before for event in listener.inbox.events(type="customer.status")))
    named = {event.customer_id for event in listener.inbox.events(type="customer.status") if event.id not in before}
    if named != {customer.id}:
        raise listener.breach(f"{customer.id} changed beside {bystander.id}, and the events name {sorted(named) or 'nobody'}")


@rule("fincom/status-events-in-order")
def test_status_events_in_order(listener: Fincom) -> None:
    """By their time of creation, the events of a customer tell its statuses in the order in which they happened."""
    customer = listener.attached_customer(listener.standard_documents())
    happened = [listener.wait_for_status(customer, {"REVIEWING"})]
    for status in ("ACTION_REQUIRED", "REVIEWING", "APPROVED") if listener.knows("ACTION_REQUIRED") else ("APPROVED",):
        listener.advance(seconds=120)
        if status == "REVIEWING":
            listener.accepts_attach(customer, listener.standard_documents(batch="second"))
            listener.wait_for_status(customer, {"REVIEWING"})
        else:
            listener.force(customer, status, DECISIONS[status])
        happened.append(status)
    status_event(listener, customer, happened[-1])
    events = {event.id: event for event in told(listener, customer, "customer.status")}.values()
    order = [event.status for event in sorted(events, key=lambda event: event.created_at) if event.status not in OPTIONAL_STEPS]
    if order != happened:
        raise listener.breach(f"the statuses were {happened}; by their time of creation the events tell {order}")


@rule("fincom/every-step-is-told")
@given(data=st.data())
def test_every_step_is_told(listener: Fincom, data: st.DataObject) -> None:
    """The way from INCOMPLETE over REVIEWING to APPROVED sends an event for each step."""
    application = data.draw(listener.applications(), label="application")
    customer = listener.new_customer(application.customer)
    listener.accepts_attach(customer, application.documents)
    status_event(listener, customer, "REVIEWING")
    listener.force(customer, "APPROVED")
    status_event(listener, customer, "APPROVED")


@rule("fincom/event-envelope")
@given(data=st.data())
def test_event_envelope(listener: Fincom, data: st.DataObject) -> None:
    """An event has a head with id, reference, type, time of creation and sandbox mode, and data beside it."""
    customer = data.draw(listener.customers(), label="customer")
    event = created_event(listener, listener.accepts_create(customer))
    texts = [key for key in ("id", "event_reference_id", "type", "created_at") if not isinstance(event.envelope.get(key), str)]
    if texts or type(event.envelope.get("sandbox_mode")) is not bool:
        missing = [*texts, *([] if type(event.envelope.get("sandbox_mode")) is bool else ["sandbox_mode"])]
        raise listener.breach(f"the head of the event lacks {', '.join(missing)}; it has {sorted(event.envelope)}")


@rule("fincom/event-ids-are-unique")
@given(data=st.data())
def test_event_ids_are_unique(listener: Fincom, data: st.DataObject) -> None:
    """Two different events never share an id."""
    application = data.draw(listener.applications(), label="application")
    customer, other = listener.accepts_create(application.customer), listener.new_customer()
    listener.accepts_attach(customer, application.documents)
    events = [created_event(listener, customer), created_event(listener, other), status_event(listener, customer, "REVIEWING", *DECISIONS)]
    if len({event.id for event in events}) < len(events) or not all(event.id for event in events):
        raise listener.breach(f"three events have the ids {[event.id for event in events]}")


@rule("fincom/sandbox-events-say-so")
def test_sandbox_events_say_so(listener: Fincom) -> None:
    """In the sandbox, an event says that it comes from the sandbox."""
    event = created_event(listener, listener.accepts_create(listener.standard_customer()))
    if event.envelope.get("sandbox_mode") is not True:
        raise listener.breach(f"sandbox_mode is {event.envelope.get('sandbox_mode')}, not true")


ECHOED = ("first_name", "last_name", "email", "country_of_residence")


@rule("fincom/created-event-echoes-the-customer")
@given(data=st.data())
def test_created_event_echoes_the_customer(listener: Fincom, data: st.DataObject) -> None:
    """The event tells names, e-mail, country, verification type and INCOMPLETE as they were created."""
    customer = data.draw(listener.customers(), label="customer")
    created = listener.accepts_create(customer)
    event = created_event(listener, created)
    expected = {field: created.sent["basic_info"][field] for field in ECHOED}
    kind = created.sent.get("verification_type", "STANDARD")
    expected |= {"verification_type": kind, "customer_status": "INCOMPLETE", "customer_id": created.id}
    differing = {field: event.data.get(field) for field, value in expected.items() if event.data.get(field) != value}
    if differing:
        raise listener.breach(f"the event tells {differing}; created were { ({field: expected[field] for field in differing}) }")


@rule("fincom/event-is-signed")
@given(data=st.data())
def test_event_is_signed(listener: Fincom, data: st.DataObject) -> None:
    """The signature header is the HMAC of the raw body under the secret of the webhook."""
    application = data.draw(listener.applications(), label="application")
    customer = listener.accepts_create(application.customer)
    signed(listener, created_event(listener, customer))
    listener.accepts_attach(customer, application.documents)
    signed(listener, status_event(listener, customer, "REVIEWING", *DECISIONS))


def signed(listener: Fincom, event: Event) -> None:
    """The event carries the signature of its own body."""
    algorithm = event.headers.get("x-fin-signature-algorithm", "sha256").lower().replace("-", "").removeprefix("hmac")
    if algorithm not in hashlib.algorithms_available:
        raise listener.breach(f"x-fin-signature-algorithm names {algorithm!r}, which is no known hash")
    expected = hmac.new(listener.webhook_secret.encode(), event.body, algorithm).hexdigest()
    signature = event.headers.get("x-fin-signature", "")
    if not hmac.compare_digest(expected, signature.lower()):
        raise listener.breach(
            f"x-fin-signature of {event.type} is {'absent' if not signature else 'not the HMAC of the raw body under the secret'}"
        )


@rule("fincom/events-stay-with-their-client")
@given(data=st.data())
def test_events_stay_with_their_client(listener: Fincom, speaking: Fincom, data: st.DataObject) -> None:
    """A client gets no events of another client's customers."""
    application = data.draw(listener.applications(), label="application")
    theirs = speaking.attached_customer(application.documents, application.customer)
    speaking.settle()
    wait_for_a_later_event(listener)
    if events := listener.inbox.events(customer_id=theirs.id):
        raise listener.breach(f"{[event.type for event in events]} of another client's customer {theirs.id} arrived here")


@rule("fincom/amb-webhook-body")
@given(data=st.data())
def test_amb_webhook_body(listener: Fincom, data: st.DataObject) -> None:
    """The bodies of webhooks stand on another page."""
    customer = data.draw(listener.customers(), label="customer")
    event = created_event(listener, listener.accepts_create(customer))
    listener.observe("envelope" if isinstance(event.json.get("event"), dict) else "flat")
