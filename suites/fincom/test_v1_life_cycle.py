from __future__ import annotations

from collections import Counter

import msgspec
import pytest
from hypothesis import given

from harness.exchange import Exchange
from harness.jsontypes import Json
from harness.rules import rule
from strategies.fincom.attachments import with_new_files
from strategies.fincom.v1_attachments import V1Application, v1_applications
from strategies.fincom.v1_customers import v1_customers
from suites.fincom.attaching import decide
from suites.fincom.driver import Customer, Fincom
from suites.fincom.v1 import FincomV1

DECISIONS = ("APPROVED", "ON_HOLD", "REJECTED")
# Published elsewhere as a step between the attach and the review of V1.
BEYOND_ATTACH = {"REVIEWING", "QUEUED", *DECISIONS}
# Published elsewhere for V1, beside the five names of the guide.
NAMES = {"INCOMPLETE", *BEYOND_ATTACH, "REINITIATE"}
AT_ONCE = 6


def read(v1: Fincom, customer: Customer) -> Exchange:
    """The customer as it is read back."""
    return v1.expect(v1.read(customer.id), answers=["read"])


def reviewed(v1: FincomV1, application: V1Application) -> Customer:
    """A customer whose documents are under review."""
    customer = v1.attached_customer(application.documents, application.customer)
    v1.wait_for_status(customer, {"REVIEWING"})
    return customer


@rule("fincom-v1/attach-is-synchronous")
@given(application=v1_applications())
def test_the_review_begins_at_once(v1: FincomV1, application: V1Application) -> None:
    """When an attach has been answered, the customer is under review already."""
    customer = v1.new_customer(application.customer)
    v1.expect(v1.attach(customer, application.documents))
    exchange = read(v1, customer)
    if (status := exchange.data["customer_status"]) not in BEYOND_ATTACH:
        raise v1.breach(f"the attach has been answered, and the customer is {status}", exchange)


@rule("fincom-v1/attach-leads-to-reviewing")
@given(application=v1_applications())
def test_attach_leads_to_review(v1: FincomV1, application: V1Application) -> None:
    """After an attach is taken the customer comes under review."""
    customer = v1.new_customer(application.customer)
    exchange = v1.expect(v1.attach(customer, application.documents))
    beyond = {"REVIEWING", *DECISIONS}
    if (status := v1.wait_for_status(customer, beyond)) not in beyond:
        raise v1.breach(f"the attach was taken, and the customer is {status}", exchange)


def race(v1: FincomV1, application: V1Application) -> tuple[Customer, list[Exchange]]:
    """Several attaches of one customer at the same instant, of which at least one must be taken and none may be a conflict."""
    customer = v1.new_customer(application.customer)
    bodies = [with_new_files(application.documents, f"runner-{index}") for index in range(AT_ONCE)]
    exchanges = v1.together([v1.prepare_attach(customer, body) for body in bodies])
    for exchange in exchanges:
        v1.expect(exchange, names=["customer_id"], near=True)
    if not any(exchange.status == 200 for exchange in exchanges):
        statuses = ", ".join(f"{count} x {status}" for status, count in Counter(each.status for each in exchanges).items())
        raise v1.breach(f"of {AT_ONCE} attaches at the same instant none was taken: {statuses}", exchanges[-1])
    return customer, exchanges


@rule("fincom-v1/attach-has-no-in-flight-guard")
@given(application=v1_applications())
def test_parallel_attaches_are_no_conflict(v1: FincomV1, application: V1Application) -> None:
    """Of several attaches at the same instant none is a conflict."""
    race(v1, application)


@rule("fincom-v1/parallel-attach-keeps-one-whole-set")
@given(application=v1_applications())
def test_parallel_attaches_are_not_mixed(v1: FincomV1, application: V1Application) -> None:
    """After several attaches at once the customer is under review and holds the documents of one of them."""
    customer, exchanges = race(v1, application)
    status = v1.wait_for_status(customer, {"REVIEWING"})
    if status != "REVIEWING":
        raise v1.breach(f"after several attaches at once the customer is {status}", exchanges[-1])
    if "files-history" in v1.sandbox.capabilities:
        taken = [uris_in(msgspec.json.decode(each.request_body)) for each in exchanges if each.status == 200]
        held = uris_in(v1.sandbox.control.customer(customer.id)["documents"])
        if held not in taken:
            raise v1.breach(f"the customer holds the files {sorted(held)}, which is no set that was taken", exchanges[-1])


def uris_in(value: Json) -> set[str]:
    """Every file URI somewhere in a body."""
    if isinstance(value, dict):
        own = {str(value["uri"])} if "uri" in value else set()
        return own.union(*(uris_in(child) for child in value.values()))
    return set().union(*map(uris_in, value)) if isinstance(value, list) else set()


@rule("fincom-v1/status-names-are-closed")
@given(application=v1_applications())
def test_statuses_have_documented_names(v1: FincomV1, application: V1Application) -> None:
    """Every status that is read back is one of the five documented names, and never ACTION_REQUIRED."""
    customer = v1.new_customer(application.customer)
    seen = [read(v1, customer)]
    v1.expect(v1.attach(customer, application.documents), answers=["attached-v1"])
    seen.append(read(v1, customer))
    if "status-control" in v1.sandbox.capabilities:
        for decision in DECISIONS:
            customer = reviewed(v1, application)
            decide(v1, customer, decision)
            seen.append(read(v1, customer))
    for exchange in seen:
        if (status := exchange.data["customer_status"]) not in NAMES:
            raise v1.breach(f"the status {status!r} is none of {', '.join(sorted(NAMES))}", exchange)


@rule("fincom-v1/reviews-end")
@pytest.mark.parametrize("decision", DECISIONS)
@given(application=v1_applications())
def test_reviews_end(v1: FincomV1, decision: str, application: V1Application) -> None:
    """A customer under review can be approved, rejected or put on hold; read and event say so."""
    client = v1.listening()
    customer = reviewed(client, application)
    decide(client, customer, decision)
    exchange = read(client, customer)
    if (status := exchange.data["customer_status"]) != decision:
        raise client.breach(f"the review ended in {decision}, and the customer read back is {status}", exchange)
    client.settle()
    if not client.inbox.wait_for(lambda events: any((each.customer_id, each.status) == (customer.id, decision) for each in events)):
        told = ", ".join(each.status for each in client.inbox.events(customer.id, "customer.status"))
        raise client.breach(f"the review ended in {decision}, and the events tell of {told or 'no status'} only", exchange)


@rule("fincom-v1/no-approval-without-documents")
@given(customer=v1_customers())
def test_nobody_is_approved_without_documents(v1: FincomV1, customer: Json) -> None:
    """A customer without documents stays incomplete as time goes by."""
    created = v1.new_customer(customer)
    for _ in range(2):
        v1.settle()
        exchange = read(v1, created)
        if (status := exchange.data["customer_status"]) != "INCOMPLETE":
            raise v1.breach(f"no documents were attached, and the customer became {status}", exchange)


@rule("fincom-v1/rejected-tells-the-reason")
@given(application=v1_applications())
def test_a_rejection_has_a_reason(v1: FincomV1, application: V1Application) -> None:
    """A rejected customer is read back with the reason of the rejection."""
    customer = reviewed(v1, application)
    decide(v1, customer, "REJECTED")
    exchange = read(v1, customer)
    if not exchange.data.get("rejection_reason"):
        raise v1.breach("the customer is rejected and its rejection_reason is empty or absent", exchange)


@rule("fincom-v1/amb-attach-status")
@pytest.mark.parametrize("status", ["REVIEWING", *DECISIONS])
@given(application=v1_applications())
def test_an_attach_later(v1: FincomV1, status: str, application: V1Application) -> None:
    """An attach of a customer that is no longer INCOMPLETE."""
    later = with_new_files(application.documents, "later")
    customer = v1.new_customer(application.customer)
    v1.upload_for(customer, later)
    v1.set_up(v1.attach(customer, application.documents), v1.attached_answer)
    v1.wait_for_status(customer, {"REVIEWING"})
    if status != "REVIEWING":
        decide(v1, customer, status)
    exchange = v1.expect(v1.attach(customer, later))
    v1.observe(f"{status}: {'accepted' if exchange.status == 200 else exchange.status}")
